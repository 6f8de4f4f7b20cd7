package dev.weft;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a loop tells its {@link ExceptionHandler}: a message and whatever else is known, by key. Immutable. Mirrors the
 * {@code context} dictionary of {@code loop.call_exception_handler}.
 */
public final class ExceptionContext {
    private final String message;
    private final Map<String, Object> values;

    private ExceptionContext(String message, Map<String, Object> values) {
        this.message = message;
        this.values = values;
    }

    /**
     * A report with nothing but a message.
     *
     * @param message what happened
     * @return the report
     */
    public static ExceptionContext of(String message) {
        return new ExceptionContext(Objects.requireNonNull(message, "message"), Map.of());
    }

    /**
     * A copy that knows more.
     *
     * @param key such as {@code exception}, {@code task}, {@code transport}
     * @param value its value; null changes nothing
     * @return the copy
     */
    public ExceptionContext with(String key, @Nullable Object value) {
        if (value == null) {
            return this;
        }
        var copy = new TreeMap<>(values);
        copy.put(Objects.requireNonNull(key, "key"), value);
        return new ExceptionContext(message, Collections.unmodifiableMap(copy));
    }

    /** {@return what happened} */
    public String message() {
        return message;
    }

    /** {@return the failure, if there is one} */
    public @Nullable Throwable exception() {
        return values.get("exception") instanceof Throwable exception ? exception : null;
    }

    /** {@return the future concerned, if there is one} */
    public @Nullable Future<?> future() {
        return values.get("future") instanceof Future<?> future ? future : null;
    }

    /** {@return the task concerned, if there is one} */
    public @Nullable Task<?> task() {
        return values.get("task") instanceof Task<?> task ? task : null;
    }

    /** {@return the handle of the callback concerned, if there is one} */
    public @Nullable Handle handle() {
        return values.get("handle") instanceof Handle handle ? handle : null;
    }

    /** {@return the protocol concerned, if there is one} */
    public @Nullable Object protocol() {
        return values.get("protocol");
    }

    /** {@return the transport concerned, if there is one} */
    public @Nullable Object transport() {
        return values.get("transport");
    }

    /** {@return the channel concerned, if there is one} */
    public @Nullable Object channel() {
        return values.get("channel");
    }

    /** {@return the generator concerned, if there is one} */
    public @Nullable Object asyncgen() {
        return values.get("asyncgen");
    }

    /** {@return where the future concerned was created, in debug mode} */
    @SuppressWarnings("unchecked")
    public @Nullable List<StackTraceElement> sourceTraceback() {
        return (List<StackTraceElement>) values.get("source_traceback");
    }

    /** {@return where the handle concerned was created, in debug mode} */
    @SuppressWarnings("unchecked")
    public @Nullable List<StackTraceElement> handleTraceback() {
        return (List<StackTraceElement>) values.get("handle_traceback");
    }

    /**
     * The value of any key.
     *
     * @param key {@code message} or one given to {@link #with}
     * @return the value, null if there is none
     */
    public @Nullable Object get(String key) {
        return key.equals("message") ? message : values.get(key);
    }

    /** The context of what the report is about: the task's or the handle's; {@code null} if there is none. */
    @Nullable
    Context concerned() {
        if (values.get("task") instanceof Task<?> task) {
            return task.getContext();
        }
        if (values.get("future") instanceof Task<?> task) {
            return task.getContext();
        }
        Handle handle = handle();
        return handle == null ? null : handle.getContext();
    }

    /** The keys besides the message, sorted. */
    Map<String, Object> values() {
        return values;
    }

    @Override
    public String toString() {
        return message + " " + values.keySet();
    }
}
