package dev.weft.io.http;

import java.io.Serial;

/** Thrown by a handler to answer with a status and a short text. Mirrors {@code tornado.web.HTTPError}. */
public final class HttpStatusException extends RuntimeException {
    @Serial
    private static final long serialVersionUID = 1;

    /** The status to answer with. */
    private final int status;

    /**
     * An answer.
     *
     * @param status its status, 400 to 599
     * @param message its text: the peer sees it
     * @throws IllegalArgumentException if the status is no error
     */
    public HttpStatusException(int status, String message) {
        super(message);
        if (status < 400 || status > 599) {
            throw new IllegalArgumentException("an error has a status from 400 to 599, got " + status);
        }
        this.status = status;
    }

    /** {@return the status of the answer} */
    public int status() {
        return status;
    }
}
