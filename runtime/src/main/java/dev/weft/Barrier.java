package dev.weft;

import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A point at which a fixed number of tasks wait for each other, again and again.
 *
 * <pre>
 *   filling     tasks wait until there are enough      the last one to come: draining; reset(): resetting
 *   draining    they leave; newcomers wait             the last one to leave: filling
 *   resetting   they leave with an error; likewise     the last one to leave: filling
 *   broken      everybody gets an error                reset(): resetting, or filling if nobody is left
 * </pre>
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait. Mirrors {@code asyncio.Barrier};
 * {@code async with barrier as index} is {@code int index = barrier.await()}.
 */
public final class Barrier {
    private enum State {
        FILLING,
        DRAINING,
        RESETTING,
        BROKEN
    }

    /** Its lock guards nothing that needs it here; it gives the order in which asyncio lets tasks go on. */
    private final Condition condition;

    private final int parties;
    private State state = State.FILLING;
    private int inside;

    /**
     * A barrier.
     *
     * @param parties how many tasks wait for each other
     * @throws IllegalArgumentException if less than one
     */
    @SuppressWarnings("this-escape") // only named in messages
    public Barrier(int parties) {
        if (parties < 1) {
            throw new IllegalArgumentException("a barrier needs 1 party or more, got " + parties);
        }
        this.parties = parties;
        condition = new Condition(new Lock(this), this);
    }

    /**
     * Waits until as many tasks have called as there are parties. The last one does not wait. A task that comes while the others leave
     * waits until they have. Mirrors {@code asyncio.Barrier.wait}.
     *
     * @return a number between zero and one less than the parties, another one for each of the tasks that pass together
     * @throws BrokenBarrierException if the barrier is broken, or is broken or reset meanwhile
     * @throws CancelledError if the task is cancelled meanwhile; its place is free again, and nobody else is disturbed
     * @throws IllegalStateException if it has to wait and the caller is no task of the barrier's loop
     */
    @Suspends
    public int await() {
        condition.acquire();
        try {
            return pass();
        } finally {
            condition.release();
        }
    }

    /**
     * As {@link #await()}, for at most that long.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @return as {@link #await()}
     * @throws TimeoutException if it could not pass in time; its place is free again
     * @throws BrokenBarrierException if the barrier is broken, or is broken or reset meanwhile
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task of the barrier's loop
     */
    @Suspends
    public int await(@Nullable Duration limit) throws TimeoutException {
        return Waiters.<Integer, RuntimeException>within(limit, () -> await());
    }

    /**
     * Starts anew: tasks that are here, also those that could leave and have not gone on yet, get a {@link BrokenBarrierException}; those
     * that wait to come in come in when they have left. Without effect if nobody is here, except that a broken barrier works again.
     * Mirrors {@code asyncio.Barrier.reset}.
     *
     * @throws CancelledError if the task is cancelled before it had any effect
     * @throws IllegalStateException if it has to wait and the caller is no task of the barrier's loop
     */
    @Suspends
    public void reset() {
        condition.acquire();
        try {
            state = inside > 0 ? State.RESETTING : State.FILLING;
            condition.signalAll();
        } finally {
            condition.release();
        }
    }

    /**
     * Breaks the barrier, until {@link #reset}: tasks that wait, and those that come, get a {@link BrokenBarrierException}. Mirrors
     * {@code asyncio.Barrier.abort}.
     *
     * @throws CancelledError if the task is cancelled before it had any effect
     * @throws IllegalStateException if it has to wait and the caller is no task of the barrier's loop
     */
    @Suspends
    public void abort() {
        condition.acquire();
        try {
            state = State.BROKEN;
            condition.signalAll();
        } finally {
            condition.release();
        }
    }

    /** {@return how many tasks wait for each other} */
    public int parties() {
        return parties;
    }

    /** {@return how many tasks wait for the barrier to fill, zero while it does not} */
    public int waiting() {
        condition.checkThread();
        return state == State.FILLING ? inside : 0;
    }

    /** {@return how many tasks wait in {@link #await()}, those that wait to come in included} */
    public int waiters() {
        return condition.waiters() + condition.lock().waiters();
    }

    /** {@return whether it was aborted and not reset since} */
    public boolean broken() {
        condition.checkThread();
        return state == State.BROKEN;
    }

    @Override
    public String toString() {
        String name = state.name().toLowerCase(Locale.ROOT);
        int waiting = state == State.FILLING ? inside : 0;
        return "Barrier[" + name + (state == State.BROKEN ? "" : ", " + waiting + "/" + parties + " waiting") + "]";
    }

    @Suspends
    private int pass() {
        condition.awaitUntil(() -> state != State.DRAINING && state != State.RESETTING);
        if (state == State.BROKEN) {
            throw new BrokenBarrierException("the barrier is broken");
        }
        int index = inside++;
        try {
            if (index + 1 == parties) {
                state = State.DRAINING;
                condition.signalAll();
            } else {
                awaitFull();
            }
            return index;
        } finally {
            inside--;
            lastOneOpens();
        }
    }

    @Suspends
    private void awaitFull() {
        condition.awaitUntil(() -> state != State.FILLING);
        if (state == State.BROKEN || state == State.RESETTING) {
            throw new BrokenBarrierException(
                    state == State.BROKEN ? "the barrier was broken" : "the barrier was reset");
        }
    }

    private void lastOneOpens() {
        if (inside == 0) {
            if (state == State.DRAINING || state == State.RESETTING) {
                state = State.FILLING;
            }
            condition.signalAll();
        }
    }
}
