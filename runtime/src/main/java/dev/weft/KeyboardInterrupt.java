package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by {@link Asyncio#run} and {@link Runner#run} after SIGINT (Ctrl-C) has cancelled the main task. Mirrors Python's
 * {@code KeyboardInterrupt}.
 */
public final class KeyboardInterrupt extends Error {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public KeyboardInterrupt() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public KeyboardInterrupt(@Nullable String message) {
        super(message);
    }
}
