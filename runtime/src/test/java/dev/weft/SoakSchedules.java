package dev.weft;

import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.WeakHashMap;

/** Orders of execution other than first come, first served, for a {@link Soak}. */
final class SoakSchedules {
    private SoakSchedules() {}

    /** Any entry comes next, and now and then a task gives way once more. */
    static final class Any implements LoopControl.Scheduler {
        private static final int ONE_DELAY_IN = 16;

        private final SplittableRandom random;

        Any(SplittableRandom random) {
            this.random = random;
        }

        @Override
        public int choose(List<LoopControl.Entry> candidates) {
            return candidates.size() == 1 ? 0 : random.nextInt(candidates.size());
        }

        @Override
        public boolean putOff(LoopControl.Entry entry) {
            return random.nextInt(ONE_DELAY_IN) == 0;
        }
    }

    /** The task with the highest priority comes next; at three random moments it gets the lowest of all. */
    static final class Prioritised implements LoopControl.Scheduler {
        private static final int CHANGES = 3;
        private static final int LENGTH = 100_000;

        private final SplittableRandom random;
        private final Map<Task<?>, Integer> priorities = new WeakHashMap<>();
        private final int[] changes = new int[CHANGES];
        private int choices;
        private int lowest;

        Prioritised(SplittableRandom random) {
            this.random = random;
            for (int i = 0; i < CHANGES; i++) {
                changes[i] = random.nextInt(LENGTH);
            }
        }

        @Override
        public int choose(List<LoopControl.Entry> candidates) {
            int first = highest(candidates);
            choices++;
            for (int change : changes) {
                Task<?> task = candidates.get(first).task();
                if (change == choices && task != null) {
                    priorities.put(task, --lowest);
                    first = highest(candidates);
                }
            }
            return first;
        }

        private int highest(List<LoopControl.Entry> candidates) {
            int best = 0;
            int highest = Integer.MIN_VALUE;
            for (int i = 0; i < candidates.size(); i++) {
                int priority = priority(candidates.get(i).task());
                if (priority > highest) {
                    highest = priority;
                    best = i;
                }
            }
            return best;
        }

        private int priority(Task<?> task) {
            return task == null
                    ? Integer.MAX_VALUE / 2
                    : priorities.computeIfAbsent(task, ignored -> random.nextInt(Integer.MAX_VALUE));
        }
    }
}
