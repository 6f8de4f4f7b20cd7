package dev.weft;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An immutable map from variables, by identity, to values. A context holds a handful of them and is copied with every task and
 * callback, so a copy must be free and a look-up short; a change copies one small array.
 */
final class Bindings {
    static final Bindings EMPTY = new Bindings(new Object[0]);

    /** Variable, value, variable, value ... */
    private final @Nullable Object[] pairs;

    private Bindings(@Nullable Object[] pairs) {
        this.pairs = pairs;
    }

    int size() {
        return pairs.length / 2;
    }

    /** The position of a variable, negative if it has no value. */
    int indexOf(ContextVar<?> variable) {
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == variable) {
                return i / 2;
            }
        }
        return -1;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // put by with(), under the variable's own type
    <T extends @Nullable Object> T valueAt(int index) {
        return (T) pairs[2 * index + 1];
    }

    @SuppressWarnings("NullAway") // variables are never null
    ContextVar<?> variableAt(int index) {
        return (ContextVar<?>) pairs[2 * index];
    }

    Bindings with(ContextVar<?> variable, @Nullable Object value) {
        int index = indexOf(variable);
        @Nullable Object[] copy;
        if (index >= 0) {
            copy = pairs.clone();
            copy[2 * index + 1] = value;
        } else {
            copy = Arrays.copyOf(pairs, pairs.length + 2);
            copy[pairs.length] = variable;
            copy[pairs.length + 1] = value;
        }
        return new Bindings(copy);
    }

    Bindings without(ContextVar<?> variable) {
        int index = indexOf(variable);
        if (index < 0) {
            return this;
        }
        var copy = new @Nullable Object[pairs.length - 2];
        System.arraycopy(pairs, 0, copy, 0, 2 * index);
        System.arraycopy(pairs, 2 * index + 2, copy, 2 * index, copy.length - 2 * index);
        return new Bindings(copy);
    }
}
