package dev.weft.internal.loop;

import java.util.concurrent.TimeUnit;

/**
 * Notices a selector that keeps returning before its time and with nothing, as those of the JDK have done on some kernels: the loop would run
 * at full speed for ever. After {@value #MANY} such returns in a row the selector is to be replaced. Where that does not help, the loop pauses
 * for a millisecond at each, and the selector is replaced after twice as many returns as the last time.
 */
final class EmptyPolls {
    static final int MANY = 512;

    private static final int MOST = 1 << 20;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private int inARow;
    private int limit = MANY;
    private boolean replaced;

    /** One more. Returns whether the selector should be replaced. */
    boolean add() {
        inARow++;
        if (inARow < limit) {
            return false;
        }
        inARow = 0;
        limit = Math.min(limit * 2, MOST);
        replaced = true;
        return true;
    }

    /** How long to pause after that one. */
    long pauseNanos() {
        return replaced ? PAUSE_NANOS : 0;
    }

    /** A poll has found something, was woken, or took its time. */
    void end() {
        inARow = 0;
        limit = MANY;
        replaced = false;
    }
}
