package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The queue has been shut down. Mirrors {@code asyncio.QueueShutDown}.
 */
public final class QueueShutDownException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public QueueShutDownException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public QueueShutDownException(@Nullable String message) {
        super(message);
    }
}
