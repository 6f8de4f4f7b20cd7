package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A callback scheduled for a time of its loop's clock. Compares by deadline. Mirrors {@code asyncio.TimerHandle}; {@link #reset},
 * {@link #delay} and {@link #active} mirror Twisted's {@code IDelayedCall}.
 */
public abstract class TimerHandle extends Handle implements Comparable<TimerHandle> {
    private Timer timer;

    TimerHandle(EventLoop loop, long when, Action callback, @Nullable Context context) {
        super(loop, callback, context);
        timer = loop.core().schedule(when, entry());
    }

    abstract dev.weft.internal.loop.LoopEntry entry();

    /** {@return when it is due, in nanoseconds of {@link EventLoop#time}} */
    public long when() {
        return timer.when();
    }

    /** {@return whether it neither ran nor was cancelled} */
    public boolean active() {
        return timer.scheduled();
    }

    /**
     * Moves the deadline to that long from now.
     *
     * @param fromNow how long from now
     * @throws IllegalStateException if it has run or was cancelled
     */
    public void reset(Duration fromNow) {
        rearm(loop.deadline(fromNow));
    }

    /**
     * Moves the deadline by that much.
     *
     * @param by how much later, earlier if negative
     * @throws IllegalStateException if it has run or was cancelled
     */
    public void delay(Duration by) {
        rearm(Durations.add(timer.when(), by));
    }

    @Override
    public void cancel() {
        loop.checkThread();
        loop.core().cancel(timer);
        drop();
    }

    @Override
    public int compareTo(TimerHandle other) {
        return Long.compare(when(), other.when());
    }

    @Override
    String details() {
        return " at " + timer.when() + " ns";
    }

    private void rearm(long when) {
        loop.checkThread();
        if (!timer.scheduled()) {
            throw new IllegalStateException(this + " has " + (cancelled() ? "been cancelled" : "already run"));
        }
        loop.core().cancel(timer);
        timer = loop.core().schedule(when, entry());
    }
}
