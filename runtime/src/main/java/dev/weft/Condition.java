package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A lock, and a line of tasks that wait, without it, for a change that others signal while they hold it.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait. Mirrors {@code asyncio.Condition};
 * {@code wait}, {@code notify} and {@code notify_all} have the names of {@code java.util.concurrent} here, because
 * {@link Object}'s methods of the same names are final.
 *
 * <pre>{@code
 * try (var _ = condition.hold()) {
 *     condition.awaitUntil(() -> !work.isEmpty());
 *     ...
 * }
 * }</pre>
 */
public final class Condition {
    private final Lock lock;
    private final Waiters waiters;

    /** A condition with a lock of its own. */
    public Condition() {
        this(new Lock());
    }

    /**
     * A condition of a lock that others use as well: locking one locks the other.
     *
     * @param lock the lock
     */
    @SuppressWarnings("this-escape") // only named in messages
    public Condition(Lock lock) {
        this.lock = Objects.requireNonNull(lock, "lock");
        waiters = new Waiters(this);
    }

    /** A condition inside something else, which is named in messages instead. */
    Condition(Lock lock, Object owner) {
        this.lock = lock;
        waiters = new Waiters(owner);
    }

    /**
     * Takes the lock, as {@link Lock#acquire()}.
     *
     * @throws CancelledError if the task is cancelled while it waits; the lock is not taken
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public void acquire() {
        waiters.checkThread();
        lock.acquire();
    }

    /**
     * Takes the lock within a time limit, as {@link Lock#acquire(Duration)}.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if it could not be taken in time
     * @throws CancelledError if the task is cancelled while it waits
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public void acquire(@Nullable Duration limit) throws TimeoutException {
        waiters.checkThread();
        lock.acquire(limit);
    }

    /**
     * Gives the lock back, as {@link Lock#release}.
     *
     * @throws IllegalStateException if it is not locked, or the caller is not on its loop
     */
    public void release() {
        waiters.checkThread();
        lock.release();
    }

    /** {@return whether the lock is taken} */
    public boolean locked() {
        waiters.checkThread();
        return lock.locked();
    }

    /**
     * Takes the lock until the handle is closed, as {@link Lock#hold}.
     *
     * @return a handle for try-with-resources
     * @throws CancelledError if the task is cancelled while it waits; the lock is not taken
     * @throws IllegalStateException if it has to wait and the caller is no task of the lock's loop
     */
    @Suspends
    public Lock.Held hold() {
        waiters.checkThread();
        return lock.hold();
    }

    /**
     * Gives the lock back, waits for a signal, and takes the lock again, before it returns or throws. May return without a signal: ask
     * again for what was waited for, or use {@link #awaitUntil(BooleanSupplier)}. Mirrors {@code asyncio.Condition.wait}.
     *
     * @throws CancelledError if the task is cancelled meanwhile. The lock is held all the same; cancels that arrive while it is being
     *     taken again wait until it is, and the last error is the one thrown. A signal this task had received goes to another one.
     * @throws IllegalStateException if the lock is not held, or the caller is no task of the condition's loop
     */
    @Suspends
    public void await() {
        requireLocked("wait for");
        awaitSignal();
    }

    /**
     * As {@link #await()}, for at most that long. The lock is taken again in any case, which may take longer.
     *
     * @param limit how long to wait for the signal; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if no signal came in time, or the lock could not be taken again in time; it is held all the same
     * @throws CancelledError as for {@link #await()}
     * @throws IllegalStateException if the lock is not held, or the caller is no task of the condition's loop
     */
    @Suspends
    public void await(@Nullable Duration limit) throws TimeoutException {
        requireLocked("wait for");
        Waiters.within(limit, this::awaitSignal);
    }

    /**
     * Waits, as {@link #await()}, until a predicate holds. Asks it first, and after each signal, with the lock held. Mirrors
     * {@code asyncio.Condition.wait_for}.
     *
     * @param predicate what to wait for
     * @throws CancelledError as for {@link #await()}
     * @throws IllegalStateException if it does not hold and the lock is not held or the caller is no task of the condition's loop
     */
    @Suspends
    public void awaitUntil(BooleanSupplier predicate) {
        Objects.requireNonNull(predicate, "predicate");
        while (!predicate.getAsBoolean()) {
            await();
        }
    }

    /**
     * As {@link #awaitUntil(BooleanSupplier)}, for at most that long.
     *
     * @param predicate what to wait for
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if it did not hold in time; the lock is held
     * @throws CancelledError as for {@link #await()}
     * @throws IllegalStateException if it does not hold and the lock is not held or the caller is no task of the condition's loop
     */
    @Suspends
    public void awaitUntil(BooleanSupplier predicate, @Nullable Duration limit) throws TimeoutException {
        Objects.requireNonNull(predicate, "predicate");
        if (!predicate.getAsBoolean()) {
            requireLocked("wait for");
            Waiters.within(limit, () -> {
                do {
                    await();
                } while (!predicate.getAsBoolean());
            });
        }
    }

    /**
     * Waits, as {@link #await()}, until a value is as wanted.
     *
     * @param value gives the value; asked first, and after each signal, with the lock held
     * @param wanted whether a value is the one to wait for
     * @return the value that is
     * @param <T> its type
     * @throws CancelledError as for {@link #await()}
     * @throws IllegalStateException if it is not and the lock is not held or the caller is no task of the condition's loop
     */
    @Suspends
    public <T extends @Nullable Object> T awaitUntil(Supplier<T> value, Predicate<? super T> wanted) {
        Objects.requireNonNull(value, "value");
        Objects.requireNonNull(wanted, "wanted");
        T current = value.get();
        while (!wanted.test(current)) {
            await();
            current = value.get();
        }
        return current;
    }

    /**
     * Wakes the first task that waits; it goes on when it gets the lock. Mirrors {@code asyncio.Condition.notify}.
     *
     * @throws IllegalStateException if the lock is not held, or the caller is not on the condition's loop
     */
    public void signal() {
        signal(1);
    }

    /**
     * Wakes the first tasks that wait; they go on one after the other, as they get the lock.
     *
     * @param count how many, at most
     * @throws IllegalArgumentException if the count is negative
     * @throws IllegalStateException if the lock is not held, or the caller is not on the condition's loop
     */
    public void signal(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("cannot signal a negative number of tasks, got " + count);
        }
        requireLocked("signal");
        wake(count);
    }

    /**
     * Wakes all tasks that wait. Mirrors {@code asyncio.Condition.notify_all}.
     *
     * @throws IllegalStateException if the lock is not held, or the caller is not on the condition's loop
     */
    public void signalAll() {
        requireLocked("signal");
        waiters.wakeAll();
    }

    /** {@return how many tasks wait for a signal; those that wait for the lock are the lock's} */
    public int waiters() {
        waiters.checkThread();
        return waiters.waiting();
    }

    @Override
    public String toString() {
        int waiting = waiters.waiting();
        return "Condition[" + lock.describeState() + (waiting == 0 ? "" : ", " + waiting + " waiting") + "]";
    }

    Lock lock() {
        return lock;
    }

    void checkThread() {
        waiters.checkThread();
    }

    private void requireLocked(String what) {
        waiters.checkThread();
        if (!lock.locked()) {
            throw new IllegalStateException("cannot " + what + " a condition whose lock is not held: " + this);
        }
    }

    @Suspends
    private void awaitSignal() {
        Waiters.Place place = waiters.join(); // first, so that a wrong caller keeps the lock
        lock.release();
        try {
            try {
                waiters.await(place);
            } finally {
                acquireAgain();
            }
        } catch (Throwable e) {
            wake(1); // this task may have been the one a signal was for
            throw e;
        }
    }

    /** Takes the lock however often the task is cancelled meanwhile, then throws the last of these cancellations. */
    @Suspends
    private void acquireAgain() {
        CancelledError cancelled = null;
        for (boolean taken = false; !taken; ) {
            try {
                lock.acquire();
                taken = true;
            } catch (CancelledError e) {
                cancelled = e;
            }
        }
        if (cancelled != null) {
            throw cancelled;
        }
    }

    private void wake(int count) {
        for (int left = count; left > 0 && waiters.wakeNext(); left--) {}
    }
}
