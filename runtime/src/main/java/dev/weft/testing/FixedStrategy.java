package dev.weft.testing;

import dev.weft.LoopControl;
import java.util.List;

/** Decides as it is told, and first come, first served when that is used up. */
final class FixedStrategy implements Strategy {
    private final int[] decisions;
    private int next;

    FixedStrategy(int... decisions) {
        this.decisions = decisions;
    }

    @Override
    public int order(List<LoopControl.Entry> candidates) {
        return next(candidates.size());
    }

    @Override
    public int yields() {
        return next(2);
    }

    @Override
    public int cancels() {
        return next(3);
    }

    /** A program that has been led elsewhere may have fewer alternatives than the one the decisions were made for. */
    private int next(int alternatives) {
        return next < decisions.length ? Math.min(decisions[next++], alternatives - 1) : 0;
    }
}
