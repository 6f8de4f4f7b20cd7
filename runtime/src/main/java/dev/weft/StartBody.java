package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The body of a task that says when it is ready: see {@link TaskGroup#start}.
 *
 * @param <T> the type of what it reports
 */
@FunctionalInterface
public interface StartBody<T extends @Nullable Object> {
    /**
     * Runs the body.
     *
     * @param status to be told, once, when the task is ready
     * @throws Exception what the task fails with
     */
    void run(TaskStatus<T> status) throws Exception;
}
