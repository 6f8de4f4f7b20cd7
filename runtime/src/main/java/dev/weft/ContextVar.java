package dev.weft;

import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A variable with a value per {@link Context}, hence per task. Variables are told apart by identity: keep them in static fields.
 * Mirrors {@code contextvars.ContextVar}.
 *
 * @param <T> the type of the value
 */
public final class ContextVar<T extends @Nullable Object> {
    private final String name;
    private final boolean hasDefault;
    private final @Nullable T defaultValue;

    private ContextVar(String name, boolean hasDefault, @Nullable T defaultValue) {
        this.name = Objects.requireNonNull(name, "name");
        this.hasDefault = hasDefault;
        this.defaultValue = defaultValue;
    }

    /**
     * A variable without a default.
     *
     * @param name shown in messages
     * @return the variable
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> ContextVar<T> of(String name) {
        return new ContextVar<>(name, false, null);
    }

    /**
     * A variable with a default.
     *
     * @param name shown in messages
     * @param defaultValue its value where none has been set
     * @return the variable
     * @param <T> the type of the value
     */
    public static <T extends @Nullable Object> ContextVar<T> withDefault(String name, T defaultValue) {
        return new ContextVar<>(name, true, defaultValue);
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /**
     * The value in the current context, else the default.
     *
     * @return the value
     * @throws NoSuchElementException if there is neither
     */
    @SuppressWarnings("NullAway") // hasDefault says that defaultValue is a T
    public T get() {
        Bindings bindings = Context.currentBindings();
        int index = bindings.indexOf(this);
        if (index >= 0) {
            return bindings.valueAt(index);
        }
        if (hasDefault) {
            return defaultValue;
        }
        throw new NoSuchElementException(this + " has no value in the current context and no default");
    }

    /**
     * The value in the current context, else {@code fallback}; the variable's own default is not looked at.
     *
     * @param fallback returned where none has been set
     * @return the value
     */
    public T get(T fallback) {
        Bindings bindings = Context.currentBindings();
        int index = bindings.indexOf(this);
        return index >= 0 ? bindings.valueAt(index) : fallback;
    }

    /**
     * Sets the value in the current context, and only there.
     *
     * @param value the new value
     * @return what undoes it, by {@link #reset} or as a try-with-resources
     */
    public Token<T> set(T value) {
        Context context = Context.current();
        Bindings before = context.bindings();
        context.setBindings(before.with(this, value));
        int index = before.indexOf(this);
        return new Token<>(this, context, index >= 0, index >= 0 ? before.<T>valueAt(index) : null);
    }

    /**
     * Puts back what was there before the {@link #set} that returned the token, "no value" included.
     *
     * @param token from {@code set}
     * @throws IllegalArgumentException if the token is another variable's, or was made in another context
     * @throws IllegalStateException if the token has been used
     */
    public void reset(Token<T> token) {
        Context context = Context.current();
        token.use(this, context);
        Bindings bindings = context.bindings();
        context.setBindings(token.hadValue() ? bindings.with(this, token.old()) : bindings.without(this));
    }

    @Override
    public String toString() {
        return "ContextVar[" + name + "]";
    }
}
