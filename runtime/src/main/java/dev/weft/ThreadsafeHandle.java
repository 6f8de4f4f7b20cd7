package dev.weft;

import dev.weft.internal.loop.UserCallback;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handle of {@code callSoonThreadsafe}. Whoever asks or cancels it from another thread while the callback runs waits until it has
 * finished: after {@code cancel()} has returned the callback neither runs nor will.
 */
final class ThreadsafeHandle extends Handle implements UserCallback {
    private final ReentrantLock running = new ReentrantLock();
    private volatile boolean cancelled;

    ThreadsafeHandle(EventLoop loop, Action callback, @Nullable Context context) {
        super(loop, callback, context);
    }

    @Override
    public void run() {
        running.lock();
        try {
            if (!cancelled) {
                invoke();
            }
        } catch (Throwable e) {
            loop.callbackFailed(this, e);
        } finally {
            running.unlock();
        }
    }

    @Override
    public void cancel() {
        if (loop.isCurrent()) {
            cancelled = true; // a callback that cancels its own handle must not wait for itself
            drop();
            return;
        }
        running.lock();
        try {
            cancelled = true;
            drop();
        } finally {
            running.unlock();
        }
    }

    @Override
    public boolean cancelled() {
        if (loop.isCurrent()) {
            return cancelled;
        }
        running.lock();
        try {
            return cancelled;
        } finally {
            running.unlock();
        }
    }
}
