package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * Thrown at the pending {@code emit} of a generator that is being closed, so that its {@code finally} blocks run. Mirrors Python's
 * {@code GeneratorExit}.
 */
public final class GeneratorExit extends Error {
    private static final long serialVersionUID = 1L;

    /** Without a message. */
    public GeneratorExit() {}

    /**
     * With a message.
     *
     * @param message what happened
     */
    public GeneratorExit(@Nullable String message) {
        super(message);
    }
}
