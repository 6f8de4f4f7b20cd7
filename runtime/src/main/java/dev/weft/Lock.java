package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Mutual exclusion between tasks that wait while they hold it. Handed on first come, first served: a task that comes later never
 * overtakes one that waits. Not reentrant and owned by nobody: another task may release it.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait for it. Mirrors
 * {@code asyncio.Lock}.
 *
 * <pre>{@code
 * try (var _ = lock.hold()) {
 *     ...
 * }
 * }</pre>
 */
public final class Lock {
    private final Waiters waiters;
    private boolean locked;

    /** Whose code took the lock: for messages, since anybody may release it. */
    private @Nullable Thread holder;

    /** A free lock. */
    @SuppressWarnings("this-escape") // only named in messages
    public Lock() {
        waiters = new Waiters(this);
    }

    /** A lock inside something else, which is named in messages instead. */
    Lock(Object owner) {
        waiters = new Waiters(owner);
    }

    /**
     * Takes the lock. Waits, in order of arrival, while it is taken; returns at once, without a task switch, if it is free and nobody
     * is in line for it. Mirrors {@code asyncio.Lock.acquire}.
     *
     * @throws CancelledError if the task is cancelled while it waits; the lock is not taken, and goes to the next in line if it had just
     *     been given to this task
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop; in debug mode also if the caller
     *     holds it itself
     */
    @Suspends
    public void acquire() {
        if (!takeIfFree()) {
            awaitTurn();
        }
    }

    /**
     * As {@link #acquire()}, for at most that long. A free lock is taken whatever the limit.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if it could not be taken in time; it is not taken then, also if it became free at the same moment
     * @throws CancelledError if the task is cancelled while it waits
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public void acquire(@Nullable Duration limit) throws TimeoutException {
        if (!takeIfFree()) {
            Waiters.within(limit, this::awaitTurn);
        }
    }

    /**
     * Gives the lock back and wakes the first in line. It is free until that task runs, yet nobody else can take it. Any task or
     * callback may call. Mirrors {@code asyncio.Lock.release}.
     *
     * @throws IllegalStateException if it is not locked, or the caller is not on the lock's loop
     */
    public void release() {
        waiters.checkThread();
        if (!locked) {
            throw new IllegalStateException("cannot release a lock that is not locked: " + this);
        }
        locked = false;
        holder = null;
        wakeFirst();
    }

    /** {@return whether it is taken} */
    public boolean locked() {
        waiters.checkThread();
        return locked;
    }

    /** {@return how many tasks wait for it and have not been woken} */
    public int waiters() {
        waiters.checkThread();
        return waiters.waiting();
    }

    /**
     * Takes the lock, as {@link #acquire()}, until the handle is closed. Mirrors {@code async with lock}.
     *
     * @return a handle for try-with-resources
     * @throws CancelledError if the task is cancelled while it waits; the lock is not taken
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public Held hold() {
        acquire();
        return new Held(this);
    }

    /**
     * Takes the lock, runs a body, and gives the lock back.
     *
     * @param body what to run, in the calling task
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the task is cancelled while it waits for the lock; the body is not called
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        acquire();
        try {
            return body.call();
        } finally {
            release();
        }
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param body what to run, in the calling task
     * @param <X> what the body may throw
     * @throws X as the body does
     */
    @Suspends
    public <X extends Exception> void run(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        acquire();
        try {
            body.run();
        } finally {
            release();
        }
    }

    @Override
    public String toString() {
        int waiting = waiters.waiting();
        return "Lock[" + describeState() + (waiting == 0 ? "" : ", " + waiting + " waiting") + "]";
    }

    /** Whose code took the lock, {@code null} while it is free. Any thread may ask. */
    @Nullable
    Thread holder() {
        return holder;
    }

    String describeState() {
        Thread current = holder;
        return !locked ? "unlocked" : current == null ? "locked" : "locked by " + Describe.shorten(current.getName());
    }

    private boolean takeIfFree() {
        waiters.checkThread();
        if (locked || !waiters.idle()) {
            return false;
        }
        take();
        return true;
    }

    private void take() {
        locked = true;
        holder = Thread.currentThread();
    }

    @Suspends
    private void awaitTurn() {
        refuseToWaitForOneself();
        try {
            waiters.await();
        } catch (Throwable e) {
            if (!locked) {
                wakeFirst(); // this task may have been the one to take it, or to see to the next
            }
            throw e;
        }
        take();
    }

    private void refuseToWaitForOneself() {
        EventLoop here = holder == Thread.currentThread() ? EventLoop.current() : null;
        if (here != null && here.getDebug()) {
            throw new IllegalStateException("a lock is not reentrant, and the calling task holds it already: " + this);
        }
    }

    private void wakeFirst() {
        if (waiters.woken() == 0) { // else somebody is on the way to take it already
            waiters.wakeHead();
        }
    }

    /** A lock that is held until this is closed. */
    public static final class Held implements AutoCloseable {
        private @Nullable Lock lock;

        private Held(Lock lock) {
            this.lock = lock;
        }

        /**
         * Gives the lock back. Without effect when called again.
         *
         * @throws IllegalStateException if somebody else has released the lock meanwhile
         */
        @Override
        public void close() {
            Lock held = lock;
            if (held != null) {
                lock = null;
                held.release();
            }
        }
    }
}
