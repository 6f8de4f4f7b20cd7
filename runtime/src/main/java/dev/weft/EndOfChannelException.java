package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Nothing more comes out of a channel: all its senders are closed, and its items have been received. As trio's {@code EndOfChannel}.
 */
public final class EndOfChannelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public EndOfChannelException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public EndOfChannelException(@Nullable String message) {
        super(message);
    }
}
