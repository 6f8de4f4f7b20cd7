package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The system cannot send this file by itself and no fallback was allowed. Mirrors {@code asyncio.SendfileNotAvailableError}.
 */
public final class SendfileNotAvailableException extends UnsupportedOperationException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public SendfileNotAvailableException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public SendfileNotAvailableException(@Nullable String message) {
        super(message);
    }
}
