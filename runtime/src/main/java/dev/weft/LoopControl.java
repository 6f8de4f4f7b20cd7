package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * What a loop made for tests needs to know and to decide beyond what every loop offers. Subclasses get it by {@link EventLoop#control};
 * {@code dev.weft.testing.TestLoop} is built on nothing else.
 *
 * <p>Belongs to the loop, as its other methods do. Listeners are called on the loop's own stack, between two steps of its tasks: they may
 * not wait, log, or take a lock that a task could hold.
 */
public final class LoopControl {
    private final EventLoop loop;
    private @Nullable IdleListener idleListener;
    private @Nullable ForeignWaitListener foreignWaitListener;

    LoopControl(EventLoop loop) {
        this.loop = loop;
    }

    /** Told when the loop is about to sleep although nothing but perhaps a timer can wake it. */
    public interface IdleListener {
        /**
         * Nothing is left to do.
         *
         * @param timers whether there are timers, which the clock has not skipped to
         * @return how many nanoseconds the loop may sleep at most before it asks again, {@code Long.MAX_VALUE} for as long as it likes; zero
         *     if something was queued, or the loop was stopped
         */
        long idle(boolean timers);
    }

    /** Told of waits that the loop's clock knows nothing of, such as {@code Thread.sleep}. */
    public interface ForeignWaitListener {
        /**
         * A task or a callback has begun to wait, for a time, in code that is not Weft's.
         *
         * @param waiting the thread it runs on, which waits
         * @param who the task, or words for a callback
         */
        void waits(Thread waiting, Object who);
    }

    /** {@return how many entries wait in the ready queue} */
    public int readyEntries() {
        loop.checkThread();
        return loop.core().readySize();
    }

    /**
     * Ends the run in progress after the current entry. For code on the loop, and for listeners.
     *
     * @param failure what it throws
     */
    public void endRun(Throwable failure) {
        loop.core().stopWith(failure);
    }

    /**
     * Ends the run in progress with a {@link DeadlockException} that describes what the loop's tasks wait for.
     *
     * @param remark added to the first line of its message, may be empty
     */
    public void failDeadlocked(String remark) {
        loop.checkThread();
        loop.core().runOnFiber(() -> loop.core().stopWith(DeadlockException.on(loop, remark)));
    }

    /**
     * Whom to tell when nothing is left to do.
     *
     * @param listener the listener; null for nobody
     */
    public void onIdle(@Nullable IdleListener listener) {
        idleListener = listener;
    }

    /**
     * Whom to tell of waits in time that is not the loop's. In {@link EventLoop.Mode#PORTABLE} only waits of more than a millisecond are
     * seen.
     *
     * @param listener the listener; null for nobody
     */
    public void onForeignWait(@Nullable ForeignWaitListener listener) {
        foreignWaitListener = listener;
        loop.core().watchWaits(listener != null);
    }

    /**
     * Says that a thread the loop does not know of is going to call {@link EventLoop#callSoonThreadsafe}: until that is taken back, a
     * virtual clock does not skip, and what waits is no deadlock.
     *
     * @return to be closed, by any thread, when that has happened
     */
    public Expectation expectOutside() {
        loop.checkThread();
        return new Expectation(loop);
    }

    /** Something outside the loop that it must wait for. */
    public static final class Expectation implements AutoCloseable {
        private final EventLoop loop;
        private final AtomicBoolean over = new AtomicBoolean();

        private Expectation(EventLoop loop) {
            this.loop = loop;
            loop.core().outsideWorkBegan();
        }

        /** Nothing is expected any more. May be repeated; any thread may call, after whatever it has handed to the loop. */
        @Override
        public void close() {
            if (over.compareAndSet(false, true)) {
                ThreadFutures.post(loop, () -> loop.core().outsideWorkEnded());
            }
        }
    }

    long idle() {
        IdleListener listener = idleListener;
        return listener == null ? Long.MAX_VALUE : listener.idle(loop.core().liveTimers() > 0);
    }

    boolean watchesIdling() {
        return idleListener != null;
    }

    void waitsElsewhere(Fiber fiber) {
        ForeignWaitListener listener = foreignWaitListener;
        if (listener != null) {
            Object owner = fiber.owner();
            listener.waits(fiber.thread(), owner == null ? "a callback" : owner);
        }
    }
}
