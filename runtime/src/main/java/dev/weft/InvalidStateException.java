package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A future was asked for what its state does not allow: a result before it is done, or a second result. Mirrors
 * {@code asyncio.InvalidStateError}.
 */
public final class InvalidStateException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public InvalidStateException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public InvalidStateException(@Nullable String message) {
        super(message);
    }
}
