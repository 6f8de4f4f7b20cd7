package dev.weft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A scheduled callback, which can be cancelled until it runs. Mirrors {@code asyncio.Handle}.
 *
 * <p>Confined to its loop, except that handles returned by {@link EventLoop#callSoonThreadsafe} may be asked and cancelled from any
 * thread.
 */
public abstract class Handle {
    final EventLoop loop;
    /** What {@link #context} begins with. */
    private final Bindings inherited;

    /** Made when it is first asked for: few callbacks ever ask. */
    private @Nullable Context context;

    private final @Nullable List<StackTraceElement> sourceTraceback;
    private @Nullable Action callback;

    Handle(EventLoop loop, Action callback, @Nullable Context context) {
        this.loop = loop;
        this.callback = java.util.Objects.requireNonNull(callback, "callback");
        this.context = context;
        inherited = context == null ? Context.inherited(loop) : Bindings.EMPTY;
        sourceTraceback = loop.traceIfDebug();
    }

    /** Makes sure that the callback never runs and drops it; no effect once it has run. May be repeated. */
    public void cancel() {
        loop.checkThread();
        drop();
    }

    /** {@return whether it was cancelled} */
    public boolean cancelled() {
        return callback == null;
    }

    /** {@return the context in which the callback runs} */
    public Context getContext() {
        Context own = context;
        if (own == null) {
            own = Context.of(inherited);
            context = own;
        }
        return own;
    }

    @Override
    public String toString() {
        Action current = callback;
        return getClass().getSuperclass().getSimpleName() + "["
                + (current == null ? "cancelled" : Describe.callback(current)) + details() + "]";
    }

    String details() {
        return "";
    }

    final void drop() {
        callback = null;
    }

    final @Nullable Action callback() {
        return callback;
    }

    final @Nullable List<StackTraceElement> sourceTraceback() {
        return sourceTraceback;
    }

    /** The context if there is one by now. */
    final @Nullable Context contextSoFar() {
        return context;
    }

    /** What the context holds. */
    final Bindings bindings() {
        Context own = context;
        return own == null ? inherited : own.bindings();
    }

    /** Runs the callback in its context, on the loop's callback fiber. */
    final void invoke() throws Exception {
        Action action = callback;
        if (action != null) {
            loop.callbackBegins(this);
            try {
                loop.timeIfDebug(action, this);
            } finally {
                loop.callbackEnded();
            }
        }
    }
}
