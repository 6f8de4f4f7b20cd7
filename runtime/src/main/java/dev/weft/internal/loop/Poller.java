package dev.weft.internal.loop;

import java.io.IOException;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where the loop sleeps: in a NIO selector once a channel was registered, before that in a plain park, which starts faster. All
 * methods but {@link #wakeup} belong to the loop's thread, or to a fiber that runs on it.
 */
final class Poller {
    private final Consumer<String> warnings;
    private @Nullable SelectorProvider provider;
    private ClosedChannels closedChannels = new ClosedChannels(ClosedChannels.INTERVAL_NANOS);

    /** Whether channels become ready only by what the loop itself does: nobody outside can surprise it. */
    private boolean simulated;

    /** Volatile for {@link #wakeup}: while the loop sleeps it may be replaced, and the loop looks at its inbox once more after that. */
    private volatile @Nullable Selector selector;

    /** Of the last select, and with the one queue of the loop of all: made for each, it would be garbage of each. */
    private @Nullable Appending appending;

    private @Nullable Thread sleeper;
    private @Nullable SelectionKey lastWaitedFor;

    /** Whether the selector has yet to let go of a closed channel. */
    private boolean closedSeen;

    private final EmptyPolls emptyPolls = new EmptyPolls();

    /** When the loop began to sleep. */
    private long sleepBegan;

    private volatile boolean woken;

    /** Whether the selector was replaced because it failed, and has not worked since. */
    private boolean failedBefore;

    Poller(@Nullable SelectorProvider provider, Consumer<String> warnings) {
        this.provider = provider;
        this.warnings = warnings;
    }

    /** Takes channels of another provider, which only the loop's own entries make ready. Not after the first channel was registered. */
    void simulate(SelectorProvider channels) {
        if (selector != null) {
            throw new IllegalStateException("the loop has waited for other channels already");
        }
        provider = channels;
        simulated = true;
        closedChannels = new ClosedChannels(0); // at once: the same in each run
    }

    boolean isSimulated() {
        return simulated;
    }

    /** Where the channels come from that this can wait for. */
    SelectorProvider provider() {
        return provider == null ? SelectorProvider.provider() : provider;
    }

    /** What a channel's key carries: the entry to append while it is readable, and while it is writable. */
    static final class Interest {
        @Nullable
        LoopEntry reader;

        @Nullable
        LoopEntry writer;

        /** Lets the tasks among the entries find out by themselves. A callback is not called, as in asyncio. */
        void channelClosed(Fifo<Object> ready) {
            if (reader != null && reader.runsOnClose()) {
                ready.addLast(reader);
            }
            if (writer != null && writer.runsOnClose()) {
                ready.addLast(writer);
            }
        }
    }

    /** Makes {@code entry} an entry of each iteration in which the channel is ready. Returns the one it replaces. */
    @Nullable
    LoopEntry add(SelectableChannel channel, boolean writing, LoopEntry entry) {
        SelectionKey key = key(channel);
        var interest = (Interest) key.attachment();
        LoopEntry before = writing ? interest.writer : interest.reader;
        if (writing) {
            interest.writer = entry;
        } else {
            interest.reader = entry;
        }
        if (before == null) {
            key.interestOps(key.interestOps() | operations(channel, writing));
        }
        return before;
    }

    /** The entry given to {@link #add}, {@code null} if there is none. */
    @Nullable
    LoopEntry entry(SelectableChannel channel, boolean writing) {
        SelectionKey key = validKey(channel);
        if (key == null) {
            return null;
        }
        var interest = (Interest) key.attachment();
        return writing ? interest.writer : interest.reader;
    }

    /** Undoes {@link #add}. Returns the entry that was there. */
    @Nullable
    LoopEntry remove(SelectableChannel channel, boolean writing) {
        SelectionKey key = validKey(channel);
        if (key == null) {
            return null;
        }
        var interest = (Interest) key.attachment();
        LoopEntry before = writing ? interest.writer : interest.reader;
        if (before == null) {
            return null;
        }
        if (writing) {
            interest.writer = null;
        } else {
            interest.reader = null;
        }
        key.interestOps(key.interestOps() & ~operations(channel, writing));
        return before;
    }

    /** Lets go of channels that were closed, instead of at the next poll. What is ready stays so, and is found by that poll. */
    void forgetClosedChannels() {
        Selector open = selector;
        if (open != null) {
            try {
                open.selectNow(ignored -> {});
            } catch (IOException e) {
                throw new IllegalStateException("the selector failed: " + e.getMessage(), e);
            }
        }
    }

    /** Whether any channel is registered, closed ones included that the selector has not let go of yet. */
    boolean hasChannels() {
        return selector != null && !selector.keys().isEmpty();
    }

    /**
     * Whether a channel could become ready for somebody who waits for it, or one was closed that somebody may wait for. Asked before each
     * sleep: must not look at all of them as a rule.
     */
    boolean waitsForChannels() {
        if (simulated) {
            return false; // what is under way to them has a timer
        }
        if (lastWaitedFor != null && waitedFor(lastWaitedFor)) {
            return true;
        }
        lastWaitedFor = null;
        if (hasChannels()) {
            for (SelectionKey key : Objects.requireNonNull(selector).keys()) {
                if (waitedFor(key)) {
                    lastWaitedFor = key;
                    return true;
                }
            }
        }
        return closedSeen || !allNoticed();
    }

    private boolean waitedFor(SelectionKey key) {
        try {
            return key.interestOps() != 0;
        } catch (CancelledKeyException e) {
            closedSeen = true;
            return false;
        }
    }

    /** The channels that are registered and open. */
    List<SelectableChannel> channels() {
        return hasChannels()
                ? Objects.requireNonNull(selector).keys().stream()
                        .filter(SelectionKey::isValid)
                        .map(SelectionKey::channel)
                        .toList()
                : List.of();
    }

    /**
     * How long the loop may sleep at first: only a select shows that channels were closed since the last one. If that much time passes and
     * {@link #allNoticed} then holds, nothing can come but readiness.
     */
    long firstWait(long longestNanos) {
        if (closedSeen) {
            closedSeen = false;
            return 0;
        }
        return closedChannels.noneKnown() ? longestNanos : Math.min(longestNanos, ClosedChannels.INTERVAL_NANOS);
    }

    /** Whether all tasks that wait for closed channels have been appended. */
    boolean allNoticed() {
        Selector open = selector;
        return open == null || closedChannels.allNoticed(open);
    }

    /**
     * Waits at most that long, or until {@link #wakeup}, and appends the entries of the channels that are ready.
     *
     * @return how many it has appended
     */
    int poll(long nanos, Fifo<Object> ready) {
        if (selector == null) {
            if (nanos > 0) {
                LockSupport.parkNanos(this, nanos);
            }
            return 0;
        }
        int before = ready.size();
        try {
            select(nanos, ready);
            failedBefore = false;
        } catch (IOException | ClosedSelectorException | CancelledKeyException e) {
            if (failedBefore) {
                throw new IllegalStateException("the selector failed: " + e, e);
            }
            failedBefore = true;
            warnings.accept("the selector failed, and is replaced: " + e);
            replaceSelector();
        }
        return ready.size() - before;
    }

    private void select(long nanos, Fifo<Object> ready) throws IOException {
        Selector open = Objects.requireNonNull(selector);
        if (nanos <= 0) {
            open.selectNow(appendingTo(ready));
        } else {
            // Rounded up: a select that ends just before the deadline would spin until it.
            long millis = TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1;
            int found = open.select(appendingTo(ready), millis);
            if (found > 0 || woken || System.nanoTime() - sleepBegan >= nanos / 2) {
                emptyPolls.end();
            } else {
                endedEarly(ready);
            }
            woken = false;
        }
        closedChannels.notice(Objects.requireNonNull(selector), ready);
    }

    private void endedEarly(Fifo<Object> ready) throws IOException {
        if (emptyPolls.add()) {
            warnings.accept("the selector keeps returning early and with nothing, and is replaced");
            replaceSelector();
        }
        if (emptyPolls.pauseNanos() > 0) {
            LockSupport.parkNanos(this, emptyPolls.pauseNanos());
            Objects.requireNonNull(selector)
                    .selectNow(key -> append(key, ready)); // looking still works, if waiting does not
        }
    }

    /** Registers everything with a new selector. */
    private void replaceSelector() {
        Selector old = Objects.requireNonNull(selector);
        try {
            Selector fresh = provider == null ? Selector.open() : provider.openSelector();
            closedChannels.moveTo(fresh);
            selector = fresh;
            lastWaitedFor = null;
            old.close();
        } catch (IOException e) {
            throw new IllegalStateException("the selector could not be replaced: " + e.getMessage(), e);
        }
    }

    /** The thread that is going to sleep in {@link #poll}, said before the loop announces that it sleeps. */
    void prepare(long now) {
        sleeper = Thread.currentThread();
        sleepBegan = now;
    }

    /** Ends the {@link #poll} in progress, or the next one. Any thread, once the loop has announced that it sleeps. */
    void wakeup() {
        Selector open = selector;
        if (open != null) {
            woken = true;
            open.wakeup();
        } else {
            LockSupport.unpark(sleeper);
        }
    }

    void close() {
        Selector open = selector;
        if (open != null) {
            selector = null;
            closedChannels.clear();
            try {
                open.close();
            } catch (IOException e) {
                throw new IllegalStateException("the selector could not be closed: " + e.getMessage(), e);
            }
        }
    }

    private @Nullable SelectionKey validKey(SelectableChannel channel) {
        SelectionKey key = selector == null ? null : channel.keyFor(selector);
        return key != null && key.isValid() ? key : null;
    }

    private SelectionKey key(SelectableChannel channel) {
        try {
            Selector open = selector;
            if (open == null) {
                open = provider == null ? Selector.open() : provider.openSelector();
                selector = open;
            }
            SelectionKey key = channel.keyFor(open);
            if (key != null && !key.isValid()) {
                // Cancelled by a close or by the user: the selector forgets it at its next turn.
                open.selectNow(ignored -> {});
                key = null;
            }
            if (key == null) {
                key = channel.register(open, 0, new Interest());
                closedChannels.registered(key);
            }
            return key;
        } catch (ClosedChannelException e) {
            throw new IllegalStateException("the channel is closed: " + channel, e);
        } catch (IOException e) {
            throw new IllegalStateException("no selector could be opened: " + e.getMessage(), e);
        }
    }

    private static int operations(SelectableChannel channel, boolean writing) {
        int wanted = writing
                ? SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT
                : SelectionKey.OP_READ | SelectionKey.OP_ACCEPT;
        int operations = wanted & channel.validOps();
        if (operations == 0) {
            throw new IllegalArgumentException(channel + " can never become " + (writing ? "writable" : "readable"));
        }
        return operations;
    }

    /** Appends the entries of keys that are ready. */
    private record Appending(Fifo<Object> ready) implements Consumer<SelectionKey> {
        @Override
        public void accept(SelectionKey key) {
            append(key, ready);
        }
    }

    private Appending appendingTo(Fifo<Object> ready) {
        Appending last = appending;
        if (last == null || last.ready != ready) {
            last = new Appending(ready);
            appending = last;
        }
        return last;
    }

    private static void append(SelectionKey key, Fifo<Object> ready) {
        var interest = (Interest) key.attachment();
        int operations;
        try {
            operations = key.readyOps();
        } catch (CancelledKeyException e) {
            return; // closed in this very select
        }
        // Reader first, as asyncio does.
        if (interest.reader != null && (operations & (SelectionKey.OP_READ | SelectionKey.OP_ACCEPT)) != 0) {
            ready.addLast(interest.reader);
        }
        if (interest.writer != null && (operations & (SelectionKey.OP_WRITE | SelectionKey.OP_CONNECT)) != 0) {
            ready.addLast(interest.writer);
        }
    }
}
