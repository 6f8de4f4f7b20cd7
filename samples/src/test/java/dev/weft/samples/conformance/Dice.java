package dev.weft.samples.conformance;

import java.time.Duration;

/** Dice that fall the same way in every language, the twin of {@code dice.py}. */
public final class Dice {
    private long state;

    public Dice(int seed) {
        state = seed;
    }

    public int roll(int sides) {
        state = (state * 1103515245 + 12345) % (1L << 31);
        return (int) ((state >> 16) % sides);
    }

    /** Up to so many microseconds, with odd nanoseconds, so that no two moments are the same. */
    public Duration duration(int microseconds) {
        return Duration.ofNanos(roll(microseconds) * 1000L + 1 + roll(997));
    }
}
