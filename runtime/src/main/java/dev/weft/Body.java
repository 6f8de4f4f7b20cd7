package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Code that runs inline, in the task that calls, so that its checked exception is the caller's to catch.
 *
 * @param <T> the type of the value
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface Body<T extends @Nullable Object, X extends Exception> {
    /**
     * Runs it.
     *
     * @return its value
     * @throws X as declared
     */
    T call() throws X;
}
