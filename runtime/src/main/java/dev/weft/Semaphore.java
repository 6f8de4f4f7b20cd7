package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A number of units that tasks take and give back. Handed on first come, first served: while tasks are in line a newcomer queues up,
 * even if units are free. Owned by nobody: any task may give a unit back, also one it never took.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait for it. Mirrors
 * {@code asyncio.Semaphore}.
 */
public sealed class Semaphore permits BoundedSemaphore {
    private final Waiters waiters;

    /** Units that are free and promised to nobody: a woken task's unit is taken off when it is woken. */
    private int value;

    /** A semaphore with one unit. */
    public Semaphore() {
        this(1);
    }

    /**
     * A semaphore.
     *
     * @param value the number of units at first, zero or more
     * @throws IllegalArgumentException if it is negative
     */
    @SuppressWarnings("this-escape") // only named in messages
    public Semaphore(int value) {
        if (value < 0) {
            throw new IllegalArgumentException("a semaphore needs an initial value of 0 or more, got " + value);
        }
        this.value = value;
        waiters = new Waiters(this);
    }

    /**
     * Takes a unit. Waits, in order of arrival, while there is none; returns at once, without a task switch, if one is free and nobody is
     * in line. Mirrors {@code asyncio.Semaphore.acquire}.
     *
     * @throws CancelledError if the task is cancelled while it waits; no unit is taken, and one it had just been given goes to the next in
     *     line
     * @throws IllegalStateException if it has to wait and the caller is no task of the semaphore's loop
     */
    @Suspends
    public void acquire() {
        if (!takeIfFree()) {
            awaitTurn();
        }
    }

    /**
     * As {@link #acquire()}, for at most that long. A free unit is taken whatever the limit.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if no unit could be taken in time; none is taken then, also if one was given at the same moment
     * @throws CancelledError if the task is cancelled while it waits
     * @throws IllegalStateException if it has to wait and the caller is no task of the semaphore's loop
     */
    @Suspends
    public void acquire(@Nullable Duration limit) throws TimeoutException {
        if (!takeIfFree()) {
            Waiters.within(limit, this::awaitTurn);
        }
    }

    /**
     * Gives a unit back, and it to the first in line. There may be more units afterwards than at first. Any task or callback may call.
     * Mirrors {@code asyncio.Semaphore.release}.
     *
     * @throws IllegalStateException if the caller is not on the semaphore's loop
     */
    public void release() {
        waiters.checkThread();
        if (value == Integer.MAX_VALUE) {
            throw new IllegalStateException("too many units: " + this);
        }
        value++;
        wakeNext();
    }

    /** {@return whether {@link #acquire()} would wait: no unit is free, or tasks are in line} */
    public boolean locked() {
        waiters.checkThread();
        return value == 0 || !waiters.idle();
    }

    /** {@return how many tasks wait for a unit and have not been woken} */
    public int waiters() {
        waiters.checkThread();
        return waiters.waiting();
    }

    /**
     * Takes a unit, as {@link #acquire()}, until the handle is closed. Mirrors {@code async with semaphore}.
     *
     * @return a handle for try-with-resources
     * @throws CancelledError if the task is cancelled while it waits; no unit is taken
     * @throws IllegalStateException if it has to wait and the caller is no task of the semaphore's loop
     */
    @Suspends
    public Held hold() {
        acquire();
        return new Held(this);
    }

    /**
     * Takes a unit, runs a body, and gives the unit back.
     *
     * @param body what to run, in the calling task
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the task is cancelled while it waits for the unit; the body is not called
     * @throws IllegalStateException if it has to wait and the caller is no task of the semaphore's loop
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
        return getClass().getSimpleName() + "["
                + (value == 0 || !waiters.idle() ? "locked" : "unlocked, value " + value)
                + (waiting == 0 ? "" : ", " + waiting + " waiting") + "]";
    }

    final int value() {
        return value;
    }

    private boolean takeIfFree() {
        waiters.checkThread();
        if (value == 0 || !waiters.idle()) {
            return false;
        }
        value--;
        return true;
    }

    @Suspends
    private void awaitTurn() {
        Waiters.Place place = waiters.join();
        try {
            waiters.await(place);
        } catch (Throwable e) {
            if (place.woken()) {
                value++; // given, and not taken
            }
            throw e;
        } finally {
            // While this task was on its way units may have been given back for tasks that came later.
            while (value > 0 && wakeNext()) {}
        }
    }

    private boolean wakeNext() {
        boolean somebody = waiters.wakeNext();
        if (somebody) {
            value--;
        }
        return somebody;
    }

    /** A unit that is held until this is closed. */
    public static final class Held implements AutoCloseable {
        private @Nullable Semaphore semaphore;

        private Held(Semaphore semaphore) {
            this.semaphore = semaphore;
        }

        /** Gives the unit back. Without effect when called again. */
        @Override
        public void close() {
            Semaphore held = semaphore;
            if (held != null) {
                semaphore = null;
                held.release();
            }
        }
    }
}
