package dev.weft.testing;

import java.util.List;

/**
 * A program that {@link ScheduleExplorer} ran has failed: says under which seed or schedule, what that did differently from first come,
 * first served, and how to run it again. The cause is what the program failed with.
 */
public final class ScheduleFailure extends AssertionError {
    private static final long serialVersionUID = 1L;

    /** The seed that fails. */
    private final long seed;
    /** What the schedule hashes to. */
    private final long traceHash;

    private final transient List<String> trace;

    ScheduleFailure(String message, Throwable cause, long seed, long traceHash, List<String> trace) {
        super(message, cause);
        this.seed = seed;
        this.traceHash = traceHash;
        this.trace = trace;
    }

    /** {@return the seed that led to it; -1 if none did, but an exhaustive search} */
    public long seed() {
        return seed;
    }

    /** {@return a hash of all that ran, and when: the same whenever the seed is run again} */
    public long traceHash() {
        return traceHash;
    }

    /** {@return what the shortest failing schedule found does differently from first come, first served} */
    public List<String> trace() {
        return trace;
    }
}
