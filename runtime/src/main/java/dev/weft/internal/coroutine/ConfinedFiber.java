package dev.weft.internal.coroutine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.AbstractOwnableSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.StampedLock;
import org.jspecify.annotations.Nullable;

/**
 * A fiber on a virtual thread whose scheduler is this object. The JDK hands {@link #execute} a runnable, always the same one,
 * each time the thread can go on; running it on the loop's platform thread continues the thread there until it lets go.
 *
 * <pre>
 *   created     execute(r) from Thread.start       r is kept, nothing runs
 *   resume()    r.run() on the loop's thread       the body runs
 *   suspend()   Thread.yield: execute(r)           ignored: the loop resumes it in its own time
 *   anywhere    somebody looked at the stack:      execute(r) once more than needed, perhaps late: the host sorts that out
 *   elsewhere   park, monitor, Thread.yield ...    the JDK calls execute(r) when it is over: the host is told
 *   abandoned   elsewhere, and the loop is gone    execute(r) goes to the JDK's own scheduler
 * </pre>
 *
 * Suspending by {@code Thread.yield} rather than {@code park} costs less (no unpark), cannot be ended by a stray unpark or
 * interrupt, and returns at once when the stack is pinned, which a park would answer by blocking the loop's thread for ever.
 */
final class ConfinedFiber extends Fiber implements Executor {
    private final Thread thread;
    private @Nullable Runnable continuation;

    /** Whether the body has gone on since {@link #resume}. */
    private boolean moved;

    /** Set once, by {@link #abandon}; read by whichever thread ends a wait outside the loop. */
    private volatile boolean abandoned;

    ConfinedFiber(FiberHost host, Runnable body, String name) {
        super(host, body);
        thread = VirtualThreads.unstarted(this, name, body);
        thread.start();
    }

    @Override
    public Thread thread() {
        return thread;
    }

    @Override
    public void rename(String name) {
        VirtualThreads.rename(thread, name);
    }

    @Override
    public void execute(Runnable runnable) {
        if (continuation == null) {
            continuation = runnable; // Thread.start
        } else if (runnable != continuation) {
            // A virtual thread started by the body inherits its scheduler. It is not ours to run.
            VirtualThreads.runElsewhere(runnable);
        } else if (abandoned) {
            VirtualThreads.runElsewhere(runnable);
        } else if (!suspended) {
            host.wake(this);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // set since the constructor started the thread
    public Pause resume() {
        boolean wasSuspended = suspended;
        suspended = false;
        elsewhere = false;
        moved = false;
        continuation.run();
        while (wasSuspended && !moved) {
            // The JDK does not let a thread go on while another one walks its stack. It takes a moment.
            Thread.onSpinWait();
            continuation.run();
        }
        if (suspended) {
            return Pause.SUSPENDED;
        }
        if (!thread.isAlive()) { // rather than a method around the body: each frame is copied at every switch
            return Pause.ENDED;
        }
        elsewhere = true;
        paused = true;
        return waitsForLock() ? Pause.LOCK : Pause.ELSEWHERE;
    }

    @Override
    @SuppressWarnings("ThreadPriorityCheck") // the scheduler relied on is this object
    public boolean suspend() {
        suspended = true;
        paused = true;
        try {
            Thread.yield();
            moved = true;
        } catch (StackOverflowError e) {
            suspended = false;
            throw tooDeepToSuspend(e);
        } catch (Throwable e) {
            suspended = false;
            throw e;
        }
        if (suspended) {
            suspended = false;
            throw new IllegalStateException(
                    "cannot suspend here: a native frame or a class initialiser is on the stack, which pins it to the"
                            + " loop's thread; move the waiting call out of it");
        }
        return Thread.interrupted();
    }

    @Override
    public void abandon() {
        if (elsewhere) {
            abandoned = true;
            thread.interrupt();
        } else {
            VirtualThreads.forget(thread);
        }
    }

    @Override
    @SuppressWarnings("NullAway") // set since the constructor started the thread
    public void goOnOutside() {
        VirtualThreads.runElsewhere(continuation);
    }

    @Override
    public String waitsFor() {
        Object blocker = LockSupport.getBlocker(thread);
        return blocker == null
                ? "a monitor"
                : "a " + blocker.getClass().getNestHost().getSimpleName();
    }

    private boolean waitsForLock() {
        if (VirtualThreads.atMonitor(thread)) {
            return true;
        }
        Object blocker = LockSupport.getBlocker(thread);
        if (blocker instanceof AbstractOwnableSynchronizer) {
            // Latches and semaphores are built on the same class but are no locks: waiting for them may take any time.
            Class<?> outer = blocker.getClass().getNestHost();
            return outer != CountDownLatch.class && outer != Semaphore.class;
        }
        return blocker instanceof StampedLock;
    }
}
