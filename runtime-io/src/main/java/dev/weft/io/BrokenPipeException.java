package dev.weft.io;

import java.net.SocketException;

/** Nobody is left to read what was written. Mirrors {@code BrokenPipeError}. */
public final class BrokenPipeException extends SocketException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message what happened
     */
    public BrokenPipeException(String message) {
        super(message);
    }

    /**
     * With a message and what it was made from.
     *
     * @param message what happened
     * @param cause the JDK's exception
     */
    public BrokenPipeException(String message, Throwable cause) {
        super(message, cause);
    }
}
