package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * {@code getNowait} found nothing. Mirrors {@code asyncio.QueueEmpty}.
 */
public final class QueueEmptyException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public QueueEmptyException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public QueueEmptyException(@Nullable String message) {
        super(message);
    }
}
