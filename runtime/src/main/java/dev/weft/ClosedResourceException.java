package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * This end was closed on this side, before the call or while it waited. As trio's {@code ClosedResourceError}.
 */
public final class ClosedResourceException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public ClosedResourceException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public ClosedResourceException(@Nullable String message) {
        super(message);
    }
}
