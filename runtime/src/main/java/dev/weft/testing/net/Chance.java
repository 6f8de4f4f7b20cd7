package dev.weft.testing.net;

import java.util.SplittableRandom;

/** What a seed decides. Draws nothing where there is only one possibility, so that a setting that is off changes nothing. */
public final class Chance {
    /** So that these are not the numbers which decide about the order of tasks. */
    private static final long OTHER_NUMBERS = 0x9E37_79B9_7F4A_7C15L;

    private final SplittableRandom random;

    /**
     * The same decisions for the same seed.
     *
     * @param seed the seed
     */
    public Chance(long seed) {
        random = new SplittableRandom(seed ^ OTHER_NUMBERS);
    }

    boolean happens(double probability) {
        return probability > 0 && random.nextDouble() < probability;
    }

    long between(long least, long most) {
        return least == most ? least : random.nextLong(least, most + 1);
    }
}
