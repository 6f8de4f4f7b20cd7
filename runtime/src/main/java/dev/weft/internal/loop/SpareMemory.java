package dev.weft.internal.loop;

import org.jspecify.annotations.Nullable;

/**
 * Memory put by for what must not fail when the heap is full: telling those who wait that what they wait for is done, ending a task,
 * giving the loop back. Who runs out of memory there lets go of this, and tries again; where that is not enough, a few more times, since others
 * may free some. One for all loops: the watchdog puts it by anew.
 */
public final class SpareMemory {
    private static final int BYTES = 256 * 1024;
    private static final int MOST_ATTEMPTS = 50;
    private static final long PAUSE_NANOS = 5_000_000;

    /** Trying costs a collection of the whole heap where there is none. */
    private static final long BETWEEN_TRIALS_NANOS = 1_000_000_000;

    private static volatile byte @Nullable [] kept;
    private static volatile boolean tight;
    private static volatile long lastTrial;

    private SpareMemory() {}

    /** Puts it by if that was not done, or it is used up. Any thread; two at once do no harm. */
    public static void putBy() {
        if (kept == null) {
            long now = System.nanoTime();
            if (tight && now - lastTrial < BETWEEN_TRIALS_NANOS) {
                return;
            }
            lastTrial = now;
            try {
                kept = new byte[BYTES];
                tight = false;
            } catch (OutOfMemoryError _) {
                tight = true;
            }
        }
    }

    /** Looks whether as much could be put by again, and lets go of what is kept if not. Any thread. */
    public static boolean heapIsFull() {
        try {
            kept = new byte[BYTES];
            return false;
        } catch (OutOfMemoryError _) {
            letGo(0);
            return true;
        }
    }

    /** Whether it was needed, and could not be put by since. Any thread. */
    public static boolean tight() {
        return tight;
    }

    /**
     * Gives others memory, or time to free some.
     *
     * @param attempt how often what must not fail has failed, this time not counted
     * @return whether to try again; after so many times there is no hope
     */
    public static boolean letGo(int attempt) {
        if (kept != null) {
            lastTrial = System.nanoTime();
            tight = true;
            kept = null;
        } else if (attempt > 0) {
            // Not asleep: this may be the loop's own stack.
            long began = System.nanoTime();
            while (System.nanoTime() - began < PAUSE_NANOS) {
                Thread.onSpinWait();
            }
        }
        return attempt < MOST_ATTEMPTS;
    }
}
