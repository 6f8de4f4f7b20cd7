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
 * Three hundred random programs: four tasks that yield, lock, wait, gather and cancel one another as the dice say.
 *
 * <p>A line is a program: {@code b2} is step 2 of task b done, {@code b2!} cancelled, {@code .} an iteration of main, {@code |} main
 * cancels what is left.
 */
final class RandomSchedules implements Program {
    private static final String NAMES = "abcd";
    private static final int STEPS = 6;

    private record Step(int action, int choice) {}

    private static void yields(int times) {
        for (int n = 0; n < times; n++) {
            yieldNow();
        }
    }

    private static final class Play {
        private final List<Boolean> stubborn;
        private final List<List<Step>> plan;
        private final List<Lock> locks = List.of(new Lock(), new Lock());
        private final List<Event> events = List.of(new Event(), new Event());
        private final List<Future<Void>> futures;
        private final Semaphore semaphore = new Semaphore(2);
        private List<Task<Void>> tasks = List.of();
        private final StringBuilder log = new StringBuilder();

        Play(int seed) {
            var dice = new Dice(seed);
            stubborn = Stream.generate(() -> dice.roll(3) == 0)
                    .limit(NAMES.length())
                    .toList();
            plan = Stream.generate(() -> Stream.generate(() -> new Step(dice.roll(13), dice.roll(12)))
                            .limit(STEPS)
                            .toList())
                    .limit(NAMES.length())
                    .toList();
            var loop = getRunningLoop();
            futures = List.of(loop.createFuture(), loop.createFuture(), loop.createFuture());
        }

        void player(int me) {
            for (int n = 0; n < STEPS; n++) {
                var step = plan.get(me).get(n);
                try {
                    step(me, step.action(), step.choice());
                    log.append(NAMES.charAt(me)).append(n);
                } catch (CancelledError error) {
                    log.append(NAMES.charAt(me)).append(n).append('!');
                    if (!stubborn.get(me)) {
                        throw error;
                    }
                }
            }
        }

        void step(int me, int action, int choice) {
            var lock = locks.get(choice % 2);
            var event = events.get(choice % 2);
            var future = futures.get(choice % 3);
            var task = tasks.get(choice % 4);
            var earlier = choice % 4 <= me ? tasks.subList(0, choice % 4) : List.<Task<Void>>of();
            switch (action) {
                case 0 -> yieldNow();
                case 1 -> {
                    try (var _ = lock.hold()) {
                        yields(choice % 3);
                    }
                }
                case 2 -> {
                    try (var _ = semaphore.hold()) {
                        yields(choice % 3);
                    }
                }
                case 3 -> event.await();
                case 4 -> event.set();
                case 5 -> event.clear();
                case 6 -> future.await();
                case 7 -> {
                    if (!future.done()) {
                        future.setResult(null);
                    }
                }
                case 8 -> task.cancel();
                case 9 -> {
                    for (var other : earlier) {
                        other.await();
                    }
                }
                case 10 -> {
                    for (var other : earlier) {
                        shield(other).await();
                    }
                }
                case 11 -> {
                    if (!earlier.isEmpty()) {
                        Asyncio.wait(earlier, ReturnWhen.FIRST_COMPLETED);
                    }
                    gather(createTask(() -> yields(choice % 3)), createTask(() -> yields(2)))
                            .await();
                }
                case 12 ->
                    taskGroup(group -> {
                        group.createTask(() -> yields(choice % 3));
                        group.createTask(() -> yields(1));
                    });
                default -> throw new AssertionError(action);
            }
        }

        String run() {
            tasks = IntStream.range(0, NAMES.length())
                    .mapToObj(me -> createTask(() -> player(me)))
                    .toList();
            for (int turn = 0; turn < 60; turn++) {
                log.append('.');
                if (turn >= 20) {
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
            var play = new Play(seed);
            var line = play.run();
            trace(seed, line, outcomes(new ArrayList<Future<?>>(play.tasks)));
        }
    }
}
