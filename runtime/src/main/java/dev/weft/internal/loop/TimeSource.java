package dev.weft.internal.loop;

/** The only source of time of a loop. */
public interface TimeSource {
    /** Monotonic nanoseconds. */
    long nanos();

    /**
     * Asked when the loop has nothing to do for that long and nobody outside can give it anything: a virtual clock may let the time
     * pass at once.
     *
     * @param nanos how long, {@link Long#MAX_VALUE} if there is no timer either
     * @return whether it did; {@code false} makes the loop wait in real time
     */
    boolean skip(long nanos);
}
