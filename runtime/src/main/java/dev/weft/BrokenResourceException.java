package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * The other side is gone: what is sent to a channel whose receivers are all closed reaches nobody. As trio's {@code BrokenResourceError}.
 */
public final class BrokenResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public BrokenResourceException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public BrokenResourceException(@Nullable String message) {
        super(message);
    }
}
