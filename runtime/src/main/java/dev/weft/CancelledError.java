package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Thrown where a task waits, when it has been cancelled. An {@link Error}, so that {@code catch (Exception e)} does not swallow it;
 * clean up in {@code finally} and let it pass. Mirrors {@code asyncio.CancelledError}.
 */
public final class CancelledError extends Error {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public CancelledError() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public CancelledError(@Nullable String message) {
        super(message);
    }
}
