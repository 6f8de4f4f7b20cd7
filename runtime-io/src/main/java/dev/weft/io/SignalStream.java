package dev.weft.io;

import dev.weft.ClosedResourceException;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Signals as they come, each name at most once while nobody has taken it: as the system itself keeps them, so that the stream never holds
 * more than it has names. While it is open, it stands in for handlers of {@link EventLoop#addSignalHandler} of the same signals. Any number
 * of tasks may take from it; each signal goes to one. Confined to its loop. Made by {@link Signals#receive}.
 */
public final class SignalStream implements AutoCloseable, Iterable<String> {
    private final EventLoop loop;
    private final OpenStreams all;
    private final Set<String> names = new LinkedHashSet<>();
    private final Set<String> pending = new LinkedHashSet<>();
    private final ArrayDeque<Future<@Nullable Void>> waiting = new ArrayDeque<>();
    private boolean closed;

    private SignalStream(EventLoop loop) {
        this.loop = loop;
        all = loop.attachment(OpenStreams.class, ignored -> new OpenStreams());
    }

    /** Those of one loop, which its end closes. */
    private static final class OpenStreams implements AutoCloseable {
        private final Set<SignalStream> streams = new LinkedHashSet<>();

        @Override
        public void close() {
            List.copyOf(streams).forEach(SignalStream::close);
        }
    }

    static SignalStream open(EventLoop loop, String... names) {
        if (names.length == 0) {
            throw new IllegalArgumentException("at least one signal to receive is needed");
        }
        var stream = new SignalStream(loop);
        try {
            for (String name : names) {
                stream.add(name.startsWith("SIG") ? name.substring(3) : name);
            }
        } catch (RuntimeException e) {
            stream.close();
            throw e;
        }
        stream.all.streams.add(stream);
        return stream;
    }

    private void add(String name) {
        for (SignalStream other : all.streams) {
            if (other.names.contains(name)) {
                throw new IllegalStateException("another stream receives " + name + ": " + other);
            }
        }
        if (!names.contains(name)) {
            loop.addSignalHandler(name, () -> arrived(name));
            names.add(name);
        }
    }

    /** A signal has come in; a callback of the loop. */
    void arrived(String name) {
        if (!closed && pending.add(name)) {
            wakeOne();
        }
    }

    private void wakeOne() {
        for (Future<@Nullable Void> turn : waiting) {
            if (!turn.done()) {
                turn.setResult(null);
                return;
            }
        }
    }

    /**
     * Takes the next signal; waits for it if there is none.
     *
     * @return its name, without {@code SIG}
     * @throws ClosedResourceException if the stream is closed, also while waiting
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; no signal is lost
     */
    @Suspends
    public String next() {
        if (!awaitSignal()) {
            throw new ClosedResourceException("the stream of signals is closed: " + this);
        }
        return take();
    }

    private String take() {
        String first = pending.iterator().next();
        pending.remove(first);
        if (!pending.isEmpty()) {
            wakeOne();
        }
        return first;
    }

    /** Whether there is one; otherwise the stream is closed. */
    @Suspends
    private boolean awaitSignal() {
        loop.checkThread();
        while (pending.isEmpty() && !closed) {
            Future<@Nullable Void> turn = loop.createFuture();
            waiting.add(turn);
            boolean taken = false;
            try {
                turn.await();
                taken = true;
            } finally {
                waiting.remove(turn);
                if (!taken && !pending.isEmpty()) {
                    wakeOne(); // the wake-up was for this one
                }
            }
        }
        return !closed;
    }

    /**
     * The signals to come, until the stream is closed. The iterator suspends.
     *
     * @return an iterator over what {@link #next()} gives
     */
    @Override
    public Iterator<String> iterator() {
        return new Iterator<>() {
            private @Nullable String taken;

            @Override
            @Suspends
            public boolean hasNext() {
                if (taken == null && awaitSignal()) {
                    taken = take();
                }
                return taken != null;
            }

            @Override
            @Suspends
            public String next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("the stream of signals is closed");
                }
                String signal = Objects.requireNonNull(taken);
                taken = null;
                return signal;
            }
        };
    }

    /**
     * Receives no more: the signals do again what they did before the stream was opened, handlers of {@link EventLoop#addSignalHandler}
     * excepted, which it has replaced. Whoever waits for a signal stops waiting. What was not taken is dropped. Does not suspend; may be
     * repeated.
     */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        pending.clear();
        all.streams.remove(this);
        for (String name : names) {
            loop.removeSignalHandler(name);
        }
        for (Future<@Nullable Void> turn : List.copyOf(waiting)) {
            if (!turn.done()) {
                turn.setResult(null);
            }
        }
    }

    @Override
    public String toString() {
        return "SignalStream[" + String.join(", ", names) + (closed ? ", closed" : "") + ", " + pending.size()
                + " pending]";
    }
}
