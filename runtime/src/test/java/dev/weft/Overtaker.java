package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import java.util.concurrent.locks.LockSupport;

/** Has a portable loop go on without whatever keeps it, again and again, at once rather than after a second. */
public final class Overtaker implements AutoCloseable {
    private static final long PAUSE_NANOS = 5_000;

    private final EventLoop loop;
    private volatile boolean over;

    /**
     * Starts.
     *
     * @param loop whose tasks are overtaken
     */
    public Overtaker(EventLoop loop) {
        this.loop = loop;
        Thread.ofPlatform().name("overtaker").daemon().start(this::run);
    }

    @Override
    public void close() {
        over = true; // it ends within microseconds
    }

    private void run() {
        while (!over) {
            Fiber fiber = loop.core().currentFiber();
            if (fiber != null) {
                fiber.overtake();
            }
            LockSupport.parkNanos(PAUSE_NANOS);
        }
    }
}
