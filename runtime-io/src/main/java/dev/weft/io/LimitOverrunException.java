package dev.weft.io;

import java.io.IOException;

/** A reader's limit was reached before a separator was found. Mirrors {@code asyncio.LimitOverrunError}. */
public final class LimitOverrunException extends IOException {
    private static final long serialVersionUID = 1L;

    /** How far the buffer was searched, or where the separator is. */
    private final int consumed;

    LimitOverrunException(String message, int consumed) {
        super(message);
        this.consumed = consumed;
    }

    /** {@return how many bytes in front can be taken away without losing a separator: none begins in them} */
    public int consumed() {
        return consumed;
    }
}
