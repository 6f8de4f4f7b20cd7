package dev.weft.testing;

import dev.weft.LoopControl;
import java.util.List;
import java.util.SplittableRandom;

/** Any order is as likely as any other. */
final class RandomStrategy implements Strategy {
    private static final int ONE_YIELD_IN = 8;
    private static final int ONE_CANCELLATION_IN = 12;

    private final SplittableRandom random;

    RandomStrategy(long seed) {
        random = new SplittableRandom(seed);
    }

    @Override
    public int order(List<LoopControl.Entry> candidates) {
        return random.nextInt(candidates.size());
    }

    @Override
    public int yields() {
        return random.nextInt(ONE_YIELD_IN) == 0 ? 1 : 0;
    }

    @Override
    public int cancels() {
        return random.nextInt(ONE_CANCELLATION_IN) == 0 ? 1 + random.nextInt(2) : 0;
    }
}
