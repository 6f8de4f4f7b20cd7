package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * How something ended: with a value or with an exception.
 *
 * @param <T> the type of the value
 */
public sealed interface Outcome<T extends @Nullable Object> {
    /**
     * It returned.
     *
     * @param value what it returned
     * @param <T> the type of the value
     */
    record Value<T extends @Nullable Object>(T value) implements Outcome<T> {}

    /**
     * It threw, or was cancelled.
     *
     * @param exception what it threw, a {@link CancelledError} if it was cancelled
     * @param <T> the type the value would have had
     */
    record Failure<T extends @Nullable Object>(Throwable exception) implements Outcome<T> {}
}
