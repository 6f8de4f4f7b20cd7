package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * How a task started with {@link TaskGroup#start} says that it is ready. Mirrors trio's {@code task_status}.
 *
 * @param <T> the type of what it reports
 */
public interface TaskStatus<T extends @Nullable Object> {
    /**
     * The task is ready: {@code start} returns this value, and the task is an ordinary one of its group from now on. Without effect if
     * whoever waits in {@code start} was cancelled: so is this task then.
     *
     * @param value what {@code start} returns
     * @throws IllegalStateException if it was called before
     */
    void started(T value);
}
