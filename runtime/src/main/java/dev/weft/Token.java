package dev.weft;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What undoes one {@link ContextVar#set}: by {@link ContextVar#reset}, or by leaving a try-with-resources. Mirrors
 * {@code contextvars.Token}.
 *
 * @param <T> the type of the value
 */
public final class Token<T extends @Nullable Object> implements AutoCloseable {
    private final ContextVar<T> variable;
    private final Context context;
    private final boolean hadValue;
    private final @Nullable T old;
    private boolean used;

    Token(ContextVar<T> variable, Context context, boolean hadValue, @Nullable T old) {
        this.variable = variable;
        this.context = context;
        this.hadValue = hadValue;
        this.old = old;
    }

    /** {@return the variable that was set} */
    public ContextVar<T> var() {
        return variable;
    }

    /** {@return the value before, empty if there was none or it was null} */
    @SuppressWarnings({"unchecked", "NullAway"}) // Optional takes the non-null part of T
    public Optional<T> oldValue() {
        return (Optional<T>) Optional.ofNullable((Object) old);
    }

    /** {@return whether the variable had a value before} */
    public boolean hadValue() {
        return hadValue;
    }

    /**
     * Puts the old value back.
     *
     * @throws IllegalArgumentException if the token was made in another context
     * @throws IllegalStateException if it has been used
     */
    @Override
    public void close() {
        variable.reset(this);
    }

    @SuppressWarnings("NullAway") // hadValue says that old is a T
    T old() {
        return old;
    }

    void use(ContextVar<T> by, Context current) {
        if (used) {
            throw new IllegalStateException(this + ": token already used");
        }
        if (by != variable) {
            throw new IllegalArgumentException(this + " was made by another variable than " + by);
        }
        if (current != context) {
            throw new IllegalArgumentException(this + " was made in another context");
        }
        used = true;
    }

    @Override
    public String toString() {
        return "Token[" + variable.name() + (used ? ", used]" : "]");
    }
}
