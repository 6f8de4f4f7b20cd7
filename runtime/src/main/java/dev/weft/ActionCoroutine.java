package dev.weft;

import org.jspecify.annotations.Nullable;

/** A body without a value. {@link Task} knows it, and runs the action itself. */
record ActionCoroutine(Action action) implements Coroutine<@Nullable Void> {
    @Override
    public @Nullable Void call() throws Exception {
        action.run();
        return null;
    }
}
