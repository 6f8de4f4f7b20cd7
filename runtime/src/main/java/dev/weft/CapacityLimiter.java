package dev.weft;

import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A number of tokens that borrowers hold, at most one each: a {@link Semaphore} that knows who has its units, and whose size can be
 * changed. Bounds what is done at once, such as the threads of {@link Asyncio#toThread(CapacityLimiter, Body)}. Handed on first come,
 * first served.
 *
 * <p>The borrower is the calling task, unless another object is given. Made anywhere, also without a loop; belongs to the first loop on
 * which a task has to wait for it. As trio's {@code CapacityLimiter}.
 */
public final class CapacityLimiter {
    private final Waiters waiters;
    private final Set<Object> borrowers = Collections.newSetFromMap(new IdentityHashMap<>());
    private int total;

    /**
     * A limiter.
     *
     * @param total the number of tokens, zero or more
     * @throws IllegalArgumentException if it is negative
     */
    @SuppressWarnings("this-escape") // only named in messages
    public CapacityLimiter(int total) {
        this.total = checked(total);
        waiters = new Waiters(this);
    }

    /**
     * Borrows a token for the calling task. Waits, in order of arrival, while none is available; returns at once, without a task switch,
     * if one is and nobody is in line.
     *
     * @throws CancelledError if the task is cancelled while it waits; no token is borrowed, and one it had just been given goes to the next
     *     in line
     * @throws IllegalStateException if the task holds a token of this limiter already, or the caller is no task of the limiter's loop
     */
    @Suspends
    public void acquire() {
        acquireOnBehalfOf(WrongCaller.currentTask("acquire"));
    }

    /**
     * As {@link #acquire()}, for at most that long. A token that is available is borrowed whatever the limit.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if no token could be borrowed in time
     * @throws CancelledError if the task is cancelled while it waits
     * @throws IllegalStateException if the task holds a token of this limiter already, or the caller is no task of the limiter's loop
     */
    @Suspends
    public void acquire(@Nullable Duration limit) throws TimeoutException {
        Task<?> task = WrongCaller.currentTask("acquire");
        if (!borrowIfAvailable(task)) {
            Waiters.within(limit, () -> awaitTurn(task));
        }
    }

    /**
     * Borrows a token for somebody. As {@link #acquire()}.
     *
     * @param borrower whoever will release it; told from others by identity
     * @throws CancelledError if the task is cancelled while it waits; no token is borrowed
     * @throws IllegalStateException if the borrower holds a token of this limiter already, or it has to wait and the caller is no task of
     *     the limiter's loop
     */
    @Suspends
    public void acquireOnBehalfOf(Object borrower) {
        Objects.requireNonNull(borrower, "borrower");
        if (!borrowIfAvailable(borrower)) {
            awaitTurn(borrower);
        }
    }

    /**
     * Gives the calling task's token back, and it to the first in line.
     *
     * @throws IllegalStateException if the task holds none of this limiter's, or the caller is no task
     */
    public void release() {
        releaseOnBehalfOf(WrongCaller.currentTask("release"));
    }

    /**
     * Gives a borrower's token back, and it to the first in line. Any task or callback may call.
     *
     * @param borrower as given to {@link #acquireOnBehalfOf}
     * @throws IllegalStateException if the borrower holds none of this limiter's, or the caller is not on the limiter's loop
     */
    public void releaseOnBehalfOf(Object borrower) {
        Objects.requireNonNull(borrower, "borrower");
        waiters.checkThread();
        if (!borrowers.remove(borrower)) {
            throw new IllegalStateException("holds no token of " + this + ": " + describe(borrower));
        }
        wakeAsManyAsFit();
    }

    /**
     * Borrows a token, as {@link #acquire()}, until the handle is closed.
     *
     * @return a handle for try-with-resources
     * @throws CancelledError if the task is cancelled while it waits; no token is borrowed
     * @throws IllegalStateException if the task holds a token of this limiter already, or the caller is no task of the limiter's loop
     */
    @Suspends
    public Held hold() {
        Task<?> task = WrongCaller.currentTask("hold");
        acquireOnBehalfOf(task);
        return new Held(this, task);
    }

    /**
     * Borrows a token, runs a body, and gives the token back.
     *
     * @param body what to run, in the calling task
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the task is cancelled while it waits for the token; the body is not called
     * @throws IllegalStateException if the task holds a token of this limiter already, or the caller is no task of the limiter's loop
     */
    @Suspends
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        try (var _ = hold()) {
            return body.call();
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
        try (var _ = hold()) {
            body.run();
        }
    }

    /** {@return how many tokens there are} */
    public int total() {
        waiters.checkThread();
        return total;
    }

    /**
     * Changes the number of tokens. Those that are borrowed stay so: with fewer than that, nobody gets one until enough are back.
     *
     * @param total the new number, zero or more
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if the caller is not on the limiter's loop
     */
    public void setTotal(int total) {
        waiters.checkThread();
        this.total = checked(total);
        wakeAsManyAsFit();
    }

    /** {@return how many tokens are borrowed, those included that a woken task is about to take} */
    public int borrowed() {
        waiters.checkThread();
        return borrowers.size() + waiters.woken();
    }

    /** {@return how many tokens can be borrowed} */
    public int available() {
        return Math.max(0, total - borrowed());
    }

    /** {@return how many tasks wait for a token and have not been woken} */
    public int waiters() {
        waiters.checkThread();
        return waiters.waiting();
    }

    @Override
    public String toString() {
        int waiting = waiters.waiting();
        return "CapacityLimiter[" + (borrowers.size() + waiters.woken()) + " of " + total + " borrowed"
                + (waiting == 0 ? "" : ", " + waiting + " waiting") + "]";
    }

    private boolean borrowIfAvailable(Object borrower) {
        waiters.checkThread();
        if (borrowers.contains(borrower)) {
            throw holdsOneAlready(borrower);
        }
        if (waiters.waiting() > 0 || available() == 0) {
            return false;
        }
        borrowers.add(borrower);
        return true;
    }

    @Suspends
    private void awaitTurn(Object borrower) {
        try {
            waiters.await();
        } catch (Throwable e) {
            wakeAsManyAsFit(); // the token may have been for this task
            throw e;
        }
        if (!borrowers.add(borrower)) { // two tasks waited for one borrower
            wakeAsManyAsFit();
            throw holdsOneAlready(borrower);
        }
    }

    private void wakeAsManyAsFit() {
        while (waiters.waiting() > 0 && available() > 0) {
            waiters.wakeNext();
        }
    }

    private IllegalStateException holdsOneAlready(Object borrower) {
        return new IllegalStateException("holds a token of " + this + " already: " + describe(borrower));
    }

    private static String describe(Object borrower) {
        return borrower instanceof Task<?> task
                ? task.toString()
                : borrower.getClass().getName();
    }

    private static int checked(int total) {
        if (total < 0) {
            throw new IllegalArgumentException("a limiter needs 0 tokens or more, got " + total);
        }
        return total;
    }

    /** A token that is held until this is closed. */
    public static final class Held implements AutoCloseable {
        private final Object borrower;
        private @Nullable CapacityLimiter limiter;

        private Held(CapacityLimiter limiter, Object borrower) {
            this.limiter = limiter;
            this.borrower = borrower;
        }

        /**
         * Gives the token back. Without effect when called again.
         *
         * @throws IllegalStateException if somebody else has given it back meanwhile
         */
        @Override
        public void close() {
            CapacityLimiter held = limiter;
            if (held != null) {
                limiter = null;
                held.releaseOnBehalfOf(borrower);
            }
        }
    }
}
