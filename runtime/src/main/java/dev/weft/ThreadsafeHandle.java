package dev.weft;

import dev.weft.internal.coroutine.Linked;
import dev.weft.internal.loop.UserCallback;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The handle of {@code callSoonThreadsafe}. Whoever asks or cancels it from another thread while the callback runs waits until it has
 * finished: after {@code cancel()} has returned the callback neither runs nor will.
 *
 * <p>Its own link in the loop's inbox, and one word of state instead of a lock: nobody waits as a rule.
 */
final class ThreadsafeHandle extends Handle implements UserCallback, Linked {
    private static final int RUNNING = 1;
    private static final int CANCELLED = 2;

    /** Somebody waits for the end of the run. */
    private static final int AWAITED = 4;

    private static final VarHandle STATE;

    static {
        try {
            STATE = MethodHandles.lookup().findVarHandle(ThreadsafeHandle.class, "state", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** One for all handles: hardly ever taken. */
    private static final ReentrantLock WAITING = new ReentrantLock();

    private static final Condition ENDED = WAITING.newCondition();

    private volatile int state;
    private @Nullable Linked link;

    ThreadsafeHandle(EventLoop loop, Action callback, @Nullable Context context) {
        super(loop, callback, context);
    }

    @Override
    public void run() {
        if (!STATE.compareAndSet(this, 0, RUNNING)) {
            return; // cancelled
        }
        try {
            invoke();
        } catch (Throwable e) {
            loop.callbackFailed(this, e);
        } finally {
            int before = (int) STATE.getAndBitwiseAnd(this, CANCELLED);
            if ((before & AWAITED) != 0) {
                tellEnd();
            }
        }
    }

    @Override
    public void cancel() {
        int before = (int) STATE.getAndBitwiseOr(this, CANCELLED);
        // A callback that cancels its own handle must not wait for itself.
        if ((before & RUNNING) != 0 && !loop.isCurrent()) {
            awaitEnd();
        }
        drop();
    }

    @Override
    public boolean cancelled() {
        if ((state & RUNNING) != 0 && !loop.isCurrent()) {
            awaitEnd();
        }
        return (state & CANCELLED) != 0;
    }

    /** Any thread may ask: all get the same. */
    @Override
    public synchronized Context getContext() {
        return super.getContext();
    }

    private void awaitEnd() {
        WAITING.lock();
        try {
            for (int current = state; (current & RUNNING) != 0; current = state) {
                if (STATE.compareAndSet(this, current, current | AWAITED)) {
                    // Whoever ends the run needs the lock to tell: it cannot have told yet.
                    ENDED.awaitUninterruptibly();
                }
            }
        } finally {
            WAITING.unlock();
        }
    }

    private static void tellEnd() {
        WAITING.lock();
        try {
            ENDED.signalAll();
        } finally {
            WAITING.unlock();
        }
    }

    @Override
    public @Nullable Linked link() {
        return link;
    }

    @Override
    public void setLink(@Nullable Linked next) {
        link = next;
    }
}
