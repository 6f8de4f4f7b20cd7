package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * How much of the stacks a call graph shows. Immutable: each setter returns a changed copy. Mirrors the keywords of
 * {@code asyncio.capture_call_graph}.
 */
public final class CallGraphOptions {
    /** Whole stacks, that of the current task from the calling method on. */
    public static final CallGraphOptions DEFAULT = new CallGraphOptions(1, null);

    private final int depth;
    private final @Nullable Integer limit;

    private CallGraphOptions(int depth, @Nullable Integer limit) {
        this.depth = depth;
        this.limit = limit;
    }

    /**
     * Where the stack of the current task begins: 0 for the capturing call itself, 1 for its caller, 2 for the caller's caller, and so on.
     * Other tasks' stacks are shown from where they wait.
     *
     * @param depth how many of the newest frames to leave out
     * @return changed copy
     * @throws IllegalArgumentException if negative
     */
    public CallGraphOptions depth(int depth) {
        if (depth < 0) {
            throw new IllegalArgumentException("depth must not be negative, got " + depth);
        }
        return new CallGraphOptions(depth, limit);
    }

    /**
     * How many frames of each stack are kept: if positive, that many nearest to where it waits; if negative, that many of the outermost; none
     * if 0.
     *
     * @param limit how many
     * @return changed copy
     */
    public CallGraphOptions limit(int limit) {
        return new CallGraphOptions(depth, limit);
    }

    int depth() {
        return depth;
    }

    /** Null for all of them. */
    @Nullable
    Integer limit() {
        return limit;
    }
}
