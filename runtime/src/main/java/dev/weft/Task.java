package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.loop.Beginning;
import dev.weft.internal.loop.LoopCore;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedByInterruptException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A coroutine that a loop runs: a {@link Future} of its outcome. It starts in its turn on the loop, runs until it waits, and goes on
 * when what it waits for is done; no other task of the loop runs meanwhile. The loop keeps it reachable until it is done.
 *
 * <p>Cancelling asks: a {@link CancelledError} is thrown where the task waits, once, and the task may clean up, go on, or even decline.
 * Mirrors {@code asyncio.Task}.
 *
 * @param <T> the type of the value
 */
public final class Task<T extends @Nullable Object> extends Future<T> {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final AtomicLong NEXT_NUMBER = new AtomicLong(1);
    private static final String INTERRUPTED = "the task's thread was interrupted";

    /** How long after its interrupt a foreign wait is reported. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final int LONGEST_CAUSE_CHAIN = 16;

    /** What the task's own context begins with. */
    private final Bindings inherited;

    /** The task's own; made when it is first asked for: few tasks ever ask. */
    private @Nullable Context context;

    private @Nullable Coroutine<T> coroutine;

    private String name;

    /**
     * The fiber that runs the task's code: its own, or that of the generator it is taking a step of; {@code null} until the first step where
     * the loop gives it one then.
     */
    private @Nullable Fiber fiber;

    /** What the creator's log lines carried, until the body has taken it over. */
    private @Nullable Map<String, String> diagnostics;

    /** The context that it is inside {@link Context#run} of, entered last; {@code null} for the task's own. */
    private @Nullable Context activeContext;

    private @Nullable Future<?> waitingFor;
    private int cancelRequests;
    private boolean mustCancel;
    private boolean interruptSent;
    private final long created; // of the loop's time, as the loop last read it
    private boolean timesItsSteps; // since its first yieldAfter
    private long stepBegan;
    private @Nullable Shields shields; // null outside of shielded sections

    @Nullable
    Task<?> previous; // the two belong to the loop's TaskList

    @Nullable
    Task<?> next;

    Task(EventLoop loop, Coroutine<T> coroutine, @Nullable String name, @Nullable Context context) {
        super(loop);
        this.coroutine = Objects.requireNonNull(coroutine, "coroutine");
        this.context = context;
        inherited = context == null ? Context.inherited(loop) : Bindings.EMPTY;
        diagnostics = LogContext.ofCreator();
        created = loop.core().loopThread() == null
                ? loop.core().now()
                : loop.core().lastReading();
        this.name = name == null ? "Task-" + NEXT_NUMBER.getAndIncrement() : name;
        if (!loop.core().givesFibers()) {
            Fiber own = loop.core().newFiber(new Run(), this.name);
            own.setOwner(this);
            fiber = own;
        }
    }

    // ---- cancellation

    /**
     * Asks the task to stop: what it waits for is cancelled, and a {@link CancelledError} with this message is thrown where it waits.
     * If it does not wait, the error comes at its next suspending call. A task that has not started never will. One that sits in a
     * foreign wait (a sleep, a socket, a blocking queue) is interrupted.
     *
     * @param message for the error, may be null
     * @return whether the task was not done yet
     */
    @Override
    public boolean cancel(@Nullable String message) {
        return cancelFrom(0, message);
    }

    /** As {@link #cancel(String)}, for a scope that the task is in and entered at this depth of shielded sections. */
    boolean cancelFrom(int shieldDepth, @Nullable String message) {
        getLoop().checkThread();
        if (isDone()) {
            markRetrieved();
            return false;
        }
        if (Flight.recording) {
            FlightEvents.cancelled(this, message);
        }
        // Down the chain of tasks that wait for tasks, without recursion: chains can be long.
        Set<Task<?>> asked = waitsInCircle() ? Collections.newSetFromMap(new IdentityHashMap<>()) : null;
        Task<?> task = this;
        int depth = shieldDepth;
        while (true) {
            task.cancelRequests++;
            if (task.shields != null && task.shields.depth() > depth) {
                task.shields.holdBack(depth, message);
                return true;
            }
            Future<?> awaited = task.waitingFor;
            if (awaited instanceof Task<?> inner && !inner.isDone()) {
                if (asked != null && asked.add(task) && asked.contains(inner)) {
                    task.breakCircle(inner, message);
                    return true;
                }
                task = inner;
                depth = 0;
            } else if (awaited != null && awaited.passesCancellationOn()) {
                task.breakCircle(awaited, message);
                return true;
            } else if (awaited != null && awaited.cancel(message)) {
                return true;
            } else {
                task.requireCancel(message);
                return true;
            }
        }
    }

    /** {@return how often the task was asked to stop, less {@link #uncancel}s} */
    public int cancelling() {
        getLoop().checkThread();
        return cancelRequests;
    }

    /**
     * Takes one request to stop back: for code that has dealt with a cancellation for good. When none is left, a cancellation that was
     * not delivered yet is withdrawn.
     *
     * @return how many requests are left
     */
    public int uncancel() {
        getLoop().checkThread();
        if (cancelRequests > 0) {
            cancelRequests--;
            if (cancelRequests == 0) {
                mustCancel = false;
                if (shields != null) {
                    shields.withdraw();
                }
                if (interruptSent && fiber != null && Thread.currentThread() == fiber.thread()) {
                    interruptSent = false;
                    Thread.interrupted();
                }
            }
        }
        return cancelRequests;
    }

    /** The requests to stop that scopes entered here and now must heed: not those that a shielded section keeps from them. */
    int visibleRequests() {
        return shields == null ? cancelRequests : Math.max(0, cancelRequests - shields.hidden());
    }

    /** How many shielded sections the task is in. */
    int shieldDepth() {
        return shields == null ? 0 : shields.depth();
    }

    /** Whether the chain of tasks waiting for tasks that begins here runs into a circle (Brent's algorithm). */
    private boolean waitsInCircle() {
        Task<?> mark = this;
        Task<?> task = this;
        for (long steps = 1, limit = 2; ; steps++) {
            if (!(task.waitingFor instanceof Task<?> inner)) {
                return false;
            }
            if (inner == mark) {
                return true;
            }
            if (steps == limit) {
                mark = inner;
                limit *= 2;
                steps = 0;
            }
            task = inner;
        }
    }

    /** Tasks that wait for each other in a circle never end by themselves: the error comes here, and goes round from here. */
    private void breakCircle(Future<?> inner, @Nullable String message) {
        inner.removeWaiter(this);
        waitingFor = null; // it is on its way: another cancel must not wake it twice
        requireCancel(message);
        wakeUp();
    }

    private void requireCancel(@Nullable String message) {
        mustCancel = true;
        setCancelMessage(message);
        if (elsewhere()) {
            if (!interruptSent) {
                interruptSent = true;
                getLoop().core().schedule(getLoop().deadline(PATIENCE), this::checkForeignWait);
            }
            // Interrupting may close a channel, which takes locks: not on the loop's own stack.
            getLoop().core().runOnFiber(this::interruptForeignWait);
        }
    }

    private void interruptForeignWait() {
        if (interruptSent && elsewhere()) {
            running().thread().interrupt();
        }
    }

    /** On the loop's own stack, a while after the interrupt. */
    private void checkForeignWait() {
        if (interruptSent && mustCancel && elsewhere()) {
            getLoop()
                    .core()
                    .runOnFiber(() -> LOG.warn(
                            "{} was cancelled {} s ago and still waits in code that does not heed an interrupt: {}",
                            this,
                            PATIENCE.toSeconds(),
                            getStack()));
        }
    }

    /** Begins a shielded section: what is asked from outside of it until {@link #leaveShield} is kept for later. */
    void enterShield() {
        Shields sections = shields;
        if (sections == null) {
            sections = new Shields();
            shields = sections;
        }
        sections.enter(cancelRequests, mustCancel, cancelMessage());
        mustCancel = false;
        if (interruptSent) {
            interruptSent = false;
            Thread.interrupted(); // ours, and put off
        }
    }

    void leaveShield() {
        Shields sections = Objects.requireNonNull(shields);
        if (sections.leave()) {
            mustCancel = true;
            setCancelMessage(sections.message());
        }
        if (sections.depth() == 0) {
            shields = null;
        }
    }

    /** Keeps a cancellation that came too late for what it hit until the next call that suspends. */
    void postpone(CancelledError cancellation) {
        mustCancel = true;
        setCancelMessage(cancellation.getMessage());
    }

    /** Delivers a pending cancellation now, if there is one. */
    void throwIfCancelled() {
        if (mustCancel) {
            throw takeCancellation();
        }
    }

    // ---- waiting: all on the task's own fiber

    /** Suspends until the future is done or the task is cancelled. */
    @Suspends
    void awaitFuture(Future<?> future) {
        if (future == this) {
            throw new IllegalStateException("a task cannot wait for itself: " + this);
        }
        noteInterrupt();
        future.addWaiter(this);
        waitingFor = future;
        boolean passedOn = false;
        if (mustCancel) {
            // Lowered first: if the future's chain leads back here, its cancel raises it again, to be delivered below.
            mustCancel = false;
            passedOn = future.cancel(cancelMessage());
            if (!passedOn) {
                mustCancel = true;
            }
        }
        Object recorded = Flight.recording ? FlightEvents.awaitBegan() : null;
        try {
            suspend();
        } catch (Throwable notSuspended) {
            if (notSuspended instanceof OutOfMemoryError e) {
                getLoop().core().outOfMemory(e);
            }
            if (future.isDone()) {
                getLoop().core().removeReady(running());
            } else {
                future.removeWaiter(this);
            }
            mustCancel |= passedOn;
            throw notSuspended;
        } finally {
            waitingFor = null;
            if (recorded != null) {
                FlightEvents.awaitEnded(recorded, this, future);
            }
        }
        if (mustCancel) {
            if (future.cancelled() || future.failure() instanceof CancelledError) {
                mustCancel = false; // its own error is one already, and carries the message that led here
            } else {
                // This task was about to get the exception, and gets the cancellation in its place.
                future.markRetrieved();
                throw takeCancellation();
            }
        }
    }

    /** Lets everything run that is already queued. */
    @Suspends
    void yieldNow() {
        noteInterrupt();
        Fiber own = running();
        getLoop().core().addReady(own);
        try {
            suspend();
        } catch (Throwable notSuspended) {
            getLoop().core().removeReady(own);
            throw notSuspended;
        }
        throwIfCancelled();
    }

    /** As {@link #yieldNow}, if this step of the task has taken longer than that. */
    @Suspends
    void yieldAfter(long sliceNanos) {
        LoopCore core = getLoop().core();
        // The clock is not read at each step of each task. The first step that asks counts from when the loop last read
        // it.
        long began = timesItsSteps ? stepBegan : core.lastReading();
        timesItsSteps = true;
        if (core.now() - began > sliceNanos) {
            yieldNow();
        } else {
            stepBegan = began;
        }
    }

    @Suspends
    private void suspend() {
        if (Flight.recording) {
            FlightEvents.stepped(this);
        }
        noteInterrupt(running().suspend());
        if (timesItsSteps) {
            stepBegan = getLoop().core().now();
        }
    }

    /**
     * Runs a generator's fiber as part of this task, until it hands back: while it runs it is the task's, so an await inside suspends
     * there, and a cancel arrives there.
     */
    @Suspends
    void enter(Fiber inner) {
        Fiber outer = running();
        inner.setOwner(this);
        inner.setCaller(outer);
        fiber = inner;
        try {
            noteInterrupt(getLoop().core().switchTo(outer, inner));
        } finally {
            fiber = outer;
            inner.setOwner(null);
            inner.setCaller(null);
        }
    }

    /** On a generator's fiber: ends the {@link #enter} of this task; returns in the next one, which may be another task's. */
    @Suspends
    void handBack(Fiber inner) {
        noteInterrupt(Thread.interrupted()); // this task's business, whoever comes next
        Fiber outer = Objects.requireNonNull(inner.caller());
        boolean interrupted = getLoop().core().switchTo(inner, outer);
        if (inner.owner() instanceof Task<?> task) {
            task.noteInterrupt(interrupted);
        }
    }

    /** On a generator's fiber, as its last act: ends the {@link #enter} of this task. */
    void handBackAtEnd(Fiber inner) {
        noteInterrupt(Thread.interrupted());
        getLoop().core().endWith(Objects.requireNonNull(inner.caller()));
    }

    /** On the way into a wait, which would not be ended by an interrupt that is already there. */
    private void noteInterrupt() {
        if (running().thread().isInterrupted()) {
            noteInterrupt(Thread.interrupted());
        }
    }

    /** An interrupt is a request to stop, unless it is the one that {@link #cancel} itself sent. */
    private void noteInterrupt(boolean interrupted) {
        if (interrupted) {
            if (interruptSent) {
                interruptSent = false;
            } else {
                cancelRequests++;
                if (shields != null) {
                    shields.holdBack(0, INTERRUPTED);
                } else {
                    mustCancel = true;
                    setCancelMessage(INTERRUPTED);
                }
            }
        }
    }

    private CancelledError takeCancellation() {
        mustCancel = false;
        if (interruptSent) {
            interruptSent = false;
            Thread.interrupted(); // ours, and delivered now
        }
        return new CancelledError(cancelMessage());
    }

    /** The future that was waited for is done: the next step, in its turn. */
    void wakeUp() {
        getLoop().core().addReady(running());
    }

    // ---- running

    /** The first step, in its turn. */
    void start() {
        LoopCore core = getLoop().core();
        if (fiber == null) {
            core.addReady(new Run());
        } else {
            core.addReady(fiber);
        }
    }

    /** The first step, now: the code that calls goes on when the task suspends or ends. */
    @Suspends
    void startEagerly(Fiber creator) {
        boolean interrupted;
        try {
            LoopCore core = getLoop().core();
            interrupted = fiber == null ? core.startNow(creator, new Run()) : core.startNow(creator, fiber);
        } catch (IllegalStateException | StackOverflowError pinned) {
            start(); // the creator cannot be put aside: an ordinary start, then
            return;
        }
        if (creator.owner() instanceof Task<?> task) {
            task.noteInterrupt(interrupted);
        }
        if (isDone()) {
            coroutine = null;
        }
    }

    /** What runs on the task's fiber. With as few calls above the body as can be: each frame is copied at every switch. */
    private final class Run extends Beginning {
        @Override
        public Object owner() {
            return Task.this;
        }

        @Override
        public void begin(Fiber given) {
            fiber = given;
            given.setOwner(Task.this);
            given.rename(name);
        }

        @Override
        public void refuse(OutOfMemoryError reason) {
            endWithFailure(reason);
        }

        @Override
        @SuppressWarnings("NullAway") // an action gives no value, and a T that may be null
        public void run() {
            T value = null;
            try {
                Coroutine<T> body = takeBody();
                if (body instanceof ActionCoroutine action) {
                    action.action().run();
                } else {
                    value = body.call();
                }
            } catch (Throwable e) {
                end(null, e);
                return;
            }
            end(value, null);
        }

        /** Throws nothing: the thread would end, and nobody would hear of the task again. */
        @SuppressWarnings("NullAway") // as above
        private void end(T value, @Nullable Throwable failure) {
            try {
                if (failure == null) {
                    endWith(value);
                } else {
                    endWithFailure(failure);
                }
            } catch (OutOfMemoryError e) {
                getLoop().core().stopWith(e);
            }
        }
    }

    private Coroutine<T> takeBody() {
        throwIfCancelled();
        Map<String, String> logged = diagnostics;
        if (logged != null) {
            diagnostics = null;
            LogContext.set(logged);
        }
        return Objects.requireNonNull(coroutine);
    }

    private void endWith(T value) {
        if (outlivedLoop()) {
            return;
        }
        if (mustCancel) {
            endWithFailure(takeCancellation());
            return;
        }
        leaveLoop(null);
        complete(value);
    }

    /** Whether the loop was closed while the task waited outside it: then this is another thread, and nobody is told of the outcome. */
    private boolean outlivedLoop() {
        RunningLoops.fallIn();
        return getLoop().isClosed();
    }

    private void leaveLoop(@Nullable Throwable failure) {
        getLoop().tasks().remove(this);
        if (Flight.recording) {
            FlightEvents.taskEnded(this, failure);
        }
        fiber = null; // it may run other tasks yet, which a reference to this one must not keep in memory
    }

    private void endWithFailure(Throwable e) {
        if (outlivedLoop()) {
            return;
        }
        leaveLoop(e);
        if (e instanceof CancelledError cancelled) {
            completeCancelled(cancelled);
        } else if (cancellationPending() && causedByInterrupt(e)) {
            completeCancelled(cancellationFrom(e));
        } else {
            fail(e);
            if (Throwables.fatal(e)) {
                getLoop().core().stopWith(e);
            }
        }
    }

    /** Whether this is what blocking calls throw when {@link #cancel} interrupts them, or what a library made of it. */
    static boolean causedByInterrupt(Throwable failure) {
        Throwable e = failure;
        for (int depth = 0; e != null && depth < LONGEST_CAUSE_CHAIN; depth++) {
            if (e instanceof InterruptedException
                    || e instanceof ClosedByInterruptException
                    || (e instanceof InterruptedIOException && !(e instanceof SocketTimeoutException))
                    || (e instanceof SocketException && "Closed by interrupt".equals(e.getMessage()))) {
                return true;
            }
            e = e.getCause();
        }
        return false;
    }

    /** Whether a cancellation waits to be delivered. */
    boolean cancellationPending() {
        return mustCancel || interruptSent;
    }

    /** Turns what an interrupted foreign call threw into the cancellation that caused the interrupt. */
    CancelledError cancellationFrom(Throwable interrupted) {
        CancelledError error = takeCancellation();
        error.initCause(interrupted);
        return error;
    }

    /** Gives the task's thread up without running it any further: its loop is closed. */
    void abandon() {
        for (Fiber left = fiber; left != null; left = left.caller()) {
            left.abandon();
        }
    }

    // ---- about the task

    /**
     * Always throws: a task's outcome is its coroutine's.
     *
     * @throws IllegalStateException always
     */
    @Override
    public void setResult(T value) {
        throw new IllegalStateException("a task's result is set by its coroutine, not by setResult");
    }

    /**
     * Always throws: a task's outcome is its coroutine's.
     *
     * @throws IllegalStateException always
     */
    @Override
    public void setException(Throwable exception) {
        throw new IllegalStateException("a task's exception is set by its coroutine, not by setException");
    }

    /** {@return the name: given, or {@code Task-} and a number} */
    public String getName() {
        return name;
    }

    /**
     * Renames the task and its thread.
     *
     * @param name any object, used as its {@code toString()}
     */
    public void setName(Object name) {
        this.name = name.toString();
        Fiber outermost = fiber;
        while (outermost != null && outermost.caller() != null) {
            outermost = outermost.caller();
        }
        if (outermost != null && !isDone()) {
            outermost.rename(this.name);
        }
    }

    /** {@return the lambda the task runs, null if it completed eagerly} */
    public @Nullable Object getCoroutine() {
        return coroutine;
    }

    /** {@return the context the task runs in} */
    public Context getContext() {
        Context own = context;
        if (own == null) {
            own = Context.of(inherited);
            context = own;
        }
        return own;
    }

    /**
     * Where the task is: the frames of the code it runs, without those of this library and of the JVM's threads. Of a task that failed,
     * the frames of its exception. Any thread may ask. Mirrors {@code Task.get_stack}, which gives a suspended task's outermost frame only.
     *
     * @return the frames, oldest first; none before the first step, and none of a task that ended otherwise
     */
    public List<StackTraceElement> getStack() {
        return Stacks.of(this, Integer.MAX_VALUE);
    }

    /**
     * As {@link #getStack()}, shortened: of a suspended task the newest frames are kept, of a failed one the oldest.
     *
     * @param limit how many frames at most
     * @return the frames, oldest first
     * @throws IllegalArgumentException if the limit is negative
     */
    public List<StackTraceElement> getStack(int limit) {
        return Stacks.of(this, limit);
    }

    /** Prints {@link #getStack()} to standard error. */
    public void printStack() {
        printStack(Integer.MAX_VALUE, System.err);
    }

    /**
     * Prints {@link #getStack()}.
     *
     * @param out where to
     */
    public void printStack(PrintStream out) {
        printStack(Integer.MAX_VALUE, out);
    }

    /**
     * Prints {@link #getStack(int)}.
     *
     * @param limit how many frames at most
     * @param out where to
     */
    public void printStack(int limit, PrintStream out) {
        Stacks.print(this, limit, out);
    }

    @Override
    public String toString() {
        Future<?> awaited = waitingFor;
        String asked = isAskedToStop() && !isDone() ? ", cancelling" : "";
        String wait = awaited == null ? "" : ", waiting for " + awaited.describeBriefly();
        return "Task[" + shortName() + ", " + describeState() + asked + wait + "]";
    }

    /** Names the task without a look at what it waits for, which may be this very task. */
    @Override
    String describeBriefly() {
        return "task " + shortName();
    }

    String shortName() {
        return Describe.shorten(getName());
    }

    /** The fiber that runs the task's code; {@code null} before its first step. */
    @Nullable
    Fiber fiber() {
        return fiber;
    }

    /** The same, of a task that has begun. */
    @SuppressWarnings("NullAway")
    Fiber running() {
        return fiber;
    }

    /** Whether it waits outside the loop. */
    boolean elsewhere() {
        return fiber != null && fiber.elsewhere();
    }

    /** Whether it was asked to stop. Any thread. */
    boolean isAskedToStop() {
        return cancelRequests > 0;
    }

    /** When it was made, of the loop's time; a little earlier if the loop was busy. */
    long created() {
        return created;
    }

    /** The threads that hold the task's code: its own, and those of the generators it is inside a step of. Reads racily. */
    List<Thread> threads() {
        var threads = new ArrayList<Thread>(1);
        for (Fiber running = fiber; running != null; running = running.caller()) {
            threads.add(running.thread());
        }
        return threads;
    }

    @Nullable
    Future<?> waitingFor() {
        return waitingFor;
    }

    Context activeContext() {
        Context entered = activeContext;
        return entered == null ? getContext() : entered;
    }

    /** What {@link #activeContext} holds, without having it made. */
    Bindings bindings() {
        Context active = activeContext == null ? context : activeContext;
        return active == null ? inherited : active.bindings();
    }

    void setActiveContext(Context context) {
        activeContext = context;
    }
}
