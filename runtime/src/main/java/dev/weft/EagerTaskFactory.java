package dev.weft;

import org.jspecify.annotations.Nullable;

/** Turns eager start on where the caller has not decided, and lets another factory, or the loop, make the task. */
final class EagerTaskFactory implements TaskFactory {
    private final @Nullable TaskFactory delegate;

    EagerTaskFactory(@Nullable TaskFactory delegate) {
        this.delegate = delegate;
    }

    @Override
    public <T extends @Nullable Object> Task<T> create(EventLoop loop, Coroutine<T> coroutine, TaskOptions options) {
        TaskOptions eager = options.eagerStart() == null ? options.eagerStart(true) : options;
        return delegate == null ? loop.newTask(coroutine, eager) : delegate.create(loop, coroutine, eager);
    }
}
