package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Coroutine} with an argument: what {@link Asyncio#map} runs for each item.
 *
 * @param <T> the type of the argument
 * @param <R> the type of the value
 */
@FunctionalInterface
public interface CoroutineFunction<T extends @Nullable Object, R extends @Nullable Object> {
    /**
     * Runs the body.
     *
     * @param argument the argument
     * @return the value
     * @throws Exception what the task fails with
     */
    R apply(T argument) throws Exception;
}
