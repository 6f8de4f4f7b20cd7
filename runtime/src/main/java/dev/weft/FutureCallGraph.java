package dev.weft;

import java.util.List;
import java.util.Objects;

/**
 * Where a task, or a future, stands at a moment, and who waits for it. Made by {@link Asyncio#captureCallGraph()}; immutable, and not
 * updated. Mirrors {@code asyncio.FutureCallGraph}.
 *
 * @param future the task or future
 * @param callStack the calls a task is inside of, innermost first; empty for a plain future, and for a task that is done
 * @param awaitedBy those who wait for it. Whoever waits in a circle appears a second time, without stack and awaiters
 */
public record FutureCallGraph(Future<?> future, List<FrameCallGraphEntry> callStack, List<FutureCallGraph> awaitedBy) {
    /** Copies the lists. */
    public FutureCallGraph {
        Objects.requireNonNull(future, "future");
        callStack = List.copyOf(callStack);
        awaitedBy = List.copyOf(awaitedBy);
    }
}
