package dev.weft.internal.loop;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.spi.SelectorProvider;
import java.util.Set;
import java.util.function.Consumer;

/**
 * A selector that sleeps only until it is known how the race ended: whether whoever had something for the loop has rung. So a test needs no
 * clock to tell a wake-up that was lost from one that is late.
 */
final class Bell extends Selector {
    private static final VarHandle SELECTOR;
    private static final VarHandle POLLER;

    static {
        // A real one would have to be opened, with a channel, for each of millions of rounds.
        try {
            SELECTOR = MethodHandles.privateLookupIn(Poller.class, MethodHandles.lookup())
                    .findVarHandle(Poller.class, "selector", Selector.class);
            POLLER = MethodHandles.privateLookupIn(LoopCore.class, MethodHandles.lookup())
                    .findVarHandle(LoopCore.class, "poller", Poller.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int SPINS = 1_000;

    private volatile boolean posted;
    private volatile boolean rung;
    private boolean slept;
    private boolean sleptOn;

    /** Has a loop sleep in this one. */
    void hangUpIn(LoopCore core) {
        SELECTOR.setVolatile(POLLER.get(core), this);
    }

    /** The other thread is through with handing over. */
    void posted() {
        posted = true;
    }

    /** Whether the loop went to sleep. */
    boolean slept() {
        return slept;
    }

    /** Whether it would have slept for ever. */
    boolean sleptOn() {
        return sleptOn;
    }

    @Override
    public int select(Consumer<SelectionKey> action, long millis) {
        slept = true;
        for (int spins = 0; !rung; spins++) {
            if (posted) {
                sleptOn = !rung;
                break;
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
        return 0;
    }

    @Override
    public int selectNow(Consumer<SelectionKey> action) {
        return 0;
    }

    @Override
    public Selector wakeup() {
        rung = true;
        return this;
    }

    @Override
    public Set<SelectionKey> keys() {
        return Set.of();
    }

    @Override
    public void close() {}

    @Override
    public boolean isOpen() {
        return true;
    }

    @Override
    public SelectorProvider provider() {
        throw new UnsupportedOperationException("no channel is registered here");
    }

    @Override
    public Set<SelectionKey> selectedKeys() {
        throw new UnsupportedOperationException("the loop takes keys as they come");
    }

    @Override
    public int selectNow() {
        throw new UnsupportedOperationException("the loop takes keys as they come");
    }

    @Override
    public int select(long millis) {
        throw new UnsupportedOperationException("the loop takes keys as they come");
    }

    @Override
    public int select() {
        throw new UnsupportedOperationException("the loop takes keys as they come");
    }
}
