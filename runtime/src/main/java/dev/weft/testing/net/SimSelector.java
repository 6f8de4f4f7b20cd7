package dev.weft.testing.net;

import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.AbstractSelectableChannel;
import java.nio.channels.spi.AbstractSelector;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds channels of a network in memory ready, in the order in which they were registered. What makes them ready happens on the loop
 * itself: so while it sleeps, which it does in real time, only {@link #wakeup} ends that before its time.
 */
final class SimSelector extends AbstractSelector {
    private final Set<SelectionKey> keys = new LinkedHashSet<>();
    private final Set<SelectionKey> keysView = Collections.unmodifiableSet(keys);
    private final Set<SelectionKey> selected = new LinkedHashSet<>();
    private volatile boolean woken;
    private volatile @Nullable Thread sleeper;

    SimSelector(SimProvider provider) {
        super(provider);
    }

    @Override
    protected SelectionKey register(AbstractSelectableChannel channel, int operations, @Nullable Object attachment) {
        if (!(channel instanceof SimChannel)) {
            throw new IllegalArgumentException("not a channel of this loop's network in memory: " + channel
                    + "; open channels by EventLoop.selectorProvider()");
        }
        var key = new SimKey(this, channel);
        key.attach(attachment);
        key.interestOps(operations);
        keys.add(key);
        return key;
    }

    @Override
    public Set<SelectionKey> keys() {
        ensureOpen();
        return keysView;
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        ensureOpen();
        return selected;
    }

    // ---- selecting

    @Override
    public int selectNow() {
        return selectNow(selected::add);
    }

    @Override
    public int select(long timeoutMillis) {
        return select(selected::add, timeoutMillis);
    }

    @Override
    public int select() {
        return select(0);
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) {
        woken = false;
        return look(action);
    }

    @Override
    public int select(Consumer<SelectionKey> action, long timeoutMillis) {
        if (timeoutMillis < 0) {
            throw new IllegalArgumentException("a timeout is not negative, got " + timeoutMillis);
        }
        int found = look(action);
        if (found == 0) {
            sleep(timeoutMillis == 0 ? Long.MAX_VALUE : TimeUnit.MILLISECONDS.toNanos(timeoutMillis));
            found = look(action);
        }
        woken = false;
        return found;
    }

    private int look(Consumer<SelectionKey> action) {
        ensureOpen();
        letGo();
        int found = 0;
        for (SelectionKey key : keys) {
            if (((SimKey) key).look()) {
                action.accept(key);
                found++;
            }
        }
        return found;
    }

    private void letGo() {
        Set<SelectionKey> cancelled = cancelledKeys();
        synchronized (cancelled) {
            for (SelectionKey key : cancelled) {
                forget(key);
            }
            cancelled.clear();
        }
    }

    private void forget(SelectionKey key) {
        keys.remove(key);
        selected.remove(key);
        deregister((SimKey) key);
    }

    private void sleep(long nanos) {
        long began = System.nanoTime();
        sleeper = Thread.currentThread();
        try {
            for (long left = nanos;
                    left > 0 && !woken && isOpen() && !Thread.currentThread().isInterrupted();
                    left = nanos - (System.nanoTime() - began)) {
                LockSupport.parkNanos(this, left);
            }
        } finally {
            sleeper = null;
        }
    }

    @Override
    public Selector wakeup() {
        woken = true;
        LockSupport.unpark(sleeper);
        return this;
    }

    @Override
    protected void implCloseSelector() {
        wakeup();
        List.copyOf(keys).forEach(this::forget);
    }

    private void ensureOpen() {
        if (!isOpen()) {
            throw new ClosedSelectorException();
        }
    }
}
