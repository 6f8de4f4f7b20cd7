package dev.weft.io;

import java.net.SocketException;

/** The peer, or the network, broke the connection. Mirrors {@code ConnectionResetError}. */
public final class ConnectionResetException extends SocketException {
    private static final long serialVersionUID = 1L;

    /**
     * With a message.
     *
     * @param message what happened
     */
    public ConnectionResetException(String message) {
        super(message);
    }

    /**
     * With a message and what it was made from.
     *
     * @param message what happened
     * @param cause the JDK's exception
     */
    public ConnectionResetException(String message, Throwable cause) {
        super(message, cause);
    }
}
