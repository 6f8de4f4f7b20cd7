package dev.weft.io;

import java.io.IOException;

/** What a peer sent is not a message in the agreed form. Where the next one begins is unknown: the connection is of no more use. */
public final class FrameException extends IOException {
    private static final long serialVersionUID = 1L;

    FrameException(String message) {
        super(message);
    }
}
