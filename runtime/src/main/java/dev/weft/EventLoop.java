package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.Fibers;
import dev.weft.internal.loop.LoopCore;
import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.SpareMemory;
import dev.weft.internal.loop.TimeSource;
import dev.weft.internal.loop.UserCallback;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.FileChannel;
import java.nio.channels.SelectableChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks and callbacks, one at a time and in order, on one thread. What runs gives the loop away only where it waits; between two
 * waits it is alone.
 *
 * <p>One iteration: look for ready channels and due timers, append them to the ready queue, then run exactly what was in the queue
 * by then, first come first served. What that schedules runs in the next iteration.
 *
 * <p>Everything here belongs to the loop: while it runs, only its own tasks and callbacks may call, others get an
 * {@link IllegalStateException}; {@link #callSoonThreadsafe} and {@link Asyncio#runCoroutineThreadsafe} are the doors for other
 * threads. While it does not run, one thread at a time may use it. Mirrors asyncio's event loop.
 *
 * <p>A channel that a task waits for may be closed on the loop: the {@code sock} call then throws
 * {@link java.nio.channels.ClosedChannelException}, {@link #awaitReadable} and {@link #awaitWritable} return, 50 ms later at most. Not so if
 * another thread closes it while the loop sleeps: nothing tells the loop before something else wakes it. Callbacks of {@link #addReader} and
 * {@link #addWriter} are no more called. Differs from asyncio, where such a task is never heard of again.
 */
public class EventLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final AtomicLong NEXT_NUMBER = new AtomicLong(1);
    private static final int DEBUG_FRAMES = 10;

    /** Long: what a portable loop then does beside a task that it does not wait for any more is done at the same time. */
    private static final long LEAST_LONGEST_WAIT = TimeUnit.SECONDS.toNanos(1);

    /** How a loop runs its tasks. */
    public enum Mode {
        /** Each task is a virtual thread scheduled by the loop itself. Needs {@code java.base/java.lang} opened to Weft. */
        CONFINED,
        /** Each task is an ordinary virtual thread, and the loop passes a baton. Public API only; slower. */
        PORTABLE,
        /** {@link #CONFINED} where it is possible, else {@link #PORTABLE}. */
        AUTO
    }

    /** What becomes of the loop while a task waits in code that is not Weft's, such as {@code Thread.sleep}. */
    public enum ForeignWaits {
        /** The task is parked and the loop goes on. */
        PARK,
        /** The loop waits with it, as asyncio does. */
        BLOCK
    }

    private final LoopCore core;
    private final String name;
    private final Mode mode;
    private final Duration foreignLockHold;
    private final TaskList tasks = new TaskList();

    @SuppressWarnings("this-escape") // both only keep it
    private final Reports reports = new Reports(this);

    @SuppressWarnings("this-escape")
    private final ExecutorJobs executorJobs = new ExecutorJobs(this);

    @SuppressWarnings("this-escape")
    private final Lookups lookups = new Lookups(this);

    private final Resolver resolver = new Resolver(lookups, InetAddress::getAllByName);

    @SuppressWarnings("this-escape")
    private final Generators generators = new Generators(this);

    @SuppressWarnings("this-escape")
    private final ChannelCalls channelCalls = new ChannelCalls(this);

    @SuppressWarnings("this-escape")
    private final OpenResources resources = new OpenResources(this);

    @SuppressWarnings("this-escape")
    private final LoopSignals signals = new LoopSignals(this);

    @SuppressWarnings("this-escape")
    private final LoopControl control = new LoopControl(this);

    private final Map<Class<?>, Object> attachments = new LinkedHashMap<>();

    private final Set<CompletableFuture<?>> mirrors = ConcurrentHashMap.newKeySet();
    /** What to call first when the loop is run, the last one asked for first. */
    private final ArrayDeque<CallbackHandle> whenRunning = new ArrayDeque<>(0);

    private @Nullable TaskFactory taskFactory;
    private @Nullable ExceptionHandler exceptionHandler;
    /** The callback that runs: its context is the current one as long as there is no {@link #callbackContext}. */
    private @Nullable Handle currentCallback;

    private @Nullable Context callbackContext;
    private Duration slowCallbackDuration = Duration.ofMillis(100);
    private @Nullable Task<?> mainTask;

    /** By {@code System.nanoTime()}, when the last tasks were told to end; 0 before. Read by the watchdog too. */
    private volatile long endingSince;

    private volatile boolean debug;
    private volatile boolean running;
    private volatile boolean closed;

    /**
     * A loop as described by the builder, stopped and open.
     *
     * @param builder the description
     */
    protected EventLoop(Builder builder) {
        mode = resolve(builder.mode);
        name = builder.name != null ? builder.name : "loop-" + NEXT_NUMBER.getAndIncrement();
        debug = builder.debug != null ? builder.debug : debugByDefault();
        foreignLockHold = builder.foreignLockHold;
        LoopClock clock = builder.clock;
        core = new LoopCore(
                mode == Mode.CONFINED ? Fibers.CONFINED : Fibers.PORTABLE,
                new ClockTimeSource(clock),
                builder.selectorProvider,
                new CoreHooks());
        core.timeSteps(debug);
    }

    /**
     * A new loop, stopped and open. Mirrors {@code asyncio.new_event_loop}.
     *
     * @return the loop
     */
    public static EventLoop create() {
        Supplier<? extends EventLoop> factory = LoopFactories.here();
        return factory == null ? builder().build() : factory.get();
    }

    /** {@return a description of a loop, to be changed and built} */
    public static Builder builder() {
        return new Builder();
    }

    /** Describes a loop before it is made. */
    public static final class Builder {
        private LoopClock clock = LoopClock.system();
        private @Nullable SelectorProvider selectorProvider;
        private Mode mode = Mode.AUTO;
        private @Nullable String name;
        private @Nullable Boolean debug;
        private Duration foreignLockHold = Duration.ofMillis(50);

        private Builder() {}

        /**
         * Another source of time.
         *
         * @param clock the clock
         * @return this
         */
        public Builder clock(LoopClock clock) {
            this.clock = Objects.requireNonNull(clock, "clock");
            return this;
        }

        /**
         * Where the selector comes from.
         *
         * @param provider the provider
         * @return this
         */
        public Builder selectorProvider(SelectorProvider provider) {
            this.selectorProvider = Objects.requireNonNull(provider, "provider");
            return this;
        }

        /**
         * How tasks run.
         *
         * @param mode the mode
         * @return this
         */
        public Builder mode(Mode mode) {
            this.mode = Objects.requireNonNull(mode, "mode");
            return this;
        }

        /**
         * What the loop is called in logs and tools.
         *
         * @param name the name
         * @return this
         */
        public Builder name(String name) {
            this.name = Objects.requireNonNull(name, "name");
            return this;
        }

        /**
         * Whether debug mode is on; by default as the system property {@code weft.debug} or the environment variable
         * {@code WEFT_DEBUG} says.
         *
         * @param debug whether it is on
         * @return this
         */
        public Builder debug(boolean debug) {
            this.debug = debug;
            return this;
        }

        /**
         * How long nothing else runs while a task waits for a lock or a monitor, 50 ms by default. Afterwards the loop goes on with other
         * tasks and logs a warning.
         *
         * <p>In {@link Mode#PORTABLE} this counts for whatever a task waits for without a limit, it is at least a second, and the watchdog sees to
         * it. When such a wait is over, the task runs beside the step of another one that has begun by then, until it next calls Weft, waits or
         * ends: what the two share is not safe for that long.
         *
         * @param limit the limit, not negative
         * @return this
         */
        public Builder foreignLockHold(Duration limit) {
            if (limit.isNegative()) {
                throw new IllegalArgumentException("foreignLockHold must not be negative, got " + limit);
            }
            this.foreignLockHold = limit;
            return this;
        }

        /**
         * Makes the loop.
         *
         * @return a loop, stopped and open
         * @throws IllegalStateException if {@link Mode#CONFINED} was asked for and is not possible here
         */
        public EventLoop build() {
            return new EventLoop(this);
        }
    }

    // ---- running

    /**
     * Runs until {@link #stop}. Afterwards the loop can be run again.
     *
     * <p>Runs on the calling thread if that is of the right kind, a platform thread in {@link Mode#CONFINED}, a virtual one in
     * {@link Mode#PORTABLE}; else on a thread of its own while the caller waits.
     *
     * @throws IllegalStateException if the loop is closed or running, or another one runs on this thread
     */
    public void runForever() {
        drive(false, Long.MAX_VALUE);
    }

    /**
     * Runs one iteration: waits for something to do, at most as long as given, and does it. For embedding a loop in another one.
     *
     * @param maxWait how long to wait at most
     * @throws IllegalStateException if the loop is closed or running, or another one runs on this thread
     */
    public void runOnce(Duration maxWait) {
        drive(true, Durations.nanos(maxWait));
    }

    /**
     * Runs a body as a task until it is done.
     *
     * @param main the body
     * @return its value
     * @param <T> the type of the value
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws IllegalStateException if the loop is closed or running, another one runs on this thread, or {@link #stop} was called before
     *     the body ended: it stays pending and can be run on
     */
    public <T extends @Nullable Object, X extends Exception> T runUntilComplete(Body<T, X> main) throws X {
        Objects.requireNonNull(main, "main");
        ensureMayRun();
        return runUntilComplete(createTask((Coroutine<T>) main::call));
    }

    /**
     * As {@link #runUntilComplete(Body)}, without a value.
     *
     * @param main the body
     * @param <X> what it may throw
     * @throws X as the body does
     * @throws IllegalStateException as above
     */
    public <X extends Exception> void runUntilComplete(VoidBody<X> main) throws X {
        Objects.requireNonNull(main, "main");
        ensureMayRun();
        runUntilComplete(createTask((Action) main::run));
    }

    /**
     * Runs until a future of this loop is done.
     *
     * @param future the future
     * @return its value; throws what it failed with
     * @param <T> the type of the value
     * @throws IllegalArgumentException if the future is another loop's
     * @throws IllegalStateException as for {@link #runUntilComplete(Body)}
     */
    public <T extends @Nullable Object> T runUntilComplete(Future<T> future) {
        if (future.getLoop() != this) {
            throw new IllegalArgumentException("the future belongs to another loop: " + future);
        }
        ensureMayRun();
        // Still queued when a fatal error ends this run, it must not stop the next one.
        boolean[] awaited = {true};
        Future.Listener stopper = done -> {
            if (awaited[0]) {
                core.stop();
            }
        };
        future.addListener(stopper);
        mainTask = future instanceof Task<?> task ? task : null;
        try {
            runForever();
        } catch (Throwable e) {
            if (future.done() && !future.cancelled()) {
                future.markRetrieved(); // the caller gets a failure already
            }
            throw e;
        } finally {
            mainTask = null;
            awaited[0] = false;
            future.removeListener(stopper);
        }
        if (!future.done()) {
            throw new IllegalStateException("loop stopped before main finished: " + future);
        }
        return future.outcome();
    }

    /** Lets the entries of the current iteration finish, then ends {@link #runForever}; what they scheduled stays queued. */
    public void stop() {
        checkThread();
        core.stop();
    }

    /** {@return whether it is running} */
    public boolean isRunning() {
        return running;
    }

    /** {@return whether it is closed} */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Drops everything that is queued, closes the selector, and shuts the default executor down without waiting. Tasks still pending are
     * reported and never go on. Without effect when closed already.
     *
     * <p>One exception: a task that waits in code that is not Weft's, {@code Thread.sleep} for instance, is interrupted and goes on
     * outside the loop, where whatever it calls of this library throws {@link IllegalStateException}. It may stand in the queue of a lock
     * that others wait for too.
     *
     * @throws IllegalStateException if it is running
     */
    @Override
    public void close() {
        if (running) {
            throw new IllegalStateException("cannot close a running loop: stop it first");
        }
        if (closed) {
            return;
        }
        Set<Task<?>> pending = tasks.snapshot();
        try {
            for (Task<?> task : pending) {
                callExceptionHandler(ExceptionContext.of("task dropped while pending: " + task)
                        .with("task", task)
                        .with("source_traceback", task.sourceTraceback()));
            }
            closeAttachments();
            reports.tellAll();
        } finally {
            closed = true; // first: what an abandoned task still does must find the loop closed
            for (Task<?> task : pending) {
                task.abandon();
            }
            generators.abandonAll();
            signals.removeAll();
            core.close();
            executorJobs.close();
            lookups.close();
            failMirrors();
        }
    }

    /** Tells the threads that wait for a result of this loop, which is closed, that there will be none. */
    final void failMirrors() {
        for (CompletableFuture<?> mirror : mirrors) {
            mirror.completeExceptionally(new IllegalStateException("loop closed before the result was there: " + this));
        }
    }

    // ---- callbacks

    /**
     * Calls back in the next iteration, in a copy of the current context. Mirrors {@code loop.call_soon}.
     *
     * @param callback what to call
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public Handle callSoon(Action callback) {
        return callSoon(callback, null);
    }

    /**
     * Calls back in the next iteration.
     *
     * @param callback what to call
     * @param context the context it runs in; null for a copy of the current one
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public Handle callSoon(Action callback, @Nullable Context context) {
        ensureOpen();
        checkThread();
        var handle = new CallbackHandle(this, callback, context);
        core.addReady(handle);
        return handle;
    }

    /**
     * Calls back in the next iteration if the loop runs; otherwise first of all when it is run the next time, in the order in which it was
     * asked. Mirrors Twisted's {@code callWhenRunning}.
     *
     * @param callback what to call
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public Handle callWhenRunning(Action callback) {
        if (running) {
            return callSoon(callback);
        }
        ensureOpen();
        checkThread();
        var handle = new CallbackHandle(this, callback, null);
        whenRunning.addFirst(handle);
        return handle;
    }

    /**
     * As {@link #callSoon(Action)}, from any thread; wakes the loop if it sleeps. Calls of one thread keep their order. Mirrors
     * {@code loop.call_soon_threadsafe}.
     *
     * @param callback what to call
     * @return its handle, which may be asked and cancelled from any thread
     * @throws IllegalStateException if the loop is closed
     */
    public Handle callSoonThreadsafe(Action callback) {
        return callSoonThreadsafe(callback, null);
    }

    /**
     * As {@link #callSoonThreadsafe(Action)}, in a context of the caller's choice.
     *
     * @param callback what to call
     * @param context the context it runs in; null for a copy of the current one
     * @return its handle, which may be asked and cancelled from any thread
     * @throws IllegalStateException if the loop is closed
     */
    public Handle callSoonThreadsafe(Action callback, @Nullable Context context) {
        ensureOpen();
        var handle = new ThreadsafeHandle(this, callback, context);
        if (core.isCurrent()) {
            core.addReady(handle);
        } else {
            core.addFromAnyThread(handle);
        }
        return handle;
    }

    /**
     * Calls back once, not earlier than after the delay, in a copy of the current context. Mirrors {@code loop.call_later}.
     *
     * @param delay how long from now; negative is due now
     * @param callback what to call
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public TimerHandle callLater(Duration delay, Action callback) {
        return callAt(deadline(delay), callback, null);
    }

    /**
     * As {@link #callLater(Duration, Action)}, in a context of the caller's choice.
     *
     * @param delay how long from now; negative is due now
     * @param callback what to call
     * @param context the context it runs in; null for a copy of the current one
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public TimerHandle callLater(Duration delay, Action callback, @Nullable Context context) {
        return callAt(deadline(delay), callback, context);
    }

    /**
     * Calls back once, at a time of {@link #time}. Deadlines that are equal keep the order in which they were set. Mirrors
     * {@code loop.call_at}.
     *
     * @param whenNanos nanoseconds of the loop's time
     * @param callback what to call
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public TimerHandle callAt(long whenNanos, Action callback) {
        return callAt(whenNanos, callback, null);
    }

    /**
     * As {@link #callAt(long, Action)}, in a context of the caller's choice.
     *
     * @param whenNanos nanoseconds of the loop's time
     * @param callback what to call
     * @param context the context it runs in; null for a copy of the current one
     * @return its handle
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public TimerHandle callAt(long whenNanos, Action callback, @Nullable Context context) {
        ensureOpen();
        checkThread();
        return new CallbackTimer(this, whenNanos, callback, context);
    }

    /** {@return the loop's time: monotonic nanoseconds, never negative, comparable between loops} */
    public long time() {
        return core.now();
    }

    // ---- tasks and futures

    /**
     * A task for the body: its first step is appended to the ready queue. Mirrors {@code loop.create_task}.
     *
     * @param coroutine the body
     * @return the task
     * @param <T> the type of its value
     * @throws IllegalStateException if the loop is closed or the calling thread is not its own
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine) {
        return createTask(coroutine, TaskOptions.DEFAULT);
    }

    /**
     * As {@link #createTask(Coroutine)}, with a name.
     *
     * @param coroutine the body
     * @param name the task's name
     * @return the task
     * @param <T> the type of its value
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, String name) {
        return createTask(coroutine, TaskOptions.named(name));
    }

    /**
     * As {@link #createTask(Coroutine)}, with options.
     *
     * @param coroutine the body
     * @param options name, context, eager start
     * @return the task
     * @param <T> the type of its value
     */
    public <T extends @Nullable Object> Task<T> createTask(Coroutine<T> coroutine, TaskOptions options) {
        Objects.requireNonNull(coroutine, "coroutine");
        Objects.requireNonNull(options, "options");
        ensureOpen();
        checkThread();
        TaskFactory factory = taskFactory;
        return factory == null
                ? newTask(coroutine, options)
                : Objects.requireNonNull(factory.create(this, coroutine, options), "the task factory returned null");
    }

    /**
     * As {@link #createTask(Coroutine)}, for a body without a value.
     *
     * @param action the body
     * @return the task
     */
    public Task<@Nullable Void> createTask(Action action) {
        return createTask(withoutValue(action), TaskOptions.DEFAULT);
    }

    /**
     * As {@link #createTask(Action)}, with a name.
     *
     * @param action the body
     * @param name the task's name
     * @return the task
     */
    public Task<@Nullable Void> createTask(Action action, String name) {
        return createTask(withoutValue(action), TaskOptions.named(name));
    }

    /**
     * As {@link #createTask(Action)}, with options.
     *
     * @param action the body
     * @param options name, context, eager start
     * @return the task
     */
    public Task<@Nullable Void> createTask(Action action, TaskOptions options) {
        return createTask(withoutValue(action), options);
    }

    /**
     * Makes a task without asking the task factory: for the factories themselves.
     *
     * @param coroutine the body
     * @param options name, context, eager start
     * @return the task
     * @param <T> the type of its value
     */
    public final <T extends @Nullable Object> Task<T> newTask(Coroutine<T> coroutine, TaskOptions options) {
        ensureOpen();
        checkThread();
        Task<T> task;
        try {
            core.reserve(
                    tasks.size() + 1); // for all to be due at once: now somebody can be told that there is no memory
            task = new Task<>(this, coroutine, options.name(), options.context());
        } catch (OutOfMemoryError e) {
            core.outOfMemory(e);
            throw e;
        }
        tasks.add(task);
        try {
            if (Flight.recording) {
                FlightEvents.taskStarted(task);
            }
            Fiber creator = core.currentFiber();
            if (Boolean.TRUE.equals(options.eagerStart()) && creator != null) {
                task.startEagerly(creator);
            } else {
                task.start();
            }
        } catch (OutOfMemoryError e) {
            tasks.remove(task); // nobody has it, and it will not run
            core.outOfMemory(e);
            throw e;
        }
        return task;
    }

    /**
     * A pending future of this loop. Mirrors {@code loop.create_future}.
     *
     * @return the future
     * @param <T> the type of its value
     */
    public <T extends @Nullable Object> Future<T> createFuture() {
        checkThread();
        return new Future<>(this);
    }

    /**
     * What makes this loop's tasks from now on.
     *
     * @param factory the factory; null for the loop itself
     */
    public void setTaskFactory(@Nullable TaskFactory factory) {
        checkThread();
        taskFactory = factory;
    }

    /** {@return what makes this loop's tasks, null for the loop itself} */
    public @Nullable TaskFactory getTaskFactory() {
        return taskFactory;
    }

    // ---- channels

    /**
     * Calls back in each iteration in which the channel is readable (a server channel: has a connection to accept), until
     * {@link #removeReader}. Replaces, and cancels, the reader there was. Mirrors {@code loop.add_reader}.
     *
     * @param channel an open non-blocking channel
     * @param callback what to call
     * @throws IllegalStateException if the loop or the channel is closed, the channel is owned by a transport, or a task waits for it
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     * @throws IllegalArgumentException if the channel can never become readable
     */
    public void addReader(SelectableChannel channel, Action callback) {
        channelCalls.ensureUnowned(channel);
        addInterest(channel, false, callback);
    }

    /**
     * Calls back in each iteration in which the channel is writable or its connection is complete, until {@link #removeWriter}.
     * Replaces, and cancels, the writer there was. Mirrors {@code loop.add_writer}.
     *
     * @param channel an open non-blocking channel
     * @param callback what to call
     * @throws IllegalStateException if the loop or the channel is closed, the channel is owned by a transport, or a task waits for it
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     * @throws IllegalArgumentException if the channel can never become writable
     */
    public void addWriter(SelectableChannel channel, Action callback) {
        channelCalls.ensureUnowned(channel);
        addInterest(channel, true, callback);
    }

    /**
     * Undoes {@link #addReader}; a call that is queued already does not happen.
     *
     * @param channel the channel
     * @return whether there was a reader
     */
    public boolean removeReader(SelectableChannel channel) {
        channelCalls.ensureUnowned(channel);
        return removeInterest(channel, false);
    }

    /**
     * Undoes {@link #addWriter}; a call that is queued already does not happen.
     *
     * @param channel the channel
     * @return whether there was a writer
     */
    public boolean removeWriter(SelectableChannel channel) {
        channelCalls.ensureUnowned(channel);
        return removeInterest(channel, true);
    }

    /**
     * Takes a channel for one owner: until the claim is closed, {@code addReader}, {@code addWriter} and the {@code sock} calls refuse
     * it. For those who write transports.
     *
     * @param channel an open non-blocking channel
     * @param owner named in the message to whoever else tries
     * @return what the owner registers its callbacks with
     * @throws IllegalStateException if the loop is closed, or the channel has an owner
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     */
    public ChannelClaim claimChannel(SelectableChannel channel, Object owner) {
        return channelCalls.claim(channel, owner);
    }

    /**
     * Waits until a channel is readable: has bytes or its end, a connection to accept, a datagram. The task goes on in the very iteration
     * that finds it so. A cancelled wait leaves nothing registered. Returns as well when the channel is closed meanwhile.
     *
     * @param channel an open non-blocking channel without another reader
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task, the channel has a reader or an owner, or it is closed
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     */
    @Suspends
    public void awaitReadable(SelectableChannel channel) {
        channelCalls.awaitReady(channel, false);
    }

    /**
     * Waits until a channel is writable or its connection complete, as {@link #awaitReadable} waits until it is readable.
     *
     * @param channel an open non-blocking channel without another writer
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the caller is no task, the channel has a writer or an owner, or it is closed
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     */
    @Suspends
    public void awaitWritable(SelectableChannel channel) {
        channelCalls.awaitReady(channel, true);
    }

    /**
     * Receives what is there, at most {@code n} bytes; waits if there is nothing. A cancelled call has received nothing. Mirrors
     * {@code loop.sock_recv}.
     *
     * @param channel a connected non-blocking channel
     * @param n how many bytes at most
     * @return the bytes, none at the end of the stream
     * @throws IOException if the connection is broken
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if the channel has an owner or somebody else waits to read from it
     * @throws java.nio.channels.IllegalBlockingModeException if the channel is blocking
     */
    @Suspends
    public byte[] sockRecv(SocketChannel channel, int n) throws IOException {
        return channelCalls.receive(channel, n);
    }

    /**
     * As {@link #sockRecv}, into a buffer, whose position moves. Mirrors {@code loop.sock_recv_into}.
     *
     * @param channel a connected non-blocking channel
     * @param buffer where to put the bytes
     * @return how many came; 0 at the end of the stream, or if the buffer has no room
     * @throws IOException if the connection is broken
     * @throws CancelledError if the task is cancelled meanwhile; nothing was received then
     */
    @Suspends
    public int sockRecvInto(SocketChannel channel, ByteBuffer buffer) throws IOException {
        return channelCalls.receiveInto(channel, buffer);
    }

    /**
     * Receives one datagram; what is beyond {@code n} bytes of it is lost. Mirrors {@code loop.sock_recvfrom}.
     *
     * @param channel a non-blocking channel
     * @param n how many bytes at most
     * @return the datagram
     * @throws IOException if receiving fails, for instance because an earlier datagram was refused
     * @throws CancelledError if the task is cancelled meanwhile; nothing was received then
     */
    @Suspends
    public Datagram sockRecvFrom(DatagramChannel channel, int n) throws IOException {
        return channelCalls.receiveFrom(channel, n);
    }

    /**
     * As {@link #sockRecvFrom}, into a buffer, whose position moves. Mirrors {@code loop.sock_recvfrom_into}.
     *
     * @param channel a non-blocking channel
     * @param buffer where to put the bytes
     * @return how many came, and from where
     * @throws IOException if receiving fails
     * @throws CancelledError if the task is cancelled meanwhile; nothing was received then
     */
    @Suspends
    public ReceivedInto sockRecvFromInto(DatagramChannel channel, ByteBuffer buffer) throws IOException {
        return channelCalls.receiveFromInto(channel, buffer, buffer.remaining());
    }

    /**
     * As {@link #sockRecvFromInto(DatagramChannel, ByteBuffer)}, of at most {@code n} bytes.
     *
     * @param channel a non-blocking channel
     * @param buffer where to put the bytes
     * @param n how many bytes at most
     * @return how many came, and from where
     * @throws IllegalArgumentException if the buffer has no room for {@code n} bytes
     * @throws IOException if receiving fails
     * @throws CancelledError if the task is cancelled meanwhile; nothing was received then
     */
    @Suspends
    public ReceivedInto sockRecvFromInto(DatagramChannel channel, ByteBuffer buffer, int n) throws IOException {
        return channelCalls.receiveFromInto(channel, buffer, n);
    }

    /**
     * Sends everything. When it throws, nobody knows how much was sent; the buffer's position tells how much this side got rid of.
     * Mirrors {@code loop.sock_sendall}.
     *
     * @param channel a connected non-blocking channel
     * @param data the bytes; the position moves
     * @throws IOException if the connection is broken
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public void sockSendAll(SocketChannel channel, ByteBuffer data) throws IOException {
        channelCalls.sendAll(channel, data);
    }

    /**
     * As {@link #sockSendAll(SocketChannel, ByteBuffer)}.
     *
     * @param channel a connected non-blocking channel
     * @param data the bytes
     * @throws IOException if the connection is broken
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public void sockSendAll(SocketChannel channel, byte[] data) throws IOException {
        channelCalls.sendAll(channel, ByteBuffer.wrap(data));
    }

    /**
     * Sends one datagram. Mirrors {@code loop.sock_sendto}.
     *
     * @param channel a non-blocking channel
     * @param data the bytes
     * @param address where to
     * @return how many bytes went out
     * @throws IOException if sending fails
     * @throws CancelledError if the task is cancelled meanwhile; nothing was sent then
     */
    @Suspends
    public int sockSendTo(DatagramChannel channel, ByteBuffer data, SocketAddress address) throws IOException {
        return channelCalls.sendTo(channel, data, address);
    }

    /**
     * Connects; a name that is not resolved yet is looked up first, off the loop. After a failure the channel is good for nothing but
     * closing; after a cancellation another call goes on with the same attempt. Mirrors {@code loop.sock_connect}.
     *
     * @param channel an unconnected non-blocking channel
     * @param address where to
     * @throws java.net.ConnectException if the connection is refused or cannot be made
     * @throws IOException if it fails otherwise
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public void sockConnect(SocketChannel channel, SocketAddress address) throws IOException {
        channelCalls.connect(channel, address);
    }

    /**
     * Accepts a connection. A cancelled call has accepted none: the next one gets it. Mirrors {@code loop.sock_accept}.
     *
     * @param channel a bound non-blocking channel
     * @return the connection, non-blocking
     * @throws IOException if accepting fails, for instance for want of file descriptors
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public SocketChannel sockAccept(ServerSocketChannel channel) throws IOException {
        return channelCalls.accept(channel);
    }

    /**
     * Sends a file, without bringing its bytes into the JVM where the system can do that. Mirrors {@code loop.sock_sendfile}.
     *
     * @param channel a connected non-blocking channel
     * @param file the file; its position is behind the last byte sent afterwards, also after a failure
     * @return how many bytes were sent
     * @throws IOException if the connection is broken or the file cannot be read
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public long sockSendFile(SocketChannel channel, FileChannel file) throws IOException {
        return channelCalls.sendFile(channel, file, 0, Long.MAX_VALUE, true);
    }

    /**
     * As {@link #sockSendFile(SocketChannel, FileChannel)}, for a part of the file.
     *
     * @param channel a connected non-blocking channel
     * @param file the file; its position is behind the last byte sent afterwards, also after a failure
     * @param offset where the part begins
     * @param count how many bytes it has; {@code Long.MAX_VALUE} for all there are
     * @param fallback whether to read and send where the system cannot send by itself
     * @return how many bytes were sent: fewer than {@code count} if the file ends before
     * @throws SendfileNotAvailableException if the system cannot, and there is to be no fallback
     * @throws IllegalArgumentException if the offset is negative or the count not positive
     * @throws IOException if the connection is broken or the file cannot be read
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public long sockSendFile(SocketChannel channel, FileChannel file, long offset, long count, boolean fallback)
            throws IOException {
        return channelCalls.sendFile(channel, file, offset, count, fallback);
    }

    final void addInterest(SelectableChannel channel, boolean writing, Action callback) {
        Objects.requireNonNull(channel, "channel");
        ensureOpen();
        checkThread();
        switch (core.interest(channel, writing)) {
            case ChannelWait ignored ->
                throw new IllegalStateException("a task waits to " + (writing ? "write to " : "read from ") + channel);
            case ClaimWait wait -> wait.end();
            case null, default -> {}
        }
        LoopEntry replaced = core.addInterest(channel, writing, new CallbackHandle(this, callback, null));
        if (replaced instanceof Handle handle) {
            handle.drop();
        }
    }

    final void forgetClosedChannels() {
        if (!closed) {
            checkThread();
            core.forgetClosedChannels();
        }
    }

    final boolean removeInterest(SelectableChannel channel, boolean writing) {
        Objects.requireNonNull(channel, "channel");
        if (closed) {
            return false;
        }
        checkThread();
        switch (core.interest(channel, writing)) {
            case ChannelWait ignored -> {
                return false; // a task's, which takes it back itself
            }
            case ClaimWait wait -> wait.end();
            case null, default -> {}
        }
        LoopEntry removed = core.removeInterest(channel, writing);
        if (removed instanceof Handle handle) {
            handle.drop();
        }
        return removed != null;
    }

    /**
     * Where the channels come from that this loop can wait for. Whoever opens channels for a loop opens them here, so that they are in
     * memory where the loop's network is ({@code dev.weft.testing.SimNet}): {@code loop.selectorProvider().openSocketChannel()} in place
     * of {@code SocketChannel.open()}.
     *
     * @return the provider
     */
    public SelectorProvider selectorProvider() {
        return core.selectorProvider();
    }

    // ---- names of hosts

    /**
     * The addresses of a host. A literal address is answered at once. The resolver is asked off the loop, on threads kept for that, at
     * most 8 at a time unless {@link #setLookupLimits} says otherwise; tasks that ask for the same name at the same time share one
     * look-up. Answers are not remembered here: the JDK does that. Mirrors {@code loop.getaddrinfo}.
     *
     * <p>Names that are not ASCII are converted as IDNA has it.
     *
     * @param host a name or a literal address; null or empty for this machine's loopback address
     * @param port the port of each result
     * @return at least one address, each once, in the resolver's order
     * @throws java.net.UnknownHostException if there is none; it names the host
     * @throws IOException if the resolver fails, or too many look-ups are under way
     * @throws IllegalArgumentException if the port is not between 0 and 65535, or no name of a host can be like this
     * @throws CancelledError if the task is cancelled meanwhile; a look-up that others wait for goes on, one that nobody waits for is
     *     dropped unless it has begun
     */
    @Suspends
    public List<InetSocketAddress> getAddrInfo(@Nullable String host, int port) throws IOException {
        return getAddrInfo(host, port, AddressFamily.UNSPEC);
    }

    /**
     * As {@link #getAddrInfo(String, int)}, of one family.
     *
     * @param host a name or a literal address; null or empty for this machine's loopback address
     * @param port the port of each result
     * @param family the family
     * @return at least one address, each once, in the resolver's order
     * @throws java.net.UnknownHostException if there is none; it names the host
     * @throws IOException if the resolver fails, or too many look-ups are under way
     * @throws IllegalArgumentException if the port is not between 0 and 65535, or no name of a host can be like this
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public List<InetSocketAddress> getAddrInfo(@Nullable String host, int port, AddressFamily family)
            throws IOException {
        checkThread();
        return resolver.addresses(host, port, family);
    }

    /**
     * The name of an address, or the address in digits if it has none. Mirrors {@code loop.getnameinfo}.
     *
     * @param address the address
     * @return names of host and port
     * @throws IOException if the address is not resolved
     * @throws CancelledError if the task is cancelled meanwhile; the look-up goes on unseen
     */
    @Suspends
    public NameInfo getNameInfo(InetSocketAddress address) throws IOException {
        return getNameInfo(address, false);
    }

    /**
     * As {@link #getNameInfo(InetSocketAddress)}, in digits if wanted.
     *
     * @param address the address
     * @param numeric whether to answer in digits, without a look-up
     * @return names of host and port
     * @throws IOException if the address is not resolved
     * @throws CancelledError if the task is cancelled meanwhile; the look-up goes on unseen
     */
    @Suspends
    public NameInfo getNameInfo(InetSocketAddress address, boolean numeric) throws IOException {
        checkThread();
        return resolver.name(address, numeric);
    }

    /**
     * Bounds the look-ups of {@link #getAddrInfo} and {@link #getNameInfo}, and so of everything that connects to a name. Beyond the bounds
     * a look-up fails at once, since a resolver that does not keep up is not helped by a longer line.
     *
     * @param atOnce how many run at the same time, each on a thread of its own that ends after 10 s without work; 8 by default
     * @param waiting how many different questions wait for a thread at most; 1024 by default
     * @throws IllegalArgumentException unless {@code atOnce} is positive and {@code waiting} not negative
     */
    public void setLookupLimits(int atOnce, int waiting) {
        checkThread();
        lookups.limit(atOnce, waiting);
    }

    // ---- executors

    /**
     * Runs a job on another thread; its outcome arrives as an entry of this loop. Cancelling the future drops a job that has not started;
     * one that runs is never interrupted. Context variables are not carried over. Mirrors {@code loop.run_in_executor}.
     *
     * @param executor where to run it; null for the default executor
     * @param job the job
     * @return a future of its outcome
     * @param <T> the type of the value
     * @throws IllegalStateException if the loop, or the default executor, is closed
     */
    public <T extends @Nullable Object> Future<T> runInExecutor(@Nullable Executor executor, Callable<T> job) {
        Objects.requireNonNull(job, "job");
        ensureOpen();
        checkThread();
        return executorJobs.submit(executor, job);
    }

    /**
     * As {@link #runInExecutor(Executor, Callable)}, without a value.
     *
     * @param executor where to run it; null for the default executor
     * @param job the job
     * @return a future of its outcome
     */
    public Future<@Nullable Void> runInExecutor(@Nullable Executor executor, Action job) {
        Objects.requireNonNull(job, "job");
        Callable<@Nullable Void> callable = () -> {
            job.run();
            return null;
        };
        return runInExecutor(executor, callable);
    }

    /**
     * Replaces the default executor; the old one is not shut down.
     *
     * @param executor the new one
     */
    public void setDefaultExecutor(ExecutorService executor) {
        checkThread();
        executorJobs.setDefault(Objects.requireNonNull(executor, "executor"));
    }

    /** Waits for the jobs of the default executor to end; new ones are refused at once. */
    @Suspends
    public void shutdownDefaultExecutor() {
        shutdownDefaultExecutor(null);
    }

    /**
     * Waits for the jobs of the default executor to end; new ones are refused at once.
     *
     * @param timeout how long to wait before going on with a warning; null for as long as it takes
     */
    @Suspends
    public void shutdownDefaultExecutor(@Nullable Duration timeout) {
        checkThread();
        executorJobs.shutdown(timeout);
    }

    // ---- generators

    /**
     * Closes all generators that are suspended half-way, each in a task of its own, and waits for that. What their bodies throw goes to
     * the exception handler. A generator whose first step comes later works, with a warning. Mirrors {@code loop.shutdown_asyncgens}.
     *
     * @throws CancelledError if the caller is cancelled meanwhile; so are the tasks that close
     * @throws IllegalStateException if the caller is no task of this loop
     */
    @Suspends
    public void shutdownAsyncgens() {
        checkThread();
        generators.shutdown();
    }

    // ---- signals

    /**
     * Calls back each time the process receives a signal: as an entry of this loop, in a copy of the current context. Replaces the handler
     * this loop had for it. Mirrors {@code loop.add_signal_handler}.
     *
     * @param name such as {@code INT}, {@code TERM}, {@code HUP}; with or without {@code SIG}
     * @param callback what to call
     * @throws IllegalArgumentException if the name is unknown, or the signal cannot be handled: {@code KILL}, {@code STOP}, and those the
     *     JVM needs for itself
     * @throws IllegalStateException if the loop is closed, or another loop handles the signal
     */
    public void addSignalHandler(String name, Action callback) {
        Objects.requireNonNull(callback, "callback");
        ensureOpen();
        checkThread();
        signals.add(name, callback);
    }

    /**
     * Undoes {@link #addSignalHandler}; what happened at the signal before happens again. Closing the loop does this for all its handlers.
     *
     * @param name such as {@code INT}
     * @return whether there was a handler of this loop
     * @throws IllegalArgumentException if the name is unknown
     */
    public boolean removeSignalHandler(String name) {
        checkThread();
        return signals.remove(name);
    }

    // ---- for libraries

    /**
     * Refuses callers that may not use this loop's objects: for libraries whose objects belong to a loop.
     *
     * @throws IllegalStateException if the loop runs, and the calling code is not one of its tasks or callbacks
     */
    public final void checkThread() {
        if (!core.isCurrent() && running && !core.fallIn()) {
            throw WrongCaller.foreignThread(this);
        }
    }

    /**
     * Says that a thread the loop does not know of is going to call {@link #callSoonThreadsafe}: for libraries with threads of their own.
     * Until that is taken back, virtual time does not jump, and tasks that wait are no deadlock. {@code runInExecutor}, {@code wrapFuture}
     * and channels between threads say so themselves.
     *
     * @return to be closed, by any thread, when it has happened
     * @throws IllegalStateException if the loop runs and the caller is not one of its tasks or callbacks
     */
    public final LoopControl.Expectation expectOutside() {
        return control.expectOutside();
    }

    /**
     * Says that something is open on this loop: a connection, a server, a child process. For those who write transports; it is what
     * {@link #metrics} counts and {@code weft why} lists.
     *
     * @param kind what kind of thing
     * @param what the thing; its {@code toString}, which any thread may call, says which
     * @return counts its bytes, and is to be closed when it no longer is open
     * @throws IllegalStateException if called from another thread, or the loop is closed
     */
    public final OpenResource opened(OpenResource.Kind kind, Object what) {
        ensureOpen();
        checkThread();
        return resources.open(Objects.requireNonNull(kind, "kind"), Objects.requireNonNull(what, "what"));
    }

    /**
     * An object that belongs to this loop, one of each type, made when first asked for: where a library keeps what its tasks on this loop
     * share. One that is {@link AutoCloseable} is closed with the loop, before the selector is.
     *
     * @param type what it is known by, a class of the library's own
     * @param maker makes it
     * @return the one object of that type
     * @param <T> the type
     * @throws IllegalStateException if the loop is closed
     */
    public <T> T attachment(Class<T> type, Function<? super EventLoop, ? extends T> maker) {
        checkThread();
        Object attached = attachments.get(type);
        if (attached == null) {
            ensureOpen();
            attached = Objects.requireNonNull(maker.apply(this), "the maker returned null");
            attachments.put(type, attached);
        }
        return type.cast(attached);
    }

    final void closeAttachments() {
        for (Object attached : List.copyOf(attachments.values())) {
            if (attached instanceof AutoCloseable closeable) {
                try {
                    closeable.close();
                } catch (Exception e) {
                    callExceptionHandler(
                            ExceptionContext.of("closing what belonged to the loop failed: " + Describe.exception(e))
                                    .with("exception", e));
                }
            }
        }
    }

    // ---- reports and debugging

    /**
     * What to do with failures that nobody else can be told.
     *
     * @param handler the handler; null for the default one, which logs
     */
    public void setExceptionHandler(@Nullable ExceptionHandler handler) {
        checkThread();
        exceptionHandler = handler;
    }

    /** {@return the handler, null for the default one} */
    public @Nullable ExceptionHandler getExceptionHandler() {
        return exceptionHandler;
    }

    /**
     * Reports something to the exception handler, which runs in the {@link Context} of the task or the handle concerned, if the report
     * names one. What the handler throws is reported in turn; nothing is thrown here, unless it is fatal. Mirrors
     * {@code loop.call_exception_handler}.
     *
     * @param context what happened
     */
    public void callExceptionHandler(ExceptionContext context) {
        callExceptionHandler(Objects.requireNonNull(context, "context"), context.concerned());
    }

    /** As {@link #callExceptionHandler(ExceptionContext)}, in a context that the report does not lead to any more. */
    final void callExceptionHandler(ExceptionContext report, @Nullable Context context) {
        if (context != null && context.canBeEntered()) {
            context.run(() -> tellHandler(report));
        } else {
            tellHandler(report);
        }
    }

    private void tellHandler(ExceptionContext context) {
        ExceptionHandler handler = exceptionHandler;
        try {
            if (handler == null) {
                defaultExceptionHandler(context);
            } else {
                handler.handle(this, context);
            }
        } catch (Throwable e) {
            if (Throwables.fatal(e)) {
                throw Throwables.rethrow(e);
            }
            handlerFailed(context, e);
        }
    }

    /**
     * What happens to reports without a handler: an ERROR on the slf4j logger {@code dev.weft}.
     *
     * @param context what happened
     */
    public void defaultExceptionHandler(ExceptionContext context) {
        Reports.log(context);
    }

    private void handlerFailed(ExceptionContext original, Throwable failure) {
        try {
            defaultExceptionHandler(ExceptionContext.of("exception handler failed")
                    .with("exception", failure)
                    .with("context", original));
        } catch (Throwable e) {
            if (Throwables.fatal(e)) {
                throw Throwables.rethrow(e);
            }
            Reports.logFailedHandler(e);
        }
    }

    /**
     * Switches debug mode: creation stacks in reports, slow entries logged.
     *
     * @param enabled whether it is on
     */
    public void setDebug(boolean enabled) {
        debug = enabled;
        updateTiming();
    }

    /** {@return whether debug mode is on} */
    public boolean getDebug() {
        return debug;
    }

    /**
     * From how long on debug mode logs an entry as slow; 100 ms by default.
     *
     * @param duration the limit
     */
    public void setSlowCallbackDuration(Duration duration) {
        slowCallbackDuration = Objects.requireNonNull(duration, "duration");
    }

    /** {@return from how long on debug mode logs an entry as slow} */
    public Duration getSlowCallbackDuration() {
        return slowCallbackDuration;
    }

    /**
     * How this loop is doing. Costs nothing until asked for; any thread may ask, also while something holds the loop up.
     *
     * @return numbers about the loop, as they are now
     */
    public LoopMetrics metrics() {
        return LoopMetrics.of(this);
    }

    /** {@return the name, for logs and tools} */
    public String name() {
        return name;
    }

    /** {@return how tasks run: {@link Mode#CONFINED} or {@link Mode#PORTABLE}} */
    public Mode mode() {
        return mode;
    }

    /** {@return what becomes of the loop while a task waits in code that is not Weft's} */
    public ForeignWaits foreignWaits() {
        return mode == Mode.CONFINED ? ForeignWaits.PARK : ForeignWaits.BLOCK;
    }

    @Override
    public String toString() {
        return "EventLoop[" + name + (closed ? ", closed" : running ? ", running" : ", stopped")
                + (debug ? ", debug" : "") + ", " + mode + "]";
    }

    /** {@return what subclasses that are made for tests need} */
    protected final LoopControl control() {
        return control;
    }

    // ---- for the rest of the package

    /** The loop whose code the calling thread runs; {@code null} on every other thread. */
    static @Nullable EventLoop current() {
        return RunningLoops.current();
    }

    /** {@link #current}, for calls that make no sense without one. */
    static EventLoop requireCurrent() {
        EventLoop loop = current();
        if (loop == null) {
            throw new IllegalStateException("no loop runs on this thread: " + Thread.currentThread());
        }
        return loop;
    }

    final LoopCore core() {
        return core;
    }

    final ChannelCalls channelCalls() {
        return channelCalls;
    }

    final OpenResources resources() {
        return resources;
    }

    /** Whether steps are timed depends on the debug mode and on flight recordings. Any thread. */
    final void updateTiming() {
        core.timeSteps(debug || Flight.recording);
    }

    final TaskList tasks() {
        return tasks;
    }

    final Reports reports() {
        return reports;
    }

    final Generators generators() {
        return generators;
    }

    final Set<CompletableFuture<?>> mirrors() {
        return mirrors;
    }

    /** All tasks that are left have been cancelled, and are waited for. */
    final void beginsToEnd() {
        endingSince = System.nanoTime();
    }

    final long endingSince() {
        return endingSince;
    }

    /** For how long a portable loop waits with a task that waits for something that is not the loop's. */
    final long longestWait() {
        return Math.max(Durations.nanos(foreignLockHold), LEAST_LONGEST_WAIT);
    }

    final boolean handlesSignals() {
        return signals.any();
    }

    final boolean isCurrent() {
        return core.isCurrent();
    }

    /** The task whose code runs on this loop; {@code null} in callbacks. Asked on the loop's thread. */
    final @Nullable Task<?> currentTask() {
        Fiber fiber = core.currentFiber();
        return fiber != null && fiber.owner() instanceof Task<?> task ? task : null;
    }

    /** The calling task, which is going to wait for a future of this loop. */
    final Task<?> requireTask(Future<?> awaited) {
        if (core.isCurrent() || core.fallIn()) {
            Task<?> task = currentTask();
            if (task != null) {
                return task;
            }
        }
        throw WrongCaller.cannotWait(this, awaited);
    }

    final void ensureOpen() {
        if (closed) {
            throw new IllegalStateException("loop closed: " + this);
        }
    }

    final Context currentContext() {
        Task<?> task = currentTask();
        if (task != null) {
            return task.activeContext();
        }
        Context context = callbackContext;
        if (context == null) {
            Handle callback = currentCallback;
            context = callback == null ? new Context() : callback.getContext();
            callbackContext = context;
        }
        return context;
    }

    /** What the current context holds, without having it made. */
    final Bindings currentBindings() {
        Task<?> task = currentTask();
        if (task != null) {
            return task.bindings();
        }
        Context context = callbackContext;
        if (context != null) {
            return context.bindings();
        }
        Handle callback = currentCallback;
        return callback == null ? Bindings.EMPTY : callback.bindings();
    }

    final void setCurrentContext(Context context) {
        Task<?> task = currentTask();
        if (task != null) {
            task.setActiveContext(context);
        } else {
            callbackContext = context;
        }
    }

    final void callbackBegins(Handle callback) {
        currentCallback = callback;
        callbackContext = callback.contextSoFar();
    }

    /** What ran must not stay in memory until the next one runs. */
    final void callbackEnded() {
        currentCallback = null;
    }

    final long deadline(Duration fromNow) {
        return Durations.add(core.now(), Objects.requireNonNull(fromNow, "delay"));
    }

    final @Nullable List<StackTraceElement> traceIfDebug() {
        return debug ? Stacks.ofCreator(DEBUG_FRAMES) : null;
    }

    /** Runs a callback's action; in debug mode with a stop-watch. */
    final void timeIfDebug(Action action, Handle handle) throws Exception {
        if (!debug) {
            try {
                action.run();
            } finally {
                RunningLoops.fallIn();
            }
            return;
        }
        long began = System.nanoTime();
        try {
            action.run();
        } finally {
            RunningLoops.fallIn();
            long nanos = System.nanoTime() - began;
            if (nanos >= Durations.nanos(slowCallbackDuration)) {
                logSlow(handle, nanos);
            }
        }
    }

    private static void logSlow(Object what, long nanos) {
        LOG.warn("slow entry: {} took {} ms", what, TimeUnit.NANOSECONDS.toMillis(nanos));
    }

    final void callbackFailed(Handle handle, Throwable failure) {
        if (Throwables.fatal(failure)) {
            core.stopWith(failure);
            return;
        }
        callExceptionHandler(ExceptionContext.of("callback failed: " + Describe.exception(failure))
                .with("exception", failure)
                .with("handle", handle)
                .with("handle_traceback", handle.sourceTraceback()));
    }

    private static Coroutine<@Nullable Void> withoutValue(Action action) {
        Objects.requireNonNull(action, "action");
        return new ActionCoroutine(action);
    }

    private void ensureMayRun() {
        ensureOpen();
        EventLoop here = current();
        if (here != null) {
            throw new IllegalStateException(
                    here == this
                            ? "the loop is already running; inside it, just call what you want to run"
                            : "cannot run a loop while another one runs on this thread: " + here);
        }
        if (running) {
            throw new IllegalStateException("the loop is already running on another thread: " + this);
        }
    }

    private void drive(boolean once, long longestNanos) {
        ensureMayRun();
        LoopThread.run(this, () -> driveHere(once, longestNanos), core::interrupt);
    }

    private void driveHere(boolean once, long longestNanos) {
        ModeNotice.logOnce(mode);
        SpareMemory.putBy();
        running = true;
        RunningLoops.add(this);
        Observer.loopRuns();
        updateTiming();
        for (CallbackHandle handle : whenRunning) {
            core.addFirst(handle);
        }
        whenRunning.clear();
        try {
            core.run(once, longestNanos);
        } finally {
            RunningLoops.remove(this);
            running = false;
        }
    }

    private static Mode resolve(Mode wanted) {
        Mode mode = wanted == Mode.AUTO ? ModeNotice.preferred() : wanted;
        if (mode == Mode.AUTO) {
            return Fibers.confinedAvailable() ? Mode.CONFINED : Mode.PORTABLE;
        }
        if (mode == Mode.CONFINED && !Fibers.confinedAvailable()) {
            throw new IllegalStateException("confined mode is not possible here: " + ModeNotice.HOW_TO_OPEN);
        }
        return mode;
    }

    private static boolean debugByDefault() {
        return Boolean.getBoolean("weft.debug") || "1".equals(System.getenv("WEFT_DEBUG"));
    }

    private record ClockTimeSource(LoopClock clock) implements TimeSource {
        @Override
        public long nanos() {
            return clock.nanos();
        }

        @Override
        public boolean skip(long nanos) {
            return clock.skip(nanos);
        }
    }

    private final class CoreHooks implements LoopCore.Hooks {
        @Override
        public void interrupted() {
            Task<?> main = mainTask;
            if (main != null) {
                main.cancel("the loop's thread was interrupted");
            } else {
                core.stop();
            }
        }

        @Override
        public void callbackFailed(UserCallback callback, Throwable failure) {
            if (Throwables.fatal(failure)) {
                core.stopWith(failure);
            } else {
                callExceptionHandler(ExceptionContext.of("callback failed: " + Describe.exception(failure))
                        .with("exception", failure));
            }
        }

        @Override
        public void heldTooLong(Fiber fiber, String lock) {
            Object who = fiber.owner() == null ? "a callback" : fiber.owner();
            List<StackTraceElement> stack = Stacks.visible(fiber.thread().getStackTrace());
            if (mode == Mode.CONFINED) {
                LOG.warn(
                        "{} waited for {} for more than {} ms while the loop held still for it; the loop goes on, other"
                                + " tasks may now run in the middle of what it does. Its stack: {}",
                        who,
                        lock,
                        foreignLockHold.toMillis(),
                        stack);
            } else {
                LOG.warn(
                        "{} waited for {} while the loop held still for it, for too long; the loop goes on, other"
                                + " tasks may now run in the middle of what it does, and beside what it does next, up to"
                                + " its next call of Weft. Its stack: {}",
                        who,
                        lock,
                        stack);
            }
        }

        @Override
        public void heapWasFull(OutOfMemoryError error) {
            try {
                callExceptionHandler(
                        ExceptionContext.of("the heap was full: tasks have failed because there was no memory to"
                                        + " start or to suspend them")
                                .with("exception", error));
            } catch (OutOfMemoryError e) {
                error.addSuppressed(e); // those who wait for the tasks are told all the same
            }
        }

        @Override
        public void stepTook(Fiber fiber, long nanos) {
            Object owner = fiber.owner();
            boolean tooLong = nanos >= Durations.nanos(slowCallbackDuration);
            if (Flight.recording && tooLong) {
                FlightEvents.stalled(EventLoop.this, fiber, nanos);
            }
            if (debug && owner != null && tooLong) {
                core.runOnFiber(() -> logSlow(owner, nanos));
            }
        }

        @Override
        public long idle(boolean quiet) {
            return quiet ? control.idle() : Long.MAX_VALUE;
        }

        @Override
        public void waitsElsewhere(Fiber fiber) {
            control.waitsElsewhere(fiber);
            if (Flight.recording && mode == Mode.CONFINED) {
                FlightEvents.waitsElsewhere(EventLoop.this, fiber);
            }
        }

        @Override
        public void backFromElsewhere(Fiber fiber) {
            if (Flight.recording) {
                FlightEvents.backFromElsewhere(EventLoop.this, fiber);
            }
        }

        @Override
        public long lockHoldNanos() {
            return Durations.nanos(foreignLockHold);
        }
    }
}
