package dev.weft.io.http;

import dev.weft.EventLoop;
import dev.weft.TimerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The one time limit that a connection is under at a time. Moving it is cheap: the timer stays where it is unless it would come too late, and
 * looks again when it fires.
 */
final class Deadline implements AutoCloseable {
    private static final long NONE = Long.MAX_VALUE;

    private final EventLoop loop;
    private final Runnable expired;
    private long at = NONE;
    private @Nullable TimerHandle timer;
    private long timerAt;

    /**
     * A deadline that is not set.
     *
     * @param expired run on the loop, outside of any task, each time the deadline passes
     */
    Deadline(EventLoop loop, Runnable expired) {
        this.loop = loop;
        this.expired = expired;
    }

    void set(Duration fromNow) {
        at = loop.time() + fromNow.toNanos();
        if (timer == null || timerAt > at) {
            schedule();
        }
    }

    void clear() {
        at = NONE;
    }

    private void schedule() {
        if (timer != null) {
            timer.cancel();
        }
        timerAt = at;
        timer = loop.callAt(at, this::fire);
    }

    private void fire() {
        timer = null;
        if (at == NONE) {
            return;
        }
        if (loop.time() < at) {
            schedule();
        } else {
            at = NONE;
            expired.run();
        }
    }

    @Override
    public void close() {
        at = NONE;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }
}
