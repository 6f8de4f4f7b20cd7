package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Dice;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Three hundred random programs around one condition: tasks that wait, notify, hold its lock, and are cancelled.
 *
 * <p>A line is a program, as in {@link RandomSchedules}.
 */
final class RandomConditions implements Program {
    private static final String NAMES = "abcd";
    private static final int STEPS = 5;

    private record Step(int action, int choice) {}

    private static void yields(int times) {
        for (int n = 0; n < times; n++) {
            yieldNow();
        }
    }

    private static final class Play {
        private final List<Boolean> stubborn;
        private final List<List<Step>> plan;
        private final Condition condition = new Condition();
        private int level;
        private List<Task<Void>> tasks = List.of();
        private final StringBuilder log = new StringBuilder();

        Play(int seed, boolean cancels) {
            var dice = new Dice(seed);
            stubborn = Stream.generate(() -> dice.roll(3) == 0)
                    .limit(NAMES.length())
                    .toList();
            plan = Stream.generate(() -> Stream.generate(() -> new Step(dice.roll(cancels ? 7 : 6), dice.roll(12)))
                            .limit(STEPS)
                            .toList())
                    .limit(NAMES.length())
                    .toList();
        }

        void player(int me) {
            for (int n = 0; n < STEPS; n++) {
                var step = plan.get(me).get(n);
                try {
                    step(step.action(), step.choice());
                    log.append(NAMES.charAt(me)).append(n);
                } catch (CancelledError error) {
                    log.append(NAMES.charAt(me)).append(n).append('!');
                    if (!stubborn.get(me)) {
                        throw error;
                    }
                }
            }
        }

        void step(int action, int choice) {
            switch (action) {
                case 0 -> yields(1 + choice % 3);
                case 1, 2 -> {
                    try (var _ = condition.hold()) {
                        condition.await();
                        yields(choice % 2);
                    }
                }
                case 3 -> {
                    try (var _ = condition.hold()) {
                        condition.signal(choice % 4);
                        yields(choice % 3);
                    }
                }
                case 4 -> {
                    try (var _ = condition.hold()) {
                        level++;
                        condition.signalAll();
                    }
                }
                case 5 -> {
                    try (var _ = condition.hold()) {
                        condition.awaitUntil(() -> level > choice % 3);
                    }
                }
                case 6 -> tasks.get(choice % 4).cancel();
                default -> throw new AssertionError(action);
            }
        }

        String run() {
            tasks = IntStream.range(0, NAMES.length())
                    .mapToObj(me -> createTask(() -> player(me)))
                    .toList();
            for (int turn = 0; turn < 60; turn++) {
                log.append('.');
                if (turn >= 25) {
                    log.append('|');
                    for (var task : tasks) {
                        task.cancel();
                    }
                }
                yieldNow();
            }
            return log.toString().replaceFirst("[.|]+$", "");
        }
    }

    @Override
    public void main() {
        for (int seed = 0; seed < 300; seed++) {
            var play = new Play(seed, seed % 2 == 0);
            var line = play.run();
            trace(seed, line, outcomes(new ArrayList<Future<?>>(play.tasks)));
        }
    }
}
