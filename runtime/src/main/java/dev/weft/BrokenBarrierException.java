package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A {@code Barrier} was aborted or reset while a task waited at it. Mirrors {@code asyncio.BrokenBarrierError}.
 */
public final class BrokenBarrierException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public BrokenBarrierException() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public BrokenBarrierException(@Nullable String message) {
        super(message);
    }
}
