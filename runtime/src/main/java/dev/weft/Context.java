package dev.weft;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A set of values for {@link ContextVar}s. Every task has one of its own, a copy of its creator's; every callback runs in the one
 * captured when it was registered; an ordinary thread has one, empty at first. Copying takes constant time.
 *
 * <p>A context is used by one thread at a time. Mirrors {@code contextvars.Context}.
 */
public final class Context {
    private static final ThreadLocal<Context> OF_THREAD = ThreadLocal.withInitial(Context::new);

    private static final VarHandle ENTERED;

    static {
        try {
            ENTERED = MethodHandles.lookup().findVarHandle(Context.class, "entered", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private Bindings bindings;

    /** Whether somebody is inside {@link #run}: set and cleared atomically, since two threads may try to be. */
    private volatile boolean entered;

    /** What was current when this was entered. */
    private @Nullable Context outer;

    /** An empty context. Mirrors {@code contextvars.Context()}. */
    public Context() {
        this(Bindings.EMPTY);
    }

    private Context(Bindings bindings) {
        this.bindings = bindings;
    }

    /**
     * A snapshot of the current context: later changes to either are not seen by the other. Mirrors
     * {@code contextvars.copy_context}.
     *
     * @return the copy
     */
    public static Context copyCurrent() {
        return new Context(current().bindings);
    }

    /** What code that is created on this loop, and given no context, finds in its own: the snapshot that such a context begins with. */
    static Bindings inherited(EventLoop loop) {
        return loop.isCurrent() ? loop.currentBindings() : currentBindings();
    }

    /** What the context of the code that calls holds, without having that context made. */
    static Bindings currentBindings() {
        EventLoop loop = EventLoop.current();
        return loop != null ? loop.currentBindings() : OF_THREAD.get().bindings;
    }

    /** A context that begins with a snapshot taken earlier. */
    static Context of(Bindings snapshot) {
        return new Context(snapshot);
    }

    /** The context of the code that calls. */
    static Context current() {
        EventLoop loop = EventLoop.current();
        return loop != null ? loop.currentContext() : OF_THREAD.get();
    }

    /**
     * Runs the body in this context: what it sets stays here. A body that suspends keeps the context entered until it is through.
     *
     * @param body what to run
     * @return the body's value
     * @param <T> the type of the value
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws IllegalStateException if this context is already entered, here or elsewhere
     */
    @Suspends
    public <T extends @Nullable Object, X extends Exception> T run(Body<T, X> body) throws X {
        Objects.requireNonNull(body, "body");
        Context before = current();
        enter(before);
        EventLoop loop = EventLoop.current();
        setCurrent(loop, this);
        try {
            return body.call();
        } finally {
            RunningLoops.fallIn();
            // A body that suspended came back to the same loop; that of a generator maybe in another task, hence
            // another context.
            setCurrent(loop, Objects.requireNonNull(outer));
            outer = null;
            entered = false;
        }
    }

    /**
     * As {@link #run(Body)}, without a value.
     *
     * @param body what to run
     * @param <X> what the body may throw
     * @throws X as the body does
     * @throws IllegalStateException if this context is already entered, here or elsewhere
     */
    @Suspends
    public <X extends Exception> void run(VoidBody<X> body) throws X {
        Objects.requireNonNull(body, "body");
        this.<@Nullable Void, X>run(() -> {
            body.run();
            return null;
        });
    }

    /** {@return a copy: later changes to either are not seen by the other} */
    public Context copy() {
        return new Context(bindings);
    }

    /**
     * Whether the variable has a value here; its default does not count.
     *
     * @param variable the variable
     * @return whether it has been set
     */
    public boolean contains(ContextVar<?> variable) {
        return bindings.indexOf(variable) >= 0;
    }

    /**
     * The variable's value here.
     *
     * @param variable the variable
     * @return its value
     * @param <T> the type of the value
     * @throws NoSuchElementException if it has none; its default does not count
     */
    public <T extends @Nullable Object> T get(ContextVar<T> variable) {
        int index = bindings.indexOf(variable);
        if (index < 0) {
            throw new NoSuchElementException("no value for " + variable + " in this context");
        }
        return bindings.valueAt(index);
    }

    /**
     * The variable's value here, or another one.
     *
     * @param variable the variable
     * @param fallback returned if the variable has no value here
     * @return the value
     * @param <T> the type of the value
     */
    public <T extends @Nullable Object> T getOrDefault(ContextVar<T> variable, T fallback) {
        int index = bindings.indexOf(variable);
        return index < 0 ? fallback : bindings.valueAt(index);
    }

    /** {@return how many variables have a value here} */
    public int size() {
        return bindings.size();
    }

    /** {@return a read-only snapshot of the variables that have a value here} */
    public Map<ContextVar<?>, @Nullable Object> asMap() {
        var map = new LinkedHashMap<ContextVar<?>, @Nullable Object>();
        for (int i = 0; i < bindings.size(); i++) {
            map.put(bindings.variableAt(i), bindings.valueAt(i));
        }
        return Collections.unmodifiableMap(map);
    }

    @Override
    public String toString() {
        return "Context[" + size() + " variables]";
    }

    /** Whether {@link #run} would not refuse the code that calls. */
    boolean canBeEntered() {
        return !entered && !isCurrentOrOutside(current());
    }

    Bindings bindings() {
        return bindings;
    }

    void setBindings(Bindings bindings) {
        this.bindings = bindings;
    }

    private void enter(Context before) {
        // A task's or thread's own context counts as entered too, without having been marked.
        if (isCurrentOrOutside(before) || !ENTERED.compareAndSet(this, false, true)) {
            throw alreadyEntered();
        }
        outer = before;
    }

    /** A generator's body that is inside this context goes on in a task whose context is another one. */
    void reenter(Context oldOutermost, Context newOutermost) {
        Context context = this;
        while (context != newOutermost && context.outer != null && context.outer != oldOutermost) {
            context = context.outer;
        }
        if (context == newOutermost) {
            throw alreadyEntered();
        }
        context.outer = newOutermost;
    }

    private IllegalStateException alreadyEntered() {
        return new IllegalStateException("cannot enter " + this + ": already entered");
    }

    private boolean isCurrentOrOutside(Context current) {
        for (Context context = current; context != null; context = context.outer) {
            if (context == this) {
                return true;
            }
        }
        return false;
    }

    private static void setCurrent(@Nullable EventLoop loop, Context context) {
        if (loop != null) {
            loop.setCurrentContext(context);
        } else {
            OF_THREAD.set(context);
        }
    }
}
