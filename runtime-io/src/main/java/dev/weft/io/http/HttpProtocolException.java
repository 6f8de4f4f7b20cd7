package dev.weft.io.http;

import java.io.IOException;
import java.io.Serial;

/** The peer sent something that is not HTTP/1.1, or more of it than is allowed. The connection cannot be used any more. */
public final class HttpProtocolException extends IOException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The status that a server answers with. */
    private final int status;

    /**
     * A violation.
     *
     * @param status the status that a server answers it with
     * @param message what was wrong, without what the peer sent
     */
    public HttpProtocolException(int status, String message) {
        super(message);
        this.status = status;
    }

    /** {@return the status that a server answers it with: 400, 408, 413, 414, 417, 431, 501 or 505} */
    public int status() {
        return status;
    }
}
