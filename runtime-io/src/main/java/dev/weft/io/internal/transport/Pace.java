package dev.weft.io.internal.transport;

import dev.weft.Action;
import dev.weft.EventLoop;
import dev.weft.TimerHandle;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Holds one connection to its limits: tells when it may move bytes, and notices when it has moved none for too long. */
final class Pace {
    private final EventLoop loop;
    private final ConnectionLimits limits;
    private long lastMove;
    private @Nullable TimerHandle idle;
    private @Nullable TimerHandle nextRead;
    private @Nullable TimerHandle nextWrite;

    Pace(EventLoop loop, ConnectionLimits limits) {
        this.loop = loop;
        this.limits = limits;
    }

    /** From now on silence counts. */
    void start(Action whenIdle) {
        if (limits.idle() != null) {
            lastMove = loop.time();
            watch(limits.idle(), whenIdle);
        }
    }

    /** One timer that is set again when it fires: cheaper than one that is moved by every byte. */
    private void watch(Duration limit, Action whenIdle) {
        long left = limit.toNanos() - (loop.time() - lastMove);
        idle = loop.callLater(Duration.ofNanos(left), () -> {
            if (loop.time() - lastMove >= limit.toNanos()) {
                whenIdle.run();
            } else {
                watch(limit, whenIdle);
            }
        });
    }

    /** How many bytes to read at most; 0 if none yet, and then this is called when it is time. */
    int mayRead(Action again) {
        Bandwidth shared = limits.reading();
        if (shared == null) {
            return Integer.MAX_VALUE;
        }
        long delay = shared.delay(loop.time());
        if (delay == 0) {
            return shared.piece();
        }
        cancel(nextRead);
        nextRead = loop.callLater(Duration.ofNanos(delay), again);
        return 0;
    }

    /** How many bytes to write at most; 0 if none yet, and then this is called when it is time. */
    int mayWrite(Action again) {
        Bandwidth shared = limits.writing();
        if (shared == null) {
            return Integer.MAX_VALUE;
        }
        long delay = shared.delay(loop.time());
        if (delay == 0) {
            return shared.piece();
        }
        cancel(nextWrite);
        nextWrite = loop.callLater(Duration.ofNanos(delay), again);
        return 0;
    }

    boolean limitsWriting() {
        return limits.writing() != null;
    }

    void haveRead(long bytes) {
        if (bytes > 0) {
            moved(limits.reading(), bytes);
        }
    }

    void haveWritten(long bytes) {
        if (bytes > 0) {
            moved(limits.writing(), bytes);
        }
    }

    private void moved(@Nullable Bandwidth shared, long bytes) {
        if (shared != null) {
            shared.moved(loop.time(), bytes);
        }
        if (limits.idle() != null) {
            lastMove = loop.time();
        }
    }

    void stop() {
        cancel(idle);
        cancel(nextRead);
        cancel(nextWrite);
        idle = null;
        nextRead = null;
        nextWrite = null;
    }

    private static void cancel(@Nullable TimerHandle timer) {
        if (timer != null) {
            timer.cancel();
        }
    }
}
