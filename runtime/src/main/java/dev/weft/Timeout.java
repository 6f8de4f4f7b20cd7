package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A cancellation scope with a deadline: when it passes, the task inside is cancelled, and the {@link CancelledError} becomes a
 * {@link TimeoutException} where the scope ends. Handed to the body by {@link Asyncio#timeout}; used once. Mirrors
 * {@code asyncio.Timeout}.
 *
 * <p>If somebody else cancels the task as well, the error stays a {@code CancelledError}. Scopes nest: only the one that expired
 * converts.
 */
public final class Timeout {
    private enum State {
        CREATED,
        ACTIVE,
        EXPIRING,
        EXPIRED,
        FINISHED
    }

    private final Task<?> task;
    private final EventLoop loop;
    private State state = State.CREATED;
    private OptionalLong when;
    private int requestsAtEntry;
    private int shieldDepth;
    private @Nullable Timer timer;
    private int alarm;
    private @Nullable TimeoutException raised;

    Timeout(Task<?> task, OptionalLong when) {
        this.task = task;
        this.loop = task.getLoop();
        this.when = when;
    }

    /**
     * Runs a body with a value under a deadline. As {@link Asyncio#timeout(Duration, ScopeBody)}.
     *
     * @param limit how long from now; null for no limit
     * @param body what to run, in the calling task
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed; the cause is the {@link CancelledError} it was made from
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T call(
            @Nullable Duration limit, ScopeCall<Timeout, T, X> body) throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        Task<?> task = WrongCaller.currentTask("timeout");
        OptionalLong when = limit == null
                ? OptionalLong.empty()
                : OptionalLong.of(task.getLoop().deadline(limit));
        return new Timeout(task, when).run(body);
    }

    /**
     * As {@link #call(Duration, ScopeCall)}, with a deadline on the loop's clock.
     *
     * @param whenNanos nanoseconds of {@link EventLoop#time}
     * @param body what to run, in the calling task
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T callAt(
            long whenNanos, ScopeCall<Timeout, T, X> body) throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        return new Timeout(WrongCaller.currentTask("timeoutAt"), OptionalLong.of(whenNanos)).run(body);
    }

    /** {@return the deadline in nanoseconds of the loop's time, empty if there is none} */
    public OptionalLong when() {
        return when;
    }

    /**
     * Moves the deadline.
     *
     * @param whenNanos nanoseconds of the loop's time; one that has passed fires in the next iteration
     * @throws IllegalStateException if the scope is not active
     */
    public void reschedule(long whenNanos) {
        ensureActive();
        arm(OptionalLong.of(whenNanos));
    }

    /**
     * Moves the deadline to that long from now.
     *
     * @param fromNow how long from now
     * @throws IllegalStateException if the scope is not active
     */
    public void reschedule(Duration fromNow) {
        reschedule(loop.deadline(fromNow));
    }

    /**
     * Takes the deadline away.
     *
     * @throws IllegalStateException if the scope is not active
     */
    public void disable() {
        ensureActive();
        arm(OptionalLong.empty());
    }

    /** {@return whether the deadline passed, also if the body swallowed the cancellation} */
    public boolean expired() {
        return state == State.EXPIRING || state == State.EXPIRED;
    }

    @Override
    public String toString() {
        String deadline = state == State.ACTIVE && when.isPresent() ? ", when=" + when.getAsLong() : "";
        return "Timeout[" + state.name().toLowerCase(Locale.ROOT) + deadline + "]";
    }

    /** Runs the body inside the scope. */
    @Suspends
    <T extends @Nullable Object, X extends Exception> T run(ScopeCall<Timeout, T, X> body) throws X, TimeoutException {
        enter();
        T value;
        try {
            value = body.call(this);
        } catch (Throwable e) {
            RunningLoops.fallIn();
            throw Throwables.rethrow(Objects.requireNonNull(exit(e)));
        }
        RunningLoops.fallIn();
        exit(null);
        return value;
    }

    /** {@link Asyncio#timeoutOrEmpty}: runs the body in a new scope; empty if that expired, or the value is null. */
    @Suspends
    static <T, X extends Exception> Optional<T> orEmpty(@Nullable Duration limit, Body<? extends @Nullable T, X> body)
            throws X {
        Task<?> task = WrongCaller.currentTask("timeoutOrEmpty");
        var scope = new Timeout(
                task,
                limit == null
                        ? OptionalLong.empty()
                        : OptionalLong.of(task.getLoop().deadline(limit)));
        try {
            return Optional.ofNullable(scope.<@Nullable T, X>run(s -> body.call()));
        } catch (TimeoutException e) {
            if (e == scope.raised) {
                return Optional.empty();
            }
            throw Throwables.rethrow(e); // the body's own
        }
    }

    private void enter() {
        state = State.ACTIVE;
        // A request that is still to be delivered comes out of the body: it is not from before, nor the deadline's.
        requestsAtEntry = task.visibleRequests() - (task.cancellationPending() ? 1 : 0);
        shieldDepth = task.shieldDepth();
        arm(when);
    }

    /** Leaves the scope. Returns what the body's failure turns into. */
    @SuppressWarnings("NullAway") // null in, null out
    private @Nullable Throwable exit(@Nullable Throwable thrown) {
        disarm();
        Throwable failure = thrown;
        if (failure != null && Task.causedByInterrupt(failure) && task.cancellationPending()) {
            failure = task.cancellationFrom(failure);
        }
        if (state == State.EXPIRING) {
            state = State.EXPIRED;
            task.uncancel();
            boolean nobodyElse = task.visibleRequests() <= requestsAtEntry;
            if (failure instanceof CancelledError && nobodyElse) {
                var timeout = new TimeoutException();
                timeout.initCause(failure);
                raised = timeout;
                return timeout;
            }
            if (failure != null && nobodyElse && !(failure instanceof CancelledError)) {
                failure.addSuppressed(new TimeoutException("the deadline had passed"));
            }
        } else {
            state = State.FINISHED;
        }
        return failure;
    }

    private void ensureActive() {
        loop.checkThread();
        if (state != State.ACTIVE) {
            String name = state == State.CREATED ? "not entered" : state.name().toLowerCase(Locale.ROOT);
            throw new IllegalStateException("cannot change the deadline: the timeout is " + name);
        }
    }

    private void arm(OptionalLong deadline) {
        disarm();
        when = deadline;
        if (deadline.isEmpty()) {
            return;
        }
        int current = alarm;
        if (deadline.getAsLong() <= loop.time()) {
            loop.core().addReady((dev.weft.internal.loop.LoopEntry) () -> expire(current));
        } else {
            timer = loop.core().schedule(deadline.getAsLong(), () -> expire(current));
        }
    }

    private void disarm() {
        alarm++;
        Timer armed = timer;
        if (armed != null) {
            timer = null;
            loop.core().cancel(armed);
        }
    }

    /** On the loop's own stack. An alarm that was moved or taken away meanwhile is queued in vain. */
    private void expire(int number) {
        if (number == alarm && state == State.ACTIVE) {
            state = State.EXPIRING;
            timer = null;
            task.cancelFrom(shieldDepth, null);
        }
    }
}
