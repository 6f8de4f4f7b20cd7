package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Dice;
import dev.weft.samples.conformance.Program;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * Random nests of timeouts, groups, shields and clean-ups, each cancelled from outside at a random moment.
 *
 * <p>A line is a nest: a name when a step ends, {@code T} timed out, {@code C} cancelled, {@code F} failed, {@code G} a group failed, each with
 * the moment in microseconds since the nest began.
 */
final class RandomScopes implements Program {
    /** Seeds whose nest has a group that both failed and was cancelled from outside, which Python 3.13 changed. */
    private static final Set<Integer> LEFT_OUT = Set.of(22, 62, 89, 125, 132, 149);

    private static final class Nest {
        private final Dice dice;
        private final EventLoop loop = getRunningLoop();
        private final long start = loop.time();
        private final List<String> log = new ArrayList<>();
        private Task<Void> task;

        Nest(int seed) {
            dice = new Dice(seed);
        }

        void note(String what) {
            log.add(what + (loop.time() - start) / 1000);
        }

        void pause() {
            sleep(dice.duration(9973));
        }

        /** A few steps, and clean-up that takes time whatever happens. */
        void body(String name, int depth) {
            try {
                int steps = 1 + dice.roll(3);
                for (int n = 0; n < steps; n++) {
                    step(name + n, depth);
                }
            } catch (CancelledError error) {
                note(name + "C");
                if (dice.roll(2) == 0) {
                    pause();
                }
                note(name + "c");
                if (dice.roll(5) > 0) {
                    throw error;
                }
            }
        }

        void step(String name, int depth) {
            int kind = depth < 3 ? dice.roll(8) : dice.roll(3);
            try {
                switch (kind) {
                    case 0, 1 -> pause();
                    case 2 -> {
                        pause();
                        if (dice.roll(4) == 0) {
                            throw new Boom(name);
                        }
                    }
                    case 3, 4 -> timeout(dice.duration(9973), () -> body(name + "t", depth + 1));
                    case 5, 6 ->
                        taskGroup(group -> {
                            group.createTask(() -> body(name + "g", depth + 1));
                            body(name + "b", depth + 1);
                        });
                    case 7 -> shield(() -> protect(name + "s", depth + 1)).await();
                    default -> throw new AssertionError(kind);
                }
                note(name);
            } catch (TimeoutException error) {
                note(name + "T");
            } catch (Boom error) {
                note(name + "F");
                if (dice.roll(3) > 0) {
                    throw error;
                }
            } catch (ExceptionGroup group) {
                note(name + "G" + group.exceptions().size() + ":");
                if (dice.roll(3) > 0) {
                    throw group;
                }
            }
        }

        void protect(String name, int depth) {
            try {
                body(name, depth);
            } catch (Boom | ExceptionGroup error) {
                note(name + "F");
            }
        }

        String run() {
            task = createTask(() -> body("", 0));
            sleep(dice.duration(19997));
            note(task.cancel() ? "cancel" : "end");
            Asyncio.wait(List.of(task));
            sleep(Duration.ofNanos(start + 1_000_000_000 - loop.time())); // what shields protected ends too
            return String.join(" ", log);
        }
    }

    @Override
    public void main() {
        for (int seed = 0; seed < 200; seed++) {
            if (!LEFT_OUT.contains(seed)) {
                var nest = new Nest(seed);
                var line = nest.run();
                trace(seed, line, outcome(nest.task), nest.task.cancelling());
            }
        }
    }
}
