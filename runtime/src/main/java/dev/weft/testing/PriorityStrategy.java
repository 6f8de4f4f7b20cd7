package dev.weft.testing;

import dev.weft.LoopControl;
import dev.weft.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Each task gets a priority at random, and the highest comes first; at a few random moments whoever is first falls behind all others.
 * Finds, with a known probability, what needs few changes of order to go wrong, however long the program is (probabilistic concurrency
 * testing, Burckhardt et al. 2010).
 */
final class PriorityStrategy implements Strategy {
    private static final int CHANGES = 3;
    private static final int SHORTEST = 8;
    private static final int DOUBLINGS = 8;
    private static final int ONE_YIELD_IN = 16;
    private static final int ONE_CANCELLATION_IN = 12;

    private final SplittableRandom random;
    private final Map<Task<?>, Double> priorities = new HashMap<>();
    private final long[] changes = new long[CHANGES];
    private long step;
    private double lowest;

    PriorityStrategy(long seed) {
        random = new SplittableRandom(seed);
        // Nobody knows how long the program is, and the seed alone must decide.
        int length = SHORTEST << random.nextInt(DOUBLINGS);
        for (int i = 0; i < CHANGES; i++) {
            changes[i] = random.nextInt(length);
        }
    }

    @Override
    public int order(List<LoopControl.Entry> candidates) {
        int first = highest(candidates);
        for (long change : changes) {
            Task<?> task = candidates.get(first).task();
            if (change == step && task != null) {
                lowest -= 1;
                priorities.put(task, lowest);
                first = highest(candidates);
            }
        }
        step++;
        return first;
    }

    private int highest(List<LoopControl.Entry> candidates) {
        int best = 0;
        double highest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < candidates.size(); i++) {
            Task<?> task = candidates.get(i).task();
            double priority = task == null ? 0.5 : priorities.computeIfAbsent(task, ignored -> random.nextDouble());
            if (priority > highest) {
                highest = priority;
                best = i;
            }
        }
        return best;
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
