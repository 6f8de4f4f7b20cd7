package dev.weft;

/** The source of a loop's time. Loops use {@link #system()} unless built with another, as tests with virtual time are. */
public interface LoopClock {
    /** {@return monotonic nanoseconds, never negative} */
    long nanos();

    /**
     * Asked when the loop has nothing to do for that long and nobody outside can give it anything. A virtual clock may let the time
     * pass at once.
     *
     * @param nanos how long, {@link Long#MAX_VALUE} if there is no timer either
     * @return whether it did; {@code false} makes the loop wait in real time
     */
    default boolean skip(long nanos) {
        return false;
    }

    /** {@return the machine's clock: nanoseconds since the first use of Weft in this JVM, comparable between loops} */
    static LoopClock system() {
        return SystemClock.INSTANCE;
    }
}
