package dev.weft.testing;

import dev.weft.LoopClock;
import java.time.Duration;

/** Time that moves only when told to, or by jumping to the next timer when a loop has nothing else to do. */
public final class VirtualClock implements LoopClock {
    private long nanos;
    private boolean autoJump = true;

    /** A clock at zero that jumps. */
    public VirtualClock() {}

    @Override
    public long nanos() {
        return nanos;
    }

    /**
     * Whether time jumps to the next timer when the loop has nothing else to do; on at first.
     *
     * @param jump whether it does
     */
    public void autoJump(boolean jump) {
        autoJump = jump;
    }

    /** {@return whether time jumps by itself} */
    public boolean autoJump() {
        return autoJump;
    }

    /**
     * Moves the time. Timers fire when the loop next looks: all that are due by then, in the order of their deadlines.
     *
     * @param by how far, not negative
     */
    public void advance(Duration by) {
        nanos = Math.addExact(nanos, notNegative(by));
    }

    @Override
    public boolean skip(long wait) {
        if (!autoJump || wait == Long.MAX_VALUE) {
            return false;
        }
        nanos += wait;
        return true;
    }

    static long notNegative(Duration by) {
        if (by.isNegative()) {
            throw new IllegalArgumentException("time does not go back, got " + by);
        }
        return by.toNanos();
    }
}
