package dev.weft.io.websocket;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no {@link WebSocket} to receive from or to send to any more. Mirrors {@code websockets.ConnectionClosed} of Python. */
public final class WebSocketClosedException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The close code. */
    private final int code;
    /** The reason that came with the code. */
    private final String reason;
    /** Whether the peer meant to end the connection here. */
    private final boolean normal;

    WebSocketClosedException(int code, String reason, boolean normal, @Nullable Throwable cause) {
        super(message(code, reason, cause), cause);
        this.code = code;
        this.reason = reason;
        this.normal = normal;
    }

    private static String message(int code, String reason, @Nullable Throwable cause) {
        String meaning = switch (code) {
            case CloseCode.NO_STATUS -> " (no code given)";
            case CloseCode.ABNORMAL -> " (without a close frame of the peer)";
            default -> "";
        };
        return "the WebSocket is closed with code " + code + meaning + (reason.isEmpty() ? "" : ", " + reason)
                + (cause == null ? "" : ": " + cause.getMessage());
    }

    /** {@return the code of the peer's close frame; 1005 if it had none, 1006 if there was no close frame} */
    public int code() {
        return code;
    }

    /** {@return the reason in the peer's close frame, empty for none} */
    public String reason() {
        return reason;
    }

    /**
     * Whether this is an end as it should be, at which a loop over the messages simply ends: the peer closed with 1000, 1001 or without a
     * code, or it answered when this side closed.
     *
     * @return whether it is
     */
    public boolean isNormal() {
        return normal;
    }
}
