package dev.weft;

import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A flag that tasks wait for. {@link #set} wakes all that wait, in the order in which they came.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait for it. Mirrors
 * {@code asyncio.Event}.
 */
public final class Event {
    private final Waiters waiters;
    private boolean set;

    /** A flag that is down. */
    @SuppressWarnings("this-escape") // only named in messages
    public Event() {
        waiters = new Waiters(this);
    }

    /**
     * Waits until the flag is up. Returns at once, without a task switch, if it already is. A task that {@link #set} has woken returns
     * even if the flag is down again by then. Mirrors {@code asyncio.Event.wait}.
     *
     * @throws CancelledError if the task is cancelled meanwhile; the flag is left as it was
     * @throws IllegalStateException if it has to wait and the caller is no task of the event's loop
     */
    @Suspends
    public void await() {
        waiters.checkThread();
        if (!set) {
            waiters.await();
        }
    }

    /**
     * As {@link #await()}, for at most that long.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if the flag did not go up in time
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if it has to wait and the caller is no task of the event's loop
     */
    @Suspends
    public void await(@Nullable Duration limit) throws TimeoutException {
        waiters.checkThread();
        if (!set) {
            Waiters.within(limit, () -> waiters.await());
        }
    }

    /**
     * Puts the flag up and wakes all that wait. Without effect if it is up.
     *
     * @throws IllegalStateException if the caller is not on the event's loop
     */
    public void set() {
        waiters.checkThread();
        if (!set) {
            set = true;
            waiters.wakeAll();
        }
    }

    /**
     * Puts the flag down: later calls of {@link #await()} wait.
     *
     * @throws IllegalStateException if the caller is not on the event's loop
     */
    public void clear() {
        waiters.checkThread();
        set = false;
    }

    /** {@return whether the flag is up} */
    public boolean isSet() {
        waiters.checkThread();
        return set;
    }

    /** {@return how many tasks wait and have not been woken} */
    public int waiters() {
        waiters.checkThread();
        return waiters.waiting();
    }

    @Override
    public String toString() {
        int waiting = waiters.waiting();
        return "Event[" + (set ? "set" : "unset") + (waiting == 0 ? "" : ", " + waiting + " waiting") + "]";
    }
}
