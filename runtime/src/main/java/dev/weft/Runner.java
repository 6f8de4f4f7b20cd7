package dev.weft;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Runs several bodies, one after the other, on one loop and in one {@link Context}, and cleans up at the end. Creation does nothing; the
 * loop is made at the first {@link #run} or {@link #getLoop}. Mirrors {@code asyncio.Runner}.
 */
public final class Runner implements AutoCloseable {
    private static final Duration EXECUTOR_SHUTDOWN = Duration.ofMinutes(5);

    private enum State {
        CREATED,
        INITIALIZED,
        CLOSED
    }

    private final RunOptions options;
    private State state = State.CREATED;
    private volatile @Nullable EventLoop loop;
    private @Nullable Context context;

    /** The next four are for other threads, when the JVM is told to end. */
    private volatile @Nullable Task<?> mainTask;

    private volatile boolean closing;
    private volatile boolean tidy;
    private volatile boolean closed;
    private final ArrayDeque<Action> shutdownActions = new ArrayDeque<>(0);

    /** A runner with a loop of its own. */
    public Runner() {
        this(RunOptions.DEFAULT);
    }

    /**
     * A runner as described.
     *
     * @param options the description
     */
    public Runner(RunOptions options) {
        this.options = Objects.requireNonNull(options, "options");
    }

    /**
     * The runner's loop, made now if need be.
     *
     * @return the loop
     * @throws IllegalStateException if the runner is closed
     */
    public EventLoop getLoop() {
        return initialize();
    }

    /**
     * Runs a body as a task until it is done. Context variables that one run sets are seen by the next.
     *
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws KeyboardInterrupt if SIGINT ended it
     * @throws IllegalStateException if the runner is closed or a loop runs on this thread; the body is not called then
     */
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> main) throws X {
        Objects.requireNonNull(main, "main");
        initialize();
        return run(Objects.requireNonNull(context), main);
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws KeyboardInterrupt if SIGINT ended it
     * @throws IllegalStateException if the runner is closed or a loop runs on this thread; the body is not called then
     */
    public <X extends Exception> void run(VoidBody<X> main) throws X {
        Objects.requireNonNull(main, "main");
        initialize();
        run(Objects.requireNonNull(context), main);
    }

    /**
     * As {@link #run(Body)}, in a context of the caller's choice.
     *
     * @param context the context
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws KeyboardInterrupt if SIGINT ended it
     * @throws IllegalStateException if the runner is closed or a loop runs on this thread; the body is not called then
     */
    public <T extends @Nullable Object, X extends Exception> T run(Context context, Body<T, X> main) throws X {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(main, "main");
        return runTask(context, main::call);
    }

    /**
     * As {@link #run(VoidBody)}, in a context of the caller's choice.
     *
     * @param context the context
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws KeyboardInterrupt if SIGINT ended it
     * @throws IllegalStateException if the runner is closed or a loop runs on this thread; the body is not called then
     */
    public <X extends Exception> void run(Context context, VoidBody<X> main) throws X {
        Objects.requireNonNull(context, "context");
        Objects.requireNonNull(main, "main");
        this.<@Nullable Void>runTask(context, () -> {
            main.run();
            return null;
        });
    }

    /**
     * Runs until a future of this runner's loop is done.
     *
     * @param future the future
     * @return its value; throws what it failed with
     * @param <T> the type of the value
     * @throws IllegalArgumentException if the future is another loop's
     * @throws IllegalStateException if the runner is closed or a loop runs on this thread
     */
    public <T extends @Nullable Object> T run(Future<T> future) {
        return initialize().runUntilComplete(future);
    }

    /**
     * Has something done by {@link #close}, before it cancels the tasks that are left: the last that was asked for comes first. What it
     * throws goes to the loop's exception handler. Mirrors Twisted's {@code addSystemEventTrigger("before", "shutdown", ...)}.
     *
     * @param action what to do, in a task of its own; may suspend
     * @throws IllegalStateException if the runner is closed
     */
    public void onShutdown(Action action) {
        Objects.requireNonNull(action, "action");
        if (state == State.CLOSED) {
            throw new IllegalStateException("runner closed");
        }
        shutdownActions.addLast(action);
    }

    /**
     * Cancels the tasks that are left and waits for them, closes generators, waits for the default executor, closes the loop. Without
     * effect if it was never used or is closed already.
     *
     * @throws IllegalStateException if the loop is running
     */
    @Override
    public void close() {
        EventLoop closing = loop;
        if (state != State.INITIALIZED || closing == null) {
            state = State.CLOSED;
            return;
        }
        if (closing.isRunning()) {
            throw new IllegalStateException("cannot close a runner from inside it");
        }
        state = State.CLOSED;
        this.closing = true;
        if (options.handleInterrupt()) {
            ExitHook.add(this);
        }
        try {
            runShutdownActions(closing);
            cancelLeftOvers(closing);
            closing.runUntilComplete(() -> closing.shutdownAsyncgens());
            tidy = true;
            closing.runUntilComplete(() -> closing.shutdownDefaultExecutor(EXECUTOR_SHUTDOWN));
        } finally {
            try {
                closing.close();
            } finally {
                closed = true;
                ExitHook.remove(this);
            }
        }
    }

    // ---- for ExitHook, on any thread

    @Nullable
    EventLoop loopIfMade() {
        return loop;
    }

    @Nullable
    Task<?> mainTask() {
        return mainTask;
    }

    boolean isClosing() {
        return closing;
    }

    /** Whether all tasks and generators have ended. */
    boolean isTidy() {
        return tidy;
    }

    boolean isClosed() {
        return closed;
    }

    // ---- inside

    private EventLoop initialize() {
        if (state == State.CLOSED) {
            throw new IllegalStateException("runner closed");
        }
        EventLoop made = loop;
        if (made == null) {
            made = Objects.requireNonNull(options.loopFactory().get(), "the loop factory returned null");
            Boolean debug = options.debug();
            if (debug != null) {
                made.setDebug(debug);
            }
            if (options.detectDeadlocks() && !made.control().watchesIdling()) {
                made.control().onIdle(new DeadlockWatch(made));
            }
            loop = made;
            context = Context.copyCurrent();
            state = State.INITIALIZED;
        }
        return made;
    }

    private <T extends @Nullable Object> T runTask(Context taskContext, Coroutine<T> main) {
        EventLoop running = EventLoop.current();
        if (running != null) {
            throw new IllegalStateException("Runner.run cannot be called while a loop runs on this thread: " + running);
        }
        EventLoop own = initialize();
        Duration limit = options.timeout();
        Coroutine<T> body = limit == null ? main : () -> Timeout.<T, Exception>call(limit, scope -> main.call());
        Task<T> task = own.createTask(body, TaskOptions.DEFAULT.context(taskContext));
        mainTask = task;
        if (options.handleInterrupt()) {
            ExitHook.add(this);
        }
        try (var interrupts = Interrupts.install(own, task, options.handleInterrupt())) {
            try {
                return own.runUntilComplete(task);
            } catch (DeadlockException e) {
                e.fillInStackTrace(); // it was made where no code of the caller's is seen
                throw e;
            } catch (CancelledError e) {
                if (interrupts.arrived() && task.uncancel() == 0) {
                    throw new KeyboardInterrupt();
                }
                ExitHook.expected(e);
                throw e;
            } finally {
                mainTask = null;
                ExitHook.remove(this);
            }
        }
    }

    private void runShutdownActions(EventLoop loop) {
        for (Action action = shutdownActions.pollLast(); action != null; action = shutdownActions.pollLast()) {
            Task<?> task = loop.createTask(action, TaskOptions.DEFAULT.context(Objects.requireNonNull(context)));
            try {
                loop.runUntilComplete(task);
            } catch (Throwable e) {
                if (Throwables.fatal(e)) {
                    throw e;
                }
                loop.callExceptionHandler(ExceptionContext.of("shutdown action failed: " + Describe.exception(e))
                        .with("exception", e)
                        .with("task", task));
            }
        }
    }

    private static void cancelLeftOvers(EventLoop loop) {
        Set<Task<?>> left = loop.tasks().snapshot();
        if (left.isEmpty()) {
            return;
        }
        Future<@Nullable Void> allDone = loop.createFuture();
        int[] pending = {left.size()};
        for (Task<?> task : left) {
            task.addListener(done -> {
                if (--pending[0] == 0) {
                    allDone.complete(null);
                }
            });
            task.cancel();
        }
        loop.beginsToEnd();
        loop.runUntilComplete(allDone);
        for (Task<?> task : left) {
            Throwable failure = task.failure();
            if (failure != null) {
                task.markRetrieved();
                loop.callExceptionHandler(ExceptionContext.of("task failed while the loop was shutting down")
                        .with("exception", failure)
                        .with("task", task));
            }
        }
    }
}
