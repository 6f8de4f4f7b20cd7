package dev.weft;

import java.util.Objects;

/**
 * One call in a {@link FutureCallGraph}. Mirrors {@code asyncio.FrameCallGraphEntry}.
 *
 * @param frame the method, and the line in it
 */
public record FrameCallGraphEntry(StackTraceElement frame) {
    /** Checks that there is a frame. */
    public FrameCallGraphEntry {
        Objects.requireNonNull(frame, "frame");
    }
}
