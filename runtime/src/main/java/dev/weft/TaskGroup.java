package dev.weft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A scope that ends only when all tasks started in it have ended. When one of them fails, the others, and the scope's body, are
 * cancelled; once everything has ended, the failures are thrown together, in an {@link ExceptionGroup}. Handed to the body by
 * {@link Asyncio#taskGroup}; used once. Mirrors {@code asyncio.TaskGroup}.
 *
 * <p>Confined to the loop of the task that runs the body, the group's parent. A task that was cancelled is no failure. If the parent
 * is cancelled from outside, so are the tasks, and the {@link CancelledError} is thrown when they have ended, unless there are
 * failures to throw; then it comes at the parent's next suspending call.
 */
public final class TaskGroup {
    private static final String FAILED = "task group failed";
    private static final int MANY_DONE = 16;

    /** The tasks that are not done, in the order of their creation; and, until they pile up, some that are. */
    private final List<Task<?>> tasks = new ArrayList<>(0);

    /** How many of the tasks have not been seen to end. */
    private int left;

    /** What tasks failed with, in the order in which their ends were seen, then what the body failed with. */
    private final List<Throwable> failures = new ArrayList<>();

    private final Future.Listener taskDone = this::taskDone;
    /** Whether a failure is kept for the end, and leaves the other tasks alone. */
    private final boolean supervising;

    private @Nullable Task<?> parent;
    private boolean exiting;
    private boolean finished;
    private boolean aborting;
    private boolean cancelOnEntry;
    /** Whether this group cancelled its parent: one request to take back at the end. */
    private boolean parentCancelRequested;

    private int shieldDepth;
    private @Nullable Throwable fatal;
    private @Nullable Future<@Nullable Void> allDone;

    /** A group that has not been entered: run a body in it with {@link #run}. Most code calls {@link Asyncio#taskGroup} instead. */
    public TaskGroup() {
        this(false);
    }

    private TaskGroup(boolean supervising) {
        this.supervising = supervising;
    }

    /** A group for {@link Asyncio#supervisorGroup}. */
    static TaskGroup supervising() {
        return new TaskGroup(true);
    }

    /**
     * Runs a body with a value in a new group. As {@link Asyncio#taskGroup}.
     *
     * @param body receives the group; runs in the calling task
     * @return the body's value, when it and all tasks have ended; null if {@link #cancel} cut the body short
     * @param <T> the type of the value
     * @throws ExceptionGroup if tasks or the body failed
     * @throws ErrorGroup if they failed with an {@link Error} among other things
     * @throws CancelledError if the calling task was cancelled, and nothing failed
     * @throws IllegalStateException if the caller is no task; the body is not called then
     */
    @Suspends
    public static <T extends @Nullable Object> T call(ScopeCall<TaskGroup, T, Exception> body) {
        return new TaskGroup().runBody(body);
    }

    /**
     * Runs a body in this group, which can be used once. As {@link Asyncio#taskGroup}, for a group that others were given before, to
     * {@link #cancel} it.
     *
     * @param body receives this group; runs in the calling task
     * @throws ExceptionGroup if tasks or the body failed
     * @throws ErrorGroup if they failed with an {@link Error} among other things
     * @throws CancelledError if the calling task was cancelled, and nothing failed
     * @throws IllegalStateException if the group was entered before, or the caller is no task; the body is not called then
     */
    @Suspends
    public void run(ScopeBody<TaskGroup, Exception> body) {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void>runBody(group -> {
            body.run(group);
            return null;
        });
    }

    /**
     * Starts a task in the group. May be called by the body, by the group's tasks, and by anybody else on the loop, as long as
     * something of the group runs.
     *
     * @param coroutine the task's body
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down after a failure or a cancellation
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(coroutine, TaskOptions.DEFAULT);
    }

    /**
     * As {@link #createTask(Coroutine)}, with a name.
     *
     * @param coroutine the task's body
     * @param name the task's name
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, String name) {
        return createTask(coroutine, TaskOptions.named(name));
    }

    /**
     * As {@link #createTask(Coroutine)}, with options.
     *
     * @param coroutine the task's body
     * @param options name, context, eager start
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, TaskOptions options) {
        Task<?> owner = ensureOpen();
        return adopt(owner, owner.getLoop().createTask(coroutine, options));
    }

    /**
     * As {@link #createTask(Coroutine)}, for a body without a value.
     *
     * @param action the task's body
     * @return the task
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down
     */
    public Task<@Nullable Void> createTask(Action action) {
        return createTask(action, TaskOptions.DEFAULT);
    }

    /**
     * As {@link #createTask(Action)}, with a name.
     *
     * @param action the task's body
     * @param name the task's name
     * @return the task
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down
     */
    public Task<@Nullable Void> createTask(Action action, String name) {
        return createTask(action, TaskOptions.named(name));
    }

    /**
     * As {@link #createTask(Action)}, with options.
     *
     * @param action the task's body
     * @param options name, context, eager start
     * @return the task
     * @throws IllegalStateException if the group was not entered, is finished, or is shutting down
     */
    public Task<@Nullable Void> createTask(Action action, TaskOptions options) {
        Task<?> owner = ensureOpen();
        return adopt(owner, owner.getLoop().createTask(action, options));
    }

    /**
     * Starts a task in the group, and waits until it says that it is ready. It is an ordinary task of the group from then on. If it fails
     * before, that is thrown here, undeclared, and is no failure of the group. Mirrors trio's {@code nursery.start}.
     *
     * {@snippet :
     * int port = tg.start(status -> {
     *     Server server = listen();
     *     status.started(server.port());
     *     server.serveForever();
     * });
     * }
     *
     * @param body the task's body
     * @return what the task reported
     * @param <T> the type of that
     * @throws CancelledError if the caller is cancelled before the task is ready; the task is cancelled then, and has ended
     * @throws IllegalStateException if the task ended before it was ready, the group was not entered, is finished, or is shutting down, or
     *     the caller is no task
     */
    @Suspends
    public <T extends @Nullable Object> T start(StartBody<T> body) {
        Objects.requireNonNull(body, "body");
        Task<?> owner = ensureOpen();
        WrongCaller.currentTask("start");
        var start = new TaskStart<T>(owner.getLoop());
        Task<?> task = owner.getLoop().createTask((Action) () -> body.run(start));
        join(owner, task, done -> {
            if (start.endedEarly(done)) {
                remove(owner, done);
            } else {
                taskDone(done);
            }
        });
        return start.await(task);
    }

    /**
     * Cancels the tasks that have not ended and the body. The group then ends without a {@link CancelledError}, unless somebody else
     * cancelled the parent too; failures are thrown as ever. Before the group is entered: cancels it when it is. Afterwards, or a
     * second time: without effect.
     */
    public void cancel() {
        Task<?> owner = parent;
        if (owner == null) {
            cancelOnEntry = true;
            return;
        }
        if (finished || (exiting && left == 0)) {
            return;
        }
        owner.getLoop().checkThread();
        if (!aborting) {
            abort();
            cancelParent(owner);
        }
    }

    @Override
    public String toString() {
        var text = new StringBuilder("TaskGroup[").append(left).append(" tasks");
        if (!failures.isEmpty()) {
            text.append(", ").append(failures.size()).append(" errors");
        }
        if (aborting) {
            text.append(", cancelling");
        } else if (parent != null) {
            text.append(", entered");
        }
        return text.append(']').toString();
    }

    // ---- the parent's side

    @Suspends
    private <T extends @Nullable Object> T runBody(ScopeCall<TaskGroup, T, Exception> body) {
        Objects.requireNonNull(body, "body");
        enter();
        T value;
        try {
            value = body.call(this);
        } catch (Throwable e) {
            RunningLoops.fallIn();
            return endWithoutValue(e);
        }
        RunningLoops.fallIn();
        exit(null);
        return value;
    }

    @Suspends
    @SuppressWarnings("NullAway") // documented: no value when the body was cut short
    private <T extends @Nullable Object> T endWithoutValue(Throwable thrown) {
        exit(thrown);
        return null;
    }

    private void enter() {
        if (parent != null) {
            throw new IllegalStateException("already entered: " + this);
        }
        Task<?> owner = WrongCaller.currentTask("taskGroup");
        parent = owner;
        shieldDepth = owner.shieldDepth();
        if (cancelOnEntry) {
            cancel();
        }
    }

    @Suspends
    private void exit(@Nullable Throwable thrown) {
        Task<?> owner = Objects.requireNonNull(parent);
        try {
            leave(owner, thrown);
        } finally {
            finished = true;
            failures.clear();
            fatal = null;
        }
    }

    /** Waits for the tasks, then throws what there is to throw. */
    @Suspends
    private void leave(Task<?> owner, @Nullable Throwable thrown) {
        exiting = true;
        Throwable failure = thrown;
        if (failure != null && Task.causedByInterrupt(failure) && owner.cancellationPending()) {
            failure = owner.cancellationFrom(failure);
        }
        if (failure != null && fatal == null && Throwables.fatal(failure)) {
            fatal = failure;
        }
        CancelledError cancellation = failure instanceof CancelledError e ? e : null;
        if (failure != null && !aborting) {
            abort();
        }
        CancelledError absorbed = null;
        while (left > 0) {
            try {
                awaitTasks(owner);
            } catch (CancelledError e) {
                // From outside, or our own that was under way already: the tasks are waited for in any case.
                absorbed = e;
                if (!aborting) {
                    cancellation = e;
                    abort();
                }
            }
        }
        if (fatal != null) {
            reportAllBut(owner, fatal);
            throw Throwables.rethrow(fatal);
        }
        String message = messageOf(owner, cancellation, absorbed);
        if (parentCancelRequested) {
            owner.uncancel();
            if (owner.visibleRequests() == 0) {
                cancellation = null; // it was ours
            } else if (cancellation == null) {
                cancellation = absorbed; // one request is left that is not ours
            }
        }
        if (cancellation != null && failures.isEmpty()) {
            throw cancellation;
        }
        if (failure != null && !(failure instanceof CancelledError)) {
            failures.add(failure);
        }
        if (!failures.isEmpty()) {
            throwFailures(owner, failure, message);
        }
    }

    @Suspends
    private void awaitTasks(Task<?> owner) {
        Future<@Nullable Void> ended = owner.getLoop().createFuture();
        allDone = ended;
        try {
            ended.await();
        } finally {
            allDone = null;
        }
    }

    /** What was said by whoever cancelled the parent from outside, if anybody did: this group says nothing. */
    private static @Nullable String messageOf(
            Task<?> owner, @Nullable CancelledError first, @Nullable CancelledError absorbed) {
        if (first != null && first.getMessage() != null) {
            return first.getMessage();
        }
        return absorbed != null && absorbed.getMessage() != null ? absorbed.getMessage() : owner.cancelMessage();
    }

    private void throwFailures(Task<?> owner, @Nullable Throwable thrown, @Nullable String message) {
        if (owner.visibleRequests() > 0) {
            // Cancelled from outside: the failures are thrown now, the cancellation at the next suspending call.
            owner.uncancel();
            owner.cancelFrom(shieldDepth, message);
        }
        if (thrown instanceof GeneratorExit && failures.size() == 1) {
            throw Throwables.rethrow(thrown); // a generator that holds a group closes quietly
        }
        throw Throwables.rethrow(ThrowableGroup.of(FAILED, failures).asThrowable());
    }

    /** A fatal failure is thrown bare: the others must be told of in another way. */
    private void reportAllBut(Task<?> owner, Throwable thrown) {
        for (Throwable other : failures) {
            if (other != thrown) {
                owner.getLoop()
                        .callExceptionHandler(
                                ExceptionContext.of("task group failed fatally, this failure came with it: "
                                                + Describe.exception(other))
                                        .with("exception", other)
                                        .with("task_group", this));
            }
        }
    }

    // ---- the tasks' side

    private Task<?> ensureOpen() {
        Task<?> owner = parent;
        if (owner == null) {
            throw new IllegalStateException("not entered: " + this);
        }
        if (finished || (exiting && left == 0)) {
            throw new IllegalStateException("finished: " + this);
        }
        if (aborting) {
            throw new IllegalStateException("shutting down: " + this);
        }
        return owner;
    }

    private <T extends @Nullable Object> Task<T> adopt(Task<?> owner, Task<T> task) {
        join(owner, task, taskDone);
        return task;
    }

    private void join(Task<?> owner, Task<?> task, Future.Listener listener) {
        task.addAwaitedBy(owner);
        tasks.add(task);
        left++;
        // In a later entry even for a task that is done already: a failure must not cancel the caller inside
        // createTask.
        task.addListener(listener);
        if (aborting && !task.isDone()) {
            task.cancel(); // started eagerly, it has cancelled the group before it was one of its tasks
        }
    }

    private void abort() {
        aborting = true;
        for (Task<?> task : List.copyOf(tasks)) {
            if (!task.isDone()) {
                task.cancel();
            }
        }
    }

    private void cancelParent(Task<?> owner) {
        if (!parentCancelRequested) {
            parentCancelRequested = true;
            owner.cancelFrom(shieldDepth, null);
        }
    }

    /** An entry of the loop, on its own stack. */
    private void taskDone(Future<?> task) {
        Task<?> owner = Objects.requireNonNull(parent);
        remove(owner, task);
        Throwable failure = task.failure();
        if (failure == null) {
            return;
        }
        task.markRetrieved();
        if (finished || owner.isDone()) {
            reportOrphan(owner, task, failure);
            return;
        }
        failures.add(failure);
        if (fatal == null && Throwables.fatal(failure)) {
            fatal = failure;
        }
        if (!supervising && !aborting && !parentCancelRequested) {
            abort();
            cancelParent(owner);
        }
    }

    private void remove(Task<?> owner, Future<?> task) {
        left--;
        if (tasks.size() > 2 * left + MANY_DONE) {
            tasks.removeIf(Future::isDone);
        }
        task.discardAwaitedBy(owner);
        Future<@Nullable Void> waiter = allDone;
        if (waiter != null && left == 0 && !waiter.isDone()) {
            waiter.complete(null);
        }
    }

    private void reportOrphan(Task<?> owner, Future<?> task, Throwable failure) {
        EventLoop loop = owner.getLoop();
        loop.core()
                .addReady(new CallbackHandle(
                        loop,
                        () -> loop.callExceptionHandler(
                                ExceptionContext.of("task of a group failed after the group's parent" + " had ended: "
                                                + Describe.exception(failure))
                                        .with("exception", failure)
                                        .with("task", task)),
                        new Context()));
    }
}
