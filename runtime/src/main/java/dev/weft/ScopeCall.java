package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A {@link ScopeBody} with a value.
 *
 * @param <S> the scope
 * @param <T> the type of the value
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface ScopeCall<S, T extends @Nullable Object, X extends Exception> {
    /**
     * Runs it.
     *
     * @param scope the scope it runs in
     * @return its value
     * @throws X as declared
     */
    T call(S scope) throws X;
}
