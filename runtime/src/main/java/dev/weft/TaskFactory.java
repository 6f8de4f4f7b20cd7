package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Makes the tasks of a loop: set with {@link EventLoop#setTaskFactory}. A generic method, so an implementation is a class, not a
 * lambda. Mirrors asyncio's task factories.
 */
public interface TaskFactory {
    /** Starts each task at once, inside the call that creates it. Mirrors {@code asyncio.eager_task_factory}. */
    TaskFactory EAGER = new EagerTaskFactory(null);

    /**
     * Creates a task, normally by {@link EventLoop#newTask}.
     *
     * @param loop the loop that asks
     * @param coroutine the body
     * @param options name, context, eager start as the caller gave them
     * @return the task
     * @param <T> the type of its value
     */
    <T extends @Nullable Object> Task<T> create(EventLoop loop, Coroutine<T> coroutine, TaskOptions options);

    /**
     * A factory that starts tasks eagerly and lets {@code delegate} make them. Mirrors {@code asyncio.create_eager_task_factory}.
     *
     * @param delegate makes the tasks
     * @return the eager factory
     */
    static TaskFactory eager(TaskFactory delegate) {
        return new EagerTaskFactory(java.util.Objects.requireNonNull(delegate, "delegate"));
    }
}
