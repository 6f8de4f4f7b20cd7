package dev.weft;

import dev.weft.internal.coroutine.Fiber;
import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The body of a {@link Generator} at work. The generator refers to this and not the other way round: a suspended body is reachable
 * through its thread, and must not keep the generator so.
 *
 * <p>The body runs on a fiber of its own, which becomes the consumer's for the length of a step:
 *
 * <pre>
 *   consumer: task.enter(fiber)      ->  body: runs, may await: the task waits here, a cancel arrives here
 *   body: emit: task.handBack(fiber) ->  consumer goes on, within the same entry of the loop
 *   body ends: task.handBackAtEnd    ->  consumer goes on, the fiber is gone
 * </pre>
 */
final class GeneratorRun<T extends @Nullable Object> implements Emitter<T> {
    /** How often a body that is being closed may emit, each time to no avail, before it is given up where it stands. */
    private static final int REFUSALS = 100;

    private enum State {
        CREATED,
        RUNNING,
        SUSPENDED,
        FINISHED
    }

    private @Nullable GeneratorBody<T> body;
    private final String name;
    private State state = State.CREATED;
    private @Nullable EventLoop loop;

    /** What runs the body: its own fiber, or that of the consumer in {@link #runInline}. */
    private @Nullable Fiber fiber;

    private @Nullable Consumer<? super T> inlineAction;
    private boolean emittingInline;
    private @Nullable Throwable actionFailure;

    /** Whose task the body is part of, during a step. */
    private @Nullable Task<?> consumer;

    /** Contexts that the body is inside {@link Context#run} of while it is suspended, and what the outermost was entered from. */
    private @Nullable Context innerContext;

    private @Nullable Context outerContext;

    /** One for each task that waits for the end of a close by another one. */
    private final List<Future<@Nullable Void>> waitingForEnd = new ArrayList<>(0);

    /** For the body's log lines: what the consumer has in its own at the first step. */
    private @Nullable Map<String, String> diagnostics;

    private boolean hasValue;
    private @Nullable T value;
    private @Nullable Throwable failure;
    private boolean closing;
    private int refused;

    private @Nullable WeakReference<Generator<T>> handle;
    private Cleaner.@Nullable Cleanable cleanable;

    GeneratorRun(GeneratorBody<T> body) {
        this.body = body;
        name = Describe.callback(body);
    }

    // ---- consumer's side

    boolean created() {
        return state == State.CREATED;
    }

    /** Sees to it that there is a value, or that the body has ended. Throws what the body throws. */
    @Suspends
    boolean advance(Generator<T> generator) {
        checkThread();
        if (!hasValue && state != State.FINISHED) {
            Task<?> task = WrongCaller.currentTask("a step of a generator");
            ensureIdle();
            if (state == State.CREATED) {
                begin(task, generator);
            }
            step(task);
        }
        return hasValue;
    }

    /** The value that {@link #advance} found. */
    @SuppressWarnings("NullAway") // a T when there is one
    T take() {
        T taken = value;
        value = null;
        hasValue = false;
        return taken;
    }

    /**
     * Throws {@link GeneratorExit} at the pending emit and runs the body to its end. Throws what it throws instead. While another task
     * does so already, waits for that: generators that hold generators are closed all at once when their loop ends.
     */
    @Suspends
    void close() {
        checkThread();
        if (state == State.RUNNING && closing && consumer != null) {
            Task<?> task = WrongCaller.currentTask("closing a generator");
            if (task != consumer) {
                awaitClosed(task);
                return;
            }
        }
        ensureIdle();
        value = null;
        hasValue = false;
        switch (state) {
            case CREATED -> {
                if (fiber != null) {
                    fiber.abandon(); // its first step could not be taken
                }
                finish();
            }
            case SUSPENDED -> {
                Task<?> task = WrongCaller.currentTask("closing a generator");
                closing = true;
                try {
                    step(task);
                } finally {
                    if (state == State.SUSPENDED) {
                        closing = false; // the step could not be taken
                    }
                }
            }
            case FINISHED, RUNNING -> {}
        }
    }

    @Suspends
    private void awaitClosed(Task<?> task) {
        bind(task.getLoop());
        Future<@Nullable Void> closed = task.getLoop().createFuture();
        waitingForEnd.add(closed);
        try {
            closed.await();
        } finally {
            waitingForEnd.remove(closed);
        }
    }

    /** Runs the whole body on the caller's stack. Throws what it, or the action, throws. */
    @Suspends
    void runInline(Consumer<? super T> action) {
        checkThread();
        Task<?> task = WrongCaller.currentTask("Generator.forEach");
        bind(task.getLoop());
        task.getLoop().generators().warnIfShutDown(this);
        if (fiber != null) {
            fiber.abandon(); // a first step that could not be taken left it unused
        }
        fiber = task.running();
        consumer = task;
        inlineAction = action;
        state = State.RUNNING;
        runAndCatch();
        inlineAction = null;
        consumer = null;
        finish();
        Throwable ofBody = failure;
        Throwable ofAction = actionFailure;
        failure = null;
        actionFailure = null;
        if (ofAction != null) {
            if (ofBody != null && ofBody != ofAction) {
                ofAction.addSuppressed(ofBody);
            }
            throw Throwables.rethrow(ofAction);
        }
        if (ofBody != null) {
            throw Throwables.rethrow(ofBody);
        }
    }

    private void checkThread() {
        EventLoop bound = loop;
        if (bound != null) {
            bound.checkThread();
        }
    }

    private void ensureIdle() {
        if (state == State.RUNNING) {
            throw new IllegalStateException("already running: " + this);
        }
    }

    private void begin(Task<?> task, Generator<T> generator) {
        EventLoop here = task.getLoop();
        bind(here);
        if (fiber == null) {
            fiber = here.core().newFiber(this::runBody, "generator of " + task.getName());
            diagnostics = LogContext.ofCreator();
        }
        if (handle == null) {
            handle = new WeakReference<>(generator);
            cleanable = Unreachable.cleaner().register(generator, this::unreachable);
            here.generators().add(this);
        }
    }

    private void bind(EventLoop here) {
        EventLoop bound = loop;
        if (bound == null) {
            loop = here;
        } else if (bound != here) {
            throw new IllegalStateException("cannot step " + this + " here: it belongs to another loop");
        }
    }

    @Suspends
    private void step(Task<?> task) {
        bind(task.getLoop());
        Fiber own = Objects.requireNonNull(fiber);
        State before = state;
        Context outer = task.activeContext();
        Context inner = innerContext;
        if (inner != null) {
            inner.reenter(Objects.requireNonNull(outerContext), outer);
            task.setActiveContext(inner);
        }
        outerContext = outer;
        consumer = task;
        state = State.RUNNING;
        try {
            task.enter(own);
        } catch (Throwable pinned) {
            state = before;
            throw pinned;
        } finally {
            consumer = null;
            Context left = task.activeContext();
            innerContext = left == outer ? null : left;
            task.setActiveContext(outer);
        }
        if (state == State.FINISHED) {
            finish();
            if (refused > REFUSALS) {
                own.abandon();
            }
        }
        Throwable thrown = failure;
        if (thrown != null) {
            failure = null;
            throw Throwables.rethrow(thrown);
        }
    }

    private void finish() {
        state = State.FINISHED;
        body = null;
        fiber = null;
        innerContext = null;
        outerContext = null;
        for (Future<@Nullable Void> waiting : waitingForEnd) {
            if (!waiting.isDone()) {
                waiting.complete(null);
            }
        }
        if (handle != null) {
            Objects.requireNonNull(loop).generators().remove(this);
            Cleaner.Cleanable registered = cleanable;
            if (registered != null) {
                cleanable = null;
                registered.clean();
            }
        }
    }

    // ---- body's side

    @Override
    @Suspends
    public void emit(T next) {
        Task<?> task = requireInside();
        if (closing) {
            refuse(task);
        }
        Consumer<? super T> action = inlineAction;
        if (action != null) {
            emitInline(action, next);
            return;
        }
        value = next;
        hasValue = true;
        state = State.SUSPENDED;
        try {
            task.handBack(Objects.requireNonNull(fiber));
        } catch (Throwable pinned) {
            state = State.RUNNING;
            take();
            throw pinned;
        }
        if (closing) {
            throw new GeneratorExit("the generator is being closed");
        }
    }

    @Suspends
    private void emitInline(Consumer<? super T> action, T next) {
        if (emittingInline) {
            throw new IllegalStateException("emit called by the consumer of " + this);
        }
        emittingInline = true;
        try {
            action.accept(next);
        } catch (Throwable e) {
            actionFailure = e;
            closing = true;
            throw new GeneratorExit("the generator is being closed: its consumer failed");
        } finally {
            emittingInline = false;
        }
    }

    private Task<?> requireInside() {
        Task<?> task = consumer;
        EventLoop here = loop;
        if (state != State.RUNNING || task == null || here == null || !here.isCurrent()) {
            throw notInside();
        }
        if (here.core().currentFiber() != fiber) {
            throw notInside();
        }
        return task;
    }

    private IllegalStateException notInside() {
        return new IllegalStateException(
                "emit may only be called by the generator's own body, while a consumer waits for it: " + this);
    }

    /** A body that emits instead of ending. It is told so, which lets its other {@code finally} blocks run; but not for ever. */
    @Suspends
    private void refuse(Task<?> task) {
        IllegalStateException ignored = emittedWhileClosing();
        refused++;
        if (refused > REFUSALS && inlineAction == null) {
            failure = ignored;
            state = State.FINISHED;
            task.handBack(Objects.requireNonNull(fiber));
        }
        throw ignored;
    }

    private IllegalStateException emittedWhileClosing() {
        return new IllegalStateException("the generator emitted a value while being closed: " + this);
    }

    /** On the body's own fiber. */
    @Suspends
    private void runBody() {
        Map<String, String> logged = diagnostics;
        if (logged != null) {
            diagnostics = null;
            LogContext.set(logged);
        }
        runAndCatch();
        if (Objects.requireNonNull(loop).isClosed()) {
            return; // the body was waiting outside the loop: this is another thread, and there is nobody to hand back
            // to
        }
        state = State.FINISHED;
        Objects.requireNonNull(consumer).handBackAtEnd(Objects.requireNonNull(fiber));
    }

    /** Leaves in {@link #failure} what the consumer gets to see, if anything. The consumer may be another one at the end. */
    @Suspends
    private void runAndCatch() {
        try {
            Objects.requireNonNull(body).run(this);
            failure = refused == 0 ? null : emittedWhileClosing();
        } catch (GeneratorExit e) {
            failure = closing ? null : e;
        } catch (Throwable e) {
            Task<?> task = Objects.requireNonNull(consumer);
            failure = Task.causedByInterrupt(e) && task.cancellationPending() ? task.cancellationFrom(e) : e;
        }
    }

    // ---- left half-way

    /** On the cleaner's thread, or inside {@link #finish}. */
    private void unreachable() {
        EventLoop bound = Objects.requireNonNull(loop);
        if (state != State.FINISHED) {
            bound.generators().unreachable(this);
        }
    }

    /** What a report shows: the user's own object if it is still there. */
    Generator<T> forReport() {
        Generator<T> generator = handle == null ? null : handle.get();
        return generator != null ? generator : new Generator<>(this);
    }

    /** Gives up a body whose loop is closed. */
    void abandon() {
        Fiber left = fiber;
        if (left != null && state != State.RUNNING) { // one in a step goes with its task
            left.abandon();
        }
        finish();
    }

    @Override
    public String toString() {
        String detail = switch (state) {
            case CREATED -> "not begun";
            case RUNNING -> closing ? "closing" : "running";
            case SUSPENDED -> "suspended";
            case FINISHED -> "finished";
        };
        return "Generator[" + name + ", " + detail + "]";
    }
}
