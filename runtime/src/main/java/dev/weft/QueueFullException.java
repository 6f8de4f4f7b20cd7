package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * {@code putNowait} found no room. Mirrors {@code asyncio.QueueFull}.
 */
public final class QueueFullException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public QueueFullException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public QueueFullException(@Nullable String message) {
        super(message);
    }
}
