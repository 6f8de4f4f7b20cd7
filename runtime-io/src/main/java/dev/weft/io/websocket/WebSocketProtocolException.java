package dev.weft.io.websocket;

import java.io.IOException;

/** The peer of a {@link WebSocket} sent what it must not send, or more than was allowed. The connection ends with it. */
public final class WebSocketProtocolException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The close code that the violation is answered with. */
    private final int code;

    /**
     * A violation.
     *
     * @param code the close code that tells the peer of it
     * @param message what it did
     */
    public WebSocketProtocolException(int code, String message) {
        super(message);
        this.code = code;
    }

    /** {@return the close code the peer is told: 1002, 1007 or 1009} */
    public int code() {
        return code;
    }
}
