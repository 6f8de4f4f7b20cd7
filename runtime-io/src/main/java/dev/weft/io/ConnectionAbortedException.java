package dev.weft.io;

import java.net.SocketException;

/** This side gave the connection up. Mirrors {@code ConnectionAbortedError}. */
public final class ConnectionAbortedException extends SocketException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message what happened
     */
    public ConnectionAbortedException(String message) {
        super(message);
    }

    /**
     * With a message and what it was made from.
     *
     * @param message what happened
     * @param cause the JDK's exception
     */
    public ConnectionAbortedException(String message, Throwable cause) {
        super(message, cause);
    }
}
