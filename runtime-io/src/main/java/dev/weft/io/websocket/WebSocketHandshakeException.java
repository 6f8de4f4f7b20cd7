package dev.weft.io.websocket;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A server did not answer a client's handshake as the server of a WebSocket does. */
public final class WebSocketHandshakeException extends IOException {
    private static final long serialVersionUID = 1L;

    /** The HTTP status of the answer; 0 if there was none. */
    private final int status;

    private final transient Map<String, List<String>> headers;

    WebSocketHandshakeException(
            String message, int status, Map<String, List<String>> headers, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.headers = headers;
    }

    /** {@return the HTTP status of the answer: 101 if the status was right and the rest was not, 0 if there was no answer} */
    public int status() {
        return status;
    }

    /**
     * The answer's header fields of a name, such as {@code Location} or {@code WWW-Authenticate}.
     *
     * @param name the name, in whatever case
     * @return their values
     */
    public List<String> headers(String name) {
        return headers == null ? List.of() : headers.getOrDefault(name, List.of());
    }
}
