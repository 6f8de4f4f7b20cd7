package dev.weft.io.websocket;

import dev.weft.EventLoop;
import dev.weft.TimerHandle;
import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Pings a silent peer, and notices when it stays silent.
 *
 * <pre>
 * quiet  -- nothing heard for the interval --> pinged      pinged -- something heard --> quiet
 * pinged -- nothing heard for the time limit --> dead
 * </pre>
 */
final class KeepAlive {
    private final EventLoop loop;
    private final Duration interval;
    private final Duration timeout;
    private final BooleanSupplier heldUp;
    private final Runnable ping;
    private final Runnable dead;
    private @Nullable TimerHandle timer;
    private long heardNanos;
    private boolean pinged;

    /**
     * Not running yet.
     *
     * @param heldUp whether nothing is heard because this side does not listen
     * @param ping sends a ping
     * @param dead told if there is no answer
     */
    KeepAlive(
            EventLoop loop, Duration interval, Duration timeout, BooleanSupplier heldUp, Runnable ping, Runnable dead) {
        this.loop = loop;
        this.interval = interval;
        this.timeout = timeout;
        this.heldUp = heldUp;
        this.ping = ping;
        this.dead = dead;
    }

    void start() {
        heardNanos = loop.time();
        arm(interval);
    }

    void heard() {
        heardNanos = loop.time();
        if (pinged) {
            pinged = false;
            if (timer != null) { // armed for the time limit
                timer.reset(interval);
            }
        }
    }

    void stop() {
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void arm(Duration delay) {
        timer = loop.callLater(delay, this::tick);
    }

    private void tick() {
        long left = interval.toNanos() - (loop.time() - heardNanos);
        if (pinged) {
            if (heldUp.getAsBoolean()) {
                arm(timeout);
            } else {
                timer = null;
                dead.run();
            }
        } else if (left > 0) {
            arm(Duration.ofNanos(left));
        } else {
            pinged = true;
            arm(timeout);
            ping.run();
        }
    }
}
