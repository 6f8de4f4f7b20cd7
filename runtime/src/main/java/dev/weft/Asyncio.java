package dev.weft;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * asyncio's functions, for {@code import static dev.weft.Asyncio.*;}. {@code await f(x)} is just {@code f(x)} here; what takes a
 * coroutine object in Python takes a lambda {@code () -> f(x)}.
 */
public final class Asyncio {
    private static final Duration TIME_SLICE = Duration.ofMillis(10);

    private Asyncio() {}

    // ---- running

    /**
     * Runs a body as the first task of a new loop, then cancels and awaits what tasks are left, and closes the loop. Mirrors
     * {@code asyncio.run}.
     *
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws KeyboardInterrupt if SIGINT ended it
     * @throws IllegalStateException if a loop runs on this thread; the body is not called then
     */
    public static <T extends @Nullable Object, X extends Exception> T run(Body<T, X> main) throws X {
        return run(RunOptions.DEFAULT, main);
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     */
    public static <X extends Exception> void run(VoidBody<X> main) throws X {
        run(RunOptions.DEFAULT, main);
    }

    /**
     * As {@link #run(Body)}, with options.
     *
     * @param options debug mode, loop, signal handling
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     */
    public static <T extends @Nullable Object, X extends Exception> T run(RunOptions options, Body<T, X> main)
            throws X {
        Objects.requireNonNull(main, "main");
        ensureNoLoopHere();
        try (var runner = new Runner(options)) {
            return runner.run(main);
        }
    }

    /**
     * As {@link #run(VoidBody)}, with options.
     *
     * @param options debug mode, loop, signal handling
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     */
    public static <X extends Exception> void run(RunOptions options, VoidBody<X> main) throws X {
        Objects.requireNonNull(main, "main");
        ensureNoLoopHere();
        try (var runner = new Runner(options)) {
            runner.run(main);
        }
    }

    private static void ensureNoLoopHere() {
        EventLoop running = EventLoop.current();
        if (running != null) {
            throw new IllegalStateException(
                    "Asyncio.run cannot be called while a loop runs on this thread; inside a task just call the"
                            + " function: "
                            + running);
        }
    }

    /**
     * The loop that runs the calling code.
     *
     * @return the loop
     * @throws IllegalStateException if there is none
     */
    public static EventLoop getRunningLoop() {
        return EventLoop.requireCurrent();
    }

    /**
     * The same as {@link #getRunningLoop}: there is no current loop that does not run.
     *
     * @return the loop
     * @throws IllegalStateException if there is none
     */
    public static EventLoop getEventLoop() {
        return getRunningLoop();
    }

    // ---- tasks and futures

    /**
     * Starts a task on the running loop. Mirrors {@code asyncio.create_task}.
     *
     * @param coroutine the body
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return getRunningLoop().createTask(coroutine);
    }

    /**
     * As {@link #createTask(Coroutine)}, with a name.
     *
     * @param coroutine the body
     * @param name the task's name
     * @return the task
     * @param <T> the type of its value
     */
    public static <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, String name) {
        return getRunningLoop().createTask(coroutine, name);
    }

    /**
     * As {@link #createTask(Coroutine)}, with options.
     *
     * @param coroutine the body
     * @param options name, context, eager start
     * @return the task
     * @param <T> the type of its value
     */
    public static <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, TaskOptions options) {
        return getRunningLoop().createTask(coroutine, options);
    }

    /**
     * As {@link #createTask(Coroutine)}, for a body without a value.
     *
     * @param action the body
     * @return the task
     */
    public static Task<@Nullable Void> createTask(Action action) {
        return getRunningLoop().createTask(action);
    }

    /**
     * As {@link #createTask(Action)}, with a name.
     *
     * @param action the body
     * @param name the task's name
     * @return the task
     */
    public static Task<@Nullable Void> createTask(Action action, String name) {
        return getRunningLoop().createTask(action, name);
    }

    /**
     * As {@link #createTask(Action)}, with options.
     *
     * @param action the body
     * @param options name, context, eager start
     * @return the task
     */
    public static Task<@Nullable Void> createTask(Action action, TaskOptions options) {
        return getRunningLoop().createTask(action, options);
    }

    /**
     * A task for a lambda. Mirrors {@code asyncio.ensure_future}.
     *
     * @param coroutine the body
     * @return the task
     * @param <T> the type of its value
     */
    public static <T extends @Nullable Object> Task<T> ensureFuture(Coroutine<T> coroutine) {
        return createTask(coroutine);
    }

    /**
     * The future itself.
     *
     * @param future a future
     * @return the same
     * @param <T> the type of its value
     */
    public static <T extends @Nullable Object> Future<T> ensureFuture(Future<T> future) {
        return Objects.requireNonNull(future, "future");
    }

    /**
     * The future itself, if it belongs to the loop.
     *
     * @param future a future
     * @param loop the loop it must belong to
     * @return the same
     * @param <T> the type of its value
     * @throws IllegalArgumentException if it belongs to another one
     */
    public static <T extends @Nullable Object> Future<T> ensureFuture(Future<T> future, EventLoop loop) {
        future.checkLoop(loop);
        return future;
    }

    /**
     * A task of the given loop for a lambda.
     *
     * @param coroutine the body
     * @param loop the loop
     * @return the task
     * @param <T> the type of its value
     */
    public static <T extends @Nullable Object> Task<T> ensureFuture(Coroutine<T> coroutine, EventLoop loop) {
        return loop.createTask(coroutine);
    }

    /**
     * A pending future of the running loop.
     *
     * @return the future
     * @param <T> the type of its value
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Future<T> createFuture() {
        return getRunningLoop().createFuture();
    }

    /**
     * The task whose code calls.
     *
     * @return the task, null in callbacks
     * @throws IllegalStateException if no loop runs here
     */
    public static @Nullable Task<?> currentTask() {
        return getRunningLoop().currentTask();
    }

    /**
     * The task that a loop runs at the moment.
     *
     * @param loop the loop
     * @return the task, null if it runs none
     */
    public static @Nullable Task<?> currentTask(EventLoop loop) {
        return loop.currentTask();
    }

    /**
     * The tasks of the running loop that are not done.
     *
     * @return a snapshot, in order of creation
     * @throws IllegalStateException if no loop runs here
     */
    public static Set<Task<?>> allTasks() {
        return allTasks(getRunningLoop());
    }

    /**
     * The tasks of a loop that are not done. May be called from any thread.
     *
     * @param loop the loop
     * @return a snapshot, in order of creation
     */
    public static Set<Task<?>> allTasks(EventLoop loop) {
        return loop.tasks().snapshot();
    }

    // ---- sleeping

    /**
     * Suspends the calling task for that long, not less by the loop's clock. Zero or less lets everything run that is already queued,
     * as {@link #yieldNow}. A cancelled sleep leaves no timer behind. Mirrors {@code asyncio.sleep}.
     *
     * @param duration how long
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static void sleep(Duration duration) {
        Objects.requireNonNull(duration, "duration");
        Waiting.sleep(WrongCaller.currentTask("sleep"), duration);
    }

    /**
     * As {@link #sleep(Duration)}, then returns a value.
     *
     * @param duration how long
     * @param result the value
     * @return the value
     * @param <T> its type
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static <T extends @Nullable Object> T sleep(Duration duration, T result) {
        sleep(duration);
        return result;
    }

    /**
     * Lets everything run that is already queued; exactly one iteration passes. Mirrors {@code asyncio.sleep(0)}.
     *
     * @throws CancelledError if the task was or is cancelled
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static void yieldNow() {
        WrongCaller.currentTask("yieldNow").yieldNow();
    }

    // ---- timeouts

    /**
     * Runs a body, in the calling task, for at most that long. At the deadline the task is cancelled inside the body, and once the body has
     * cleaned up the call throws. Mirrors {@code asyncio.wait_for}.
     *
     * @param body what to run; not called at all if the timeout is zero or less
     * @param timeout how long; null for no limit
     * @return the body's value, also if it came in spite of the cancellation
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed; the cause is the {@link CancelledError} it was made from
     * @throws CancelledError if the caller was cancelled, even if the body completed at the same time
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T waitFor(
            Body<T, X> body, @Nullable Duration timeout) throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        if (timeout != null && !timeout.isPositive()) {
            WrongCaller.currentTask("waitFor");
            throw Waiting.expired(new CancelledError());
        }
        return Timeout.call(timeout, scope -> body.call());
    }

    /**
     * As {@link #waitFor(Body, Duration)}, without a value.
     *
     * @param body what to run; not called at all if the timeout is zero or less
     * @param timeout how long; null for no limit
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <X extends Exception> void waitFor(VoidBody<X> body, @Nullable Duration timeout)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        Asyncio.<@Nullable Void, X>waitFor(
                () -> {
                    body.run();
                    return null;
                },
                timeout);
    }

    /**
     * Waits for a future for at most that long, then cancels it, waits for that to take effect, and throws. Mirrors
     * {@code asyncio.wait_for}.
     *
     * @param future what to wait for
     * @param timeout how long; null for no limit. Zero or less gives the value of a future that is done
     * @return the future's value
     * @param <T> the type of the value
     * @throws TimeoutException if the deadline passed
     * @throws CancelledError if the future or the caller was cancelled
     * @throws IllegalStateException if the caller is no task of the future's loop
     */
    @Suspends
    public static <T extends @Nullable Object> T waitFor(Future<T> future, @Nullable Duration timeout)
            throws TimeoutException {
        Objects.requireNonNull(future, "future");
        if (timeout == null || timeout.isPositive()) {
            return Timeout.<T, RuntimeException>call(timeout, scope -> future.await());
        }
        return Waiting.takeNow(future);
    }

    /**
     * Runs a body, in the calling task, under a deadline that it may move. When the deadline passes the task is cancelled inside the body;
     * where the scope ends, the {@link CancelledError} becomes a {@link TimeoutException}. Mirrors {@code async with asyncio.timeout()}.
     *
     * @param limit how long from now; null for no limit
     * @param body receives the scope
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed; the cause is the {@code CancelledError} it was made from
     * @throws IllegalStateException if the caller is no task; the body is not called then
     */
    @Suspends
    public static <X extends Exception> void timeout(@Nullable Duration limit, ScopeBody<Timeout, X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        Timeout.<@Nullable Void, X>call(limit, scope -> {
            body.run(scope);
            return null;
        });
    }

    /**
     * As {@link #timeout(Duration, ScopeBody)}, for a body that does not need the scope.
     *
     * @param limit how long from now; null for no limit
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <X extends Exception> void timeout(@Nullable Duration limit, VoidBody<X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        timeout(limit, (ScopeBody<Timeout, X>) scope -> body.run());
    }

    /**
     * As {@link #timeout(Duration, VoidBody)}, with a value.
     *
     * @param limit how long from now; null for no limit
     * @param body what to run
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T timeout(@Nullable Duration limit, Body<T, X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        return Timeout.call(limit, scope -> body.call());
    }

    /**
     * As {@link #timeout(Duration, ScopeBody)}, with a deadline on the loop's clock. Mirrors {@code asyncio.timeout_at}.
     *
     * @param whenNanos nanoseconds of {@link EventLoop#time}
     * @param body receives the scope
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <X extends Exception> void timeoutAt(long whenNanos, ScopeBody<Timeout, X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        Timeout.<@Nullable Void, X>callAt(whenNanos, scope -> {
            body.run(scope);
            return null;
        });
    }

    /**
     * As {@link #timeoutAt(long, ScopeBody)}, for a body that does not need the scope.
     *
     * @param whenNanos nanoseconds of {@link EventLoop#time}
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <X extends Exception> void timeoutAt(long whenNanos, VoidBody<X> body) throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        timeoutAt(whenNanos, (ScopeBody<Timeout, X>) scope -> body.run());
    }

    /**
     * As {@link #timeoutAt(long, VoidBody)}, with a value.
     *
     * @param whenNanos nanoseconds of {@link EventLoop#time}
     * @param body what to run
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws TimeoutException if the deadline passed
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T timeoutAt(long whenNanos, Body<T, X> body)
            throws X, TimeoutException {
        Objects.requireNonNull(body, "body");
        return Timeout.callAt(whenNanos, scope -> body.call());
    }

    /**
     * A future that can be cancelled without cancelling the one given. If the outer one was cancelled and the inner one then fails, the
     * loop's exception handler is told. Mirrors {@code asyncio.shield}.
     *
     * @param future what to protect
     * @return a future of the same outcome; the future itself if it is done
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> Future<T> shield(Future<T> future) {
        return Shield.around(future);
    }

    /**
     * As {@link #shield(Future)}, around a new task.
     *
     * @param coroutine the task's body
     * @return a future of the task's outcome
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> Future<T> shield(Coroutine<T> coroutine) {
        return Shield.around(createTask(coroutine));
    }

    /**
     * As {@link #shield(Future)}, around a new task without a value.
     *
     * @param action the task's body
     * @return a future of the task's outcome
     */
    public static Future<@Nullable Void> shield(Action action) {
        return Shield.around(createTask(action));
    }

    /**
     * Runs a body, in the calling task, that nobody outside can cancel: a request to stop that comes meanwhile, or came before and was not
     * delivered yet, is delivered at the first suspending call afterwards. Timeouts and task groups inside the body work as ever. For
     * clean-up in {@code finally}. Mirrors trio's {@code CancelScope(shield=True)}.
     *
     * @param body what to run
     * @return its value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T shielded(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        Task<?> task = WrongCaller.currentTask("shielded");
        task.enterShield();
        try {
            return body.call();
        } finally {
            RunningLoops.fallIn();
            task.leaveShield();
        }
    }

    /**
     * As {@link #shielded(Body)}, without a value.
     *
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <X extends Exception> void shielded(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        Asyncio.<@Nullable Void, X>shielded(() -> {
            body.run();
            return null;
        });
    }

    /**
     * Runs a body, in the calling task, for at most that long; what it throws passes. Mirrors Kotlin's {@code withTimeoutOrNull}.
     *
     * @param limit how long; null for no limit
     * @param body what to run
     * @return the body's value; empty if the time was over, or the value is null
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does, a timeout exception of its own included
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T, X extends Exception> Optional<T> timeoutOrEmpty(
            @Nullable Duration limit, Body<? extends @Nullable T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        return Timeout.orEmpty(limit, body);
    }

    /**
     * Runs a body, in the calling task, for at most that long; what it throws passes. Mirrors trio's {@code move_on_after}.
     *
     * @param limit how long; null for no limit
     * @param body what to run
     * @return whether it ended in time
     * @param <X> what the body may throw
     * @throws X as the body does, a timeout exception of its own included
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <X extends Exception> boolean moveOnAfter(@Nullable Duration limit, VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        return Timeout.<Boolean, X>orEmpty(limit, () -> {
                    body.run();
                    return true;
                })
                .isPresent();
    }

    /**
     * Delivers a cancellation that is pending, then lets everything run that is already queued. For long stretches of code that would
     * otherwise never wait. Mirrors trio's {@code checkpoint}.
     *
     * @throws CancelledError if the task was or is cancelled
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static void checkpoint() {
        Task<?> task = WrongCaller.currentTask("checkpoint");
        task.throwIfCancelled();
        task.yieldNow();
    }

    /**
     * As {@link #yieldNow}, if the task has been running for more than 10 ms since it last waited; otherwise returns at once. For loops
     * that compute: call it in each round. Mirrors Twisted's {@code Cooperator}.
     *
     * @throws CancelledError if it yields, and the task was or is cancelled
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static void yieldIfDue() {
        yieldIfDue(TIME_SLICE);
    }

    /**
     * As {@link #yieldIfDue()}, with a time slice of the caller's choice.
     *
     * @param slice how long the task may run at a time
     * @throws CancelledError if it yields, and the task was or is cancelled
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static void yieldIfDue(Duration slice) {
        WrongCaller.currentTask("yieldIfDue").yieldAfter(Durations.nanos(slice));
    }

    // ---- several at once

    /**
     * A future for the values of several tasks, started here in this order. The first to fail, or to end cancelled, fails it at once with
     * the very same object; the others keep running. Cancelling it, or a task that awaits it, cancels the tasks, and it fails with a
     * {@link CancelledError} once they have all ended. Mirrors {@code asyncio.gather}.
     *
     * @param coroutines the tasks' bodies
     * @return a future of their values, in the order of the arguments
     * @param <T> the type of the values
     * @throws IllegalStateException if no loop runs here
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<T>> gather(Coroutine<? extends T>... coroutines) {
        return Gather.values(Gather.<T>tasks(coroutines));
    }

    /**
     * As {@link #gather(Coroutine[])}, of futures that are there already. One that is given twice is waited for once and has its value in
     * both places. If all are done, so is the returned one.
     *
     * @param futures what to wait for
     * @return a future of their values, in the order of the arguments
     * @param <T> the type of the values
     * @throws IllegalArgumentException if they belong to different loops
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<T>> gather(Future<? extends T>... futures) {
        return Gather.values(List.of(futures));
    }

    /**
     * As {@link #gather(Future[])}, of nothing.
     *
     * @return a future that has an empty list already
     * @param <T> the type of the values there might have been
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Future<List<T>> gather() {
        return Gather.values(List.of());
    }

    /**
     * As {@link #gather(Future[])}, of a collection.
     *
     * @param futures what to wait for
     * @return a future of their values, in the order of the collection
     * @param <T> the type of the values
     * @throws IllegalArgumentException if they belong to different loops
     */
    public static <T extends @Nullable Object> Future<List<T>> gather(
            Collection<? extends Future<? extends T>> futures) {
        return Gather.values(futures);
    }

    /**
     * A future for the outcomes of several tasks, started here in this order: it waits for all of them, and never fails because of one.
     * Cancelling it, or a task that awaits it, cancels the tasks, and it fails with a {@link CancelledError} once they have all ended.
     * Mirrors {@code asyncio.gather(..., return_exceptions=True)}.
     *
     * @param coroutines the tasks' bodies
     * @return a future of their outcomes, in the order of the arguments
     * @param <T> the type of the values
     * @throws IllegalStateException if no loop runs here
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherSettled(
            Coroutine<? extends T>... coroutines) {
        return Gather.outcomes(Gather.<T>tasks(coroutines));
    }

    /**
     * As {@link #gatherSettled(Coroutine[])}, of futures that are there already.
     *
     * @param futures what to wait for
     * @return a future of their outcomes, in the order of the arguments
     * @param <T> the type of the values
     * @throws IllegalArgumentException if they belong to different loops
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherSettled(Future<? extends T>... futures) {
        return Gather.outcomes(List.of(futures));
    }

    /**
     * As {@link #gatherSettled(Future[])}, of nothing.
     *
     * @return a future that has an empty list already
     * @param <T> the type of the values there might have been
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherSettled() {
        return Gather.outcomes(List.of());
    }

    /**
     * As {@link #gatherSettled(Future[])}, of a collection.
     *
     * @param futures what to wait for
     * @return a future of their outcomes, in the order of the collection
     * @param <T> the type of the values
     * @throws IllegalArgumentException if they belong to different loops
     */
    public static <T extends @Nullable Object> Future<List<Outcome<T>>> gatherSettled(
            Collection<? extends Future<? extends T>> futures) {
        return Gather.outcomes(futures);
    }

    /**
     * Waits until all futures are done, and says which are. Throws none of their failures and cancels nothing, also when the caller is
     * cancelled. Suspends at least once. Mirrors {@code asyncio.wait}.
     *
     * <p>Call it as {@code Asyncio.wait(...)}: a bare {@code wait(...)} means {@link Object#wait()}.
     *
     * @param futures what to wait for, at least one
     * @return all of them, as done
     * @param <F> the kind of future
     * @throws CancelledError if the caller is cancelled meanwhile; the futures are left alone
     * @throws IllegalArgumentException if there is nothing to wait for
     * @throws IllegalStateException if the caller is no task of the futures' loop
     */
    @Suspends
    public static <F extends Future<?>> Waited<F> wait(Collection<? extends F> futures) {
        return wait(futures, null, ReturnWhen.ALL_COMPLETED);
    }

    /**
     * As {@link #wait(Collection)}, for at most that long. When the time is over, it returns what is done by then.
     *
     * @param futures what to wait for, at least one
     * @param timeout how long; null for no limit
     * @return which futures are done
     * @param <F> the kind of future
     */
    @Suspends
    public static <F extends Future<?>> Waited<F> wait(Collection<? extends F> futures, @Nullable Duration timeout) {
        return wait(futures, timeout, ReturnWhen.ALL_COMPLETED);
    }

    /**
     * As {@link #wait(Collection)}, until the first is done, or has failed.
     *
     * @param futures what to wait for, at least one
     * @param returnWhen what to wait for
     * @return which futures are done
     * @param <F> the kind of future
     */
    @Suspends
    public static <F extends Future<?>> Waited<F> wait(Collection<? extends F> futures, ReturnWhen returnWhen) {
        return wait(futures, null, returnWhen);
    }

    /**
     * As {@link #wait(Collection)}, until the first is done, or has failed, and for at most that long.
     *
     * @param futures what to wait for, at least one
     * @param timeout how long; null for no limit
     * @param returnWhen what to wait for
     * @return which futures are done
     * @param <F> the kind of future
     */
    @Suspends
    public static <F extends Future<?>> Waited<F> wait(
            Collection<? extends F> futures, @Nullable Duration timeout, ReturnWhen returnWhen) {
        return Waiting.forEnough(futures, timeout, Objects.requireNonNull(returnWhen, "returnWhen"));
    }

    /**
     * The futures in the order in which they get done: {@code for (Future<T> f : asCompleted(futures)) f.result()}. Mirrors
     * {@code asyncio.as_completed}.
     *
     * @param futures futures of the running loop; duplicates count once
     * @return hands them out, each when it is done
     * @param <T> the type of the values
     * @throws IllegalArgumentException if one belongs to another loop
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(Collection<? extends Future<T>> futures) {
        return AsCompleted.of(futures, null);
    }

    /**
     * As {@link #asCompleted(Collection)}, with a time limit from now on. After that, what is not done is replaced by a timeout exception
     * each.
     *
     * @param futures futures of the running loop; duplicates count once
     * @param timeout how long; null for no limit
     * @return hands them out, each when it is done
     * @param <T> the type of the values
     * @throws IllegalArgumentException if one belongs to another loop
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(
            Collection<? extends Future<T>> futures, @Nullable Duration timeout) {
        return AsCompleted.of(futures, timeout);
    }

    /**
     * As {@link #asCompleted(Collection)}, of tasks started here in this order.
     *
     * @param coroutines the tasks' bodies
     * @return hands the tasks out, each when it is done
     * @param <T> the type of the values
     * @throws IllegalStateException if no loop runs here
     */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    public static <T extends @Nullable Object> AsCompleted<T> asCompleted(Coroutine<T>... coroutines) {
        return AsCompleted.of(AsCompleted.tasks(coroutines), null);
    }

    /**
     * Runs a body, in the calling task, that may start tasks in a group; returns when the body and all the tasks have ended. If one fails,
     * the others and the body are cancelled. Mirrors {@code async with asyncio.TaskGroup()}. {@link TaskGroup#call} is the form with a
     * value.
     *
     * @param body receives the group
     * @throws ExceptionGroup with all failures, if tasks or the body failed
     * @throws ErrorGroup instead if an {@link Error} is among the failures
     * @throws CancelledError if the caller was cancelled, and nothing failed
     * @throws IllegalStateException if the caller is no task; the body is not called then
     */
    @Suspends
    public static void taskGroup(ScopeBody<TaskGroup, Exception> body) {
        new TaskGroup().run(body);
    }

    // ---- generators

    /**
     * Values made one by one, by a body that may wait in between. Nothing of the body runs before the first step. Mirrors an
     * asynchronous generator function.
     *
     * <pre>{@code
     * for (String line : Asyncio.<String>generator(out -> {
     *     while (true) {
     *         out.emit(readSlowly());
     *     }
     * })) { ... }
     * }</pre>
     *
     * @param body makes the values
     * @return the generator
     * @param <T> the type of the values
     */
    public static <T extends @Nullable Object> Generator<T> generator(GeneratorBody<T> body) {
        return new Generator<>(body);
    }

    /**
     * As {@link #taskGroup}, but a task that fails leaves the others, and the body, alone: all failures are thrown together when everything
     * has ended. If the body fails, the tasks are cancelled. Mirrors Kotlin's {@code supervisorScope}.
     *
     * @param body receives the group
     * @throws ExceptionGroup with all failures, if tasks or the body failed
     * @throws ErrorGroup instead if an {@link Error} is among the failures
     * @throws CancelledError if the caller was cancelled, and nothing failed
     * @throws IllegalStateException if the caller is no task; the body is not called then
     */
    @Suspends
    public static void supervisorGroup(ScopeBody<TaskGroup, Exception> body) {
        TaskGroup.supervising().run(body);
    }

    /**
     * As {@link #gather(Coroutine[])}, of a map: the values come under the keys of their bodies, in the same order.
     *
     * @param coroutines the tasks' bodies
     * @return a future of their values
     * @param <K> the type of the keys
     * @param <T> the type of the values
     * @throws IllegalStateException if no loop runs here
     */
    public static <K, T extends @Nullable Object> Future<Map<K, T>> gatherMap(Map<K, Coroutine<T>> coroutines) {
        return Gather.map(coroutines);
    }

    /**
     * Runs a function on each item, in a task of its own, so many at a time, and waits for all of them. If one fails, the rest are
     * cancelled, as in {@link #taskGroup}. Mirrors anyio's {@code amap}.
     *
     * @param items the items
     * @param limit how many tasks at most run at a time
     * @param function what to run for each
     * @return the results, in the order of the items
     * @param <T> the type of the items
     * @param <R> the type of the results
     * @throws ExceptionGroup if tasks failed
     * @throws ErrorGroup if they failed with an {@link Error} among other things
     * @throws CancelledError if the caller was cancelled, and nothing failed
     * @throws IllegalArgumentException if the limit is less than one
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, R extends @Nullable Object> List<R> map(
            Collection<? extends T> items, int limit, CoroutineFunction<? super T, ? extends R> function) {
        Objects.requireNonNull(function, "function");
        Task<?> task = WrongCaller.currentTask("map");
        return new BoundedMap<T, R>(task.getLoop(), limit, function).run(items);
    }

    /**
     * Starts all attempts at once, and waits for the first to succeed; the others are cancelled, and have ended when this returns. A second
     * success, or one in the tick of the caller's cancellation, is dropped: attempts that hold something must give it back when they are
     * cancelled. Mirrors Twisted's {@code race}.
     *
     * @param attempts what to try, at least one
     * @return the value of the first that succeeded
     * @param <T> the type of the value
     * @throws ExceptionGroup if all failed: their failures, in the order in which they were started
     * @throws ErrorGroup instead if an {@link Error} is among the failures
     * @throws CancelledError if the caller was cancelled: all attempts were, too, and have ended
     * @throws IllegalArgumentException if there are no attempts
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object> T race(List<Coroutine<T>> attempts) {
        return race(Duration.ZERO, attempts);
    }

    /**
     * As {@link #race(List)}, starting the attempts one after the other: the next one when the one before has failed, or has not succeeded
     * in that time. Mirrors asyncio's internal {@code staggered_race}.
     *
     * @param stagger how long to wait before the next attempt; null to wait until the one before has failed
     * @param attempts what to try, at least one
     * @return the value of the first that succeeded
     * @param <T> the type of the value
     * @throws ExceptionGroup if all failed: their failures, in the order in which they were started
     * @throws ErrorGroup instead if an {@link Error} is among the failures
     * @throws CancelledError if the caller was cancelled: all attempts were, too, and have ended
     * @throws IllegalArgumentException if there are no attempts
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object> T race(@Nullable Duration stagger, List<Coroutine<T>> attempts) {
        return new Race<>(WrongCaller.currentTask("race").getLoop(), attempts, stagger).run();
    }

    // ---- later, and again and again

    /**
     * Starts a task that begins after a while. Mirrors Twisted's {@code deferLater}.
     *
     * @param delay how long from now
     * @param coroutine the task's body; not called if the task is cancelled before
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Task<T> callAfter(Duration delay, Coroutine<T> coroutine) {
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(coroutine, "coroutine");
        return createTask(() -> {
            sleep(delay);
            return coroutine.call();
        });
    }

    /**
     * As {@link #callAfter(Duration, Coroutine)}, for a body without a value.
     *
     * @param delay how long from now
     * @param action the task's body; not called if the task is cancelled before
     * @return the task
     * @throws IllegalStateException if no loop runs here
     */
    public static Task<@Nullable Void> callAfter(Duration delay, Action action) {
        Objects.requireNonNull(delay, "delay");
        Objects.requireNonNull(action, "action");
        return createTask(() -> {
            sleep(delay);
            action.run();
        });
    }

    /**
     * Runs an action again and again: now, and then on the grid now + k × interval. Mirrors Twisted's {@code LoopingCall}.
     *
     * @param interval the time between the beginnings of two runs; zero runs it in every iteration of the loop
     * @param action what to run; may suspend
     * @return to stop it, and to wait for its end
     * @throws IllegalArgumentException if the interval is negative
     * @throws IllegalStateException if no loop runs here
     */
    public static PeriodicTask every(Duration interval, Action action) {
        return every(interval, action, PeriodicOptions.DEFAULT);
    }

    /**
     * As {@link #every(Duration, Action)}, with options.
     *
     * @param interval the time between the beginnings of two runs
     * @param action what to run; may suspend
     * @param options when to begin, how the gaps vary, what happens when a run throws
     * @return to stop it, and to wait for its end
     * @throws IllegalArgumentException if the interval is negative
     * @throws IllegalStateException if no loop runs here
     */
    public static PeriodicTask every(Duration interval, Action action, PeriodicOptions options) {
        Objects.requireNonNull(action, "action");
        return PeriodicTask.start(interval, slots -> action.run(), options);
    }

    /**
     * As {@link #every(Duration, Action)}, for something that counts: it is told how many slots of the grid have passed since the run
     * before, which is 1 unless that was slow. Mirrors {@code LoopingCall.withCount}.
     *
     * @param interval the time between the beginnings of two runs
     * @param action receives the number of slots; may suspend
     * @return to stop it, and to wait for its end
     * @throws IllegalArgumentException if the interval is negative
     * @throws IllegalStateException if no loop runs here
     */
    public static PeriodicTask every(Duration interval, IntConsumer action) {
        return every(interval, action, PeriodicOptions.DEFAULT);
    }

    /**
     * As {@link #every(Duration, IntConsumer)}, with options.
     *
     * @param interval the time between the beginnings of two runs
     * @param action receives the number of slots; may suspend
     * @param options when to begin, how the gaps vary, what happens when a run throws
     * @return to stop it, and to wait for its end
     * @throws IllegalArgumentException if the interval is negative
     * @throws IllegalStateException if no loop runs here
     */
    public static PeriodicTask every(Duration interval, IntConsumer action, PeriodicOptions options) {
        Objects.requireNonNull(action, "action");
        return PeriodicTask.start(interval, action::accept, options);
    }

    // ---- channels

    /**
     * Waits for several things of which exactly one happens: what comes first, or is there already, in the order written. As Kotlin's
     * {@code select}; see {@link Select}, also for clauses that give a value.
     *
     * @param clauses adds the clauses
     * @throws CancelledError if the task is cancelled while it waits; nothing happened then
     * @throws IllegalArgumentException if there is no clause, or both ends of one rendezvous are in it
     * @throws IllegalStateException if the caller is no task of the loop that all this belongs to
     */
    @Suspends
    public static void select(Consumer<? super Select> clauses) {
        Select.run(clauses);
    }

    // ---- threads

    /**
     * Runs a body on another thread, in a copy of the current context, and waits for it. Mirrors {@code asyncio.to_thread}.
     *
     * @param body what to run
     * @return its value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the caller is cancelled meanwhile; the thread goes on
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T toThread(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        EventLoop loop = WrongCaller.currentTask("toThread").getLoop();
        Context context = Context.copyCurrent();
        return loop.<T>runInExecutor(null, () -> context.<T, X>run(body)).await();
    }

    /**
     * As {@link #toThread(Body)}, without a value.
     *
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the caller is cancelled meanwhile; the thread goes on
     * @throws IllegalStateException if the caller is no task
     */
    @Suspends
    public static <X extends Exception> void toThread(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        Asyncio.<@Nullable Void, X>toThread(() -> {
            body.run();
            return null;
        });
    }

    /**
     * As {@link #toThread(Body)}, when a limiter has a token for it; the thread holds that until it is through, also if the calling task
     * has been cancelled long before.
     *
     * @param limiter bounds how many such threads there are at once
     * @param body what to run
     * @return its value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the caller is cancelled meanwhile; a body that has begun goes on, another one is never called
     * @throws IllegalStateException if the caller is no task of the limiter's loop
     */
    @Suspends
    public static <T extends @Nullable Object, X extends Exception> T toThread(CapacityLimiter limiter, Body<T, X> body)
            throws X {
        Objects.requireNonNull(limiter, "limiter");
        Objects.requireNonNull(body, "body");
        return LimitedJob.run(limiter, body);
    }

    /**
     * As {@link #toThread(CapacityLimiter, Body)}, without a value.
     *
     * @param limiter bounds how many such threads there are at once
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws CancelledError if the caller is cancelled meanwhile; a body that has begun goes on, another one is never called
     * @throws IllegalStateException if the caller is no task of the limiter's loop
     */
    @Suspends
    public static <X extends Exception> void toThread(CapacityLimiter limiter, VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        Asyncio.<@Nullable Void, X>toThread(limiter, () -> {
            body.run();
            return null;
        });
    }

    /**
     * Starts a task on a loop, from another thread, in a copy of that thread's context. If the loop is closed before the task has ended,
     * the future fails with an {@link IllegalStateException}. Mirrors {@code asyncio.run_coroutine_threadsafe}.
     *
     * @param coroutine the body
     * @param loop the loop
     * @return completes as the task does; cancelling it cancels the task
     * @param <T> the type of the value
     * @throws IllegalStateException if the loop is closed
     */
    public static <T extends @Nullable Object> CompletableFuture<T> runCoroutineThreadsafe(
            Coroutine<T> coroutine, EventLoop loop) {
        return ThreadFutures.submit(coroutine, loop);
    }

    /**
     * As {@link #runCoroutineThreadsafe(Coroutine, EventLoop)}, without a value.
     *
     * @param action the body
     * @param loop the loop
     * @return completes as the task does; cancelling it cancels the task
     * @throws IllegalStateException if the loop is closed
     */
    public static CompletableFuture<@Nullable Void> runCoroutineThreadsafe(Action action, EventLoop loop) {
        Objects.requireNonNull(action, "action");
        Coroutine<@Nullable Void> coroutine = () -> {
            action.run();
            return null;
        };
        return ThreadFutures.submit(coroutine, loop);
    }

    /**
     * Runs a body as a task of a loop, from another thread, and blocks that thread until it has ended. Mirrors Twisted's
     * {@code blockingCallFromThread}.
     *
     * @param loop the loop
     * @param body what to run
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws InterruptedException if the calling thread is interrupted; the task is cancelled then
     * @throws CancelledError if the task was cancelled
     * @throws IllegalStateException if the caller is on a thread of a loop, which must not be blocked, or the loop is or gets closed
     */
    public static <T extends @Nullable Object, X extends Exception> T callFromThread(EventLoop loop, Body<T, X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        return ThreadFutures.call(loop, body::call);
    }

    /**
     * As {@link #callFromThread(EventLoop, Body)}, without a value.
     *
     * @param loop the loop
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws InterruptedException if the calling thread is interrupted; the task is cancelled then
     * @throws CancelledError if the task was cancelled
     * @throws IllegalStateException if the caller is on a thread of a loop, which must not be blocked, or the loop is or gets closed
     */
    public static <X extends Exception> void callFromThread(EventLoop loop, VoidBody<X> body)
            throws X, InterruptedException {
        Objects.requireNonNull(body, "body");
        ThreadFutures.<@Nullable Void>call(loop, () -> {
            body.run();
            return null;
        });
    }

    /**
     * A future of the running loop for one of another kind; cancelling it cancels the source. Mirrors {@code asyncio.wrap_future}.
     *
     * @param stage the source
     * @return completes as the source does, on the loop
     * @param <T> the type of the value
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage) {
        return wrapFuture(stage, getRunningLoop());
    }

    /**
     * As {@link #wrapFuture(CompletionStage)}, on the given loop.
     *
     * @param stage the source
     * @param loop the loop
     * @return completes as the source does, on the loop
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> Future<T> wrapFuture(CompletionStage<T> stage, EventLoop loop) {
        return ThreadFutures.wrap(Objects.requireNonNull(stage, "stage"), loop);
    }

    /**
     * The future itself: it is this library's already.
     *
     * @param future a future
     * @return the same
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> Future<T> wrapFuture(Future<T> future) {
        return Objects.requireNonNull(future, "future");
    }

    /**
     * A future of the running loop for a future of {@code java.util.concurrent} that can only be waited for: a helper thread does.
     *
     * @param future the source
     * @return completes as the source does, on the loop; cancelling it cancels the source
     * @param <T> the type of the value
     * @throws IllegalStateException if no loop runs here
     */
    public static <T extends @Nullable Object> Future<T> wrapBlocking(java.util.concurrent.Future<T> future) {
        return ThreadFutures.wrapBlocking(Objects.requireNonNull(future, "future"), getRunningLoop());
    }

    // ---- durations

    /**
     * Seconds as Python writes them.
     *
     * @param seconds how many; may be negative
     * @return the duration, rounded to nanoseconds
     * @throws IllegalArgumentException if NaN or infinite
     */
    public static Duration seconds(double seconds) {
        if (!Double.isFinite(seconds)) {
            throw new IllegalArgumentException("seconds must be a finite number, got " + seconds);
        }
        double nanos = seconds * 1e9;
        if (Math.abs(nanos) < Long.MAX_VALUE) {
            return Duration.ofNanos(Math.round(nanos));
        }
        return Math.abs(seconds) < Long.MAX_VALUE
                ? Duration.ofSeconds((long) seconds)
                : Duration.ofSeconds(seconds > 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
    }

    /**
     * Milliseconds.
     *
     * @param millis how many; may be negative
     * @return the duration
     */
    public static Duration millis(long millis) {
        return Duration.ofMillis(millis);
    }

    // ---- introspection

    /**
     * Notes, for call graphs alone, that one future waits for another in a way that cannot be seen: for code that builds waits of its own
     * out of callbacks. Each note needs its {@link #futureDiscardFromAwaitedBy}. Mirrors {@code asyncio.future_add_to_awaited_by}.
     *
     * @param future the one that is waited for
     * @param waiter the one that waits
     */
    public static void futureAddToAwaitedBy(Future<?> future, Future<?> waiter) {
        Objects.requireNonNull(waiter, "waiter");
        future.getLoop().checkThread();
        future.addAwaitedBy(waiter);
    }

    /**
     * Takes one note of {@link #futureAddToAwaitedBy} back; without effect if there is none. Mirrors
     * {@code asyncio.future_discard_from_awaited_by}.
     *
     * @param future the one that was waited for
     * @param waiter the one that waited
     */
    public static void futureDiscardFromAwaitedBy(Future<?> future, Future<?> waiter) {
        Objects.requireNonNull(waiter, "waiter");
        future.getLoop().checkThread();
        future.discardAwaitedBy(waiter);
    }

    /**
     * Where the current task stands: its own stack, then who waits for it, and so on; through {@code await}, {@link #gather},
     * {@link #shield}, {@link #wait}, {@link #waitFor} and task groups. Mirrors {@code asyncio.capture_call_graph}.
     *
     * @return the graph, null in callbacks
     * @throws IllegalStateException if no loop runs here
     */
    public static @Nullable FutureCallGraph captureCallGraph() {
        return CallGraphs.capture(null, CallGraphOptions.DEFAULT);
    }

    /**
     * As {@link #captureCallGraph()}, of any task or future.
     *
     * @param future the future; null for the current task
     * @return the graph, null if there is neither a future nor a current task
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static @Nullable FutureCallGraph captureCallGraph(@Nullable Future<?> future) {
        return CallGraphs.capture(future, CallGraphOptions.DEFAULT);
    }

    /**
     * As {@link #captureCallGraph(Future)}, with a choice of frames.
     *
     * @param future the future; null for the current task
     * @param options which frames to keep
     * @return the graph, null if there is neither a future nor a current task
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static @Nullable FutureCallGraph captureCallGraph(@Nullable Future<?> future, CallGraphOptions options) {
        return CallGraphs.capture(future, Objects.requireNonNull(options, "options"));
    }

    /**
     * The graph of {@link #captureCallGraph()} as text: one line for the task, its stack, then, deeper, those who wait for it. A circle of
     * tasks that wait for each other ends where it closes, with a line that says so. Mirrors {@code asyncio.format_call_graph}.
     *
     * @return the text, empty in callbacks
     * @throws IllegalStateException if no loop runs here
     */
    public static String formatCallGraph() {
        return formatCallGraph(null);
    }

    /**
     * As {@link #formatCallGraph()}, of any task or future.
     *
     * @param future the future; null for the current task
     * @return the text, empty if there is neither a future nor a current task
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static String formatCallGraph(@Nullable Future<?> future) {
        return formatCallGraph(future, CallGraphOptions.DEFAULT);
    }

    /**
     * As {@link #formatCallGraph(Future)}, with a choice of frames.
     *
     * @param future the future; null for the current task
     * @param options which frames to keep
     * @return the text, empty if there is neither a future nor a current task
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static String formatCallGraph(@Nullable Future<?> future, CallGraphOptions options) {
        FutureCallGraph graph = captureCallGraph(future, options);
        return graph == null ? "" : CallGraphs.format(graph);
    }

    /**
     * Prints {@link #formatCallGraph()}. Mirrors {@code asyncio.print_call_graph}.
     *
     * @param out where to
     * @throws IllegalStateException if no loop runs here
     */
    public static void printCallGraph(PrintStream out) {
        out.print(formatCallGraph());
    }

    /**
     * Prints {@link #formatCallGraph(Future)}.
     *
     * @param future the future; null for the current task
     * @param out where to
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static void printCallGraph(@Nullable Future<?> future, PrintStream out) {
        out.print(formatCallGraph(future));
    }

    /**
     * Prints {@link #formatCallGraph(Future, CallGraphOptions)}.
     *
     * @param future the future; null for the current task
     * @param options which frames to keep
     * @param out where to
     * @throws IllegalStateException if no loop runs here and no future is given, or its loop runs on another thread
     */
    public static void printCallGraph(@Nullable Future<?> future, CallGraphOptions options, PrintStream out) {
        out.print(formatCallGraph(future, options));
    }

    /**
     * Prints every task of every running loop with its stack: what each is doing, or waiting for. Tasks that another one waits for stand
     * below it, deeper. Tasks that wait for each other in a circle are reported first, and all are listed without such an order then.
     * From any thread.
     *
     * @param out where to
     */
    public static void dumpTasks(PrintStream out) {
        for (EventLoop loop : RunningLoops.all()) {
            TaskDump.print(loop, out);
        }
    }
}
