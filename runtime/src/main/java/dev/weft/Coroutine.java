package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The body of a task, where Python has a coroutine object. It may suspend, and throw what it likes: its outcome becomes the task's.
 *
 * @param <T> the type of the value
 */
@FunctionalInterface
public interface Coroutine<T extends @Nullable Object> {
    /**
     * Runs the body.
     *
     * @return the task's value
     * @throws Exception what the task fails with
     */
    T call() throws Exception;
}
