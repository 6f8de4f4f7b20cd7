package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Called by the loop, in its turn, after a future is done.
 *
 * @param <T> the type of the future's value
 */
@FunctionalInterface
public interface DoneCallback<T extends @Nullable Object> {
    /**
     * Receives the future.
     *
     * @param future the future, done
     * @throws Exception goes to the loop's exception handler
     */
    void done(Future<? extends T> future) throws Exception;
}
