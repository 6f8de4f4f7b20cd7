package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.generator;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/**
 * Random programs: tasks that step, leave, close and share nested generators, and are cancelled at any moment. Whatever happens, no task
 * is lost, and each body that began has run its {@code finally} block once {@code shutdownAsyncgens} is through. A seed always gives the
 * same program.
 */
final class GeneratorRandomTest {
    private static final int PROGRAMS = 300;
    private static final int TASKS = 10;

    private int begun;
    private int cleaned;

    @Test
    void randomPrograms_everyBodyThatBegan_cleansUp() {
        int bodies = 0;
        for (int seed = 0; seed < PROGRAMS; seed++) {
            begun = 0;
            cleaned = 0;
            run(new Random(seed));
            assertEquals(begun, cleaned, "program of seed " + seed);
            bodies += begun;
        }
        assertTrue(bodies > PROGRAMS, "the programs ran " + bodies + " bodies");
    }

    private void run(Random random) {
        try (var loop = new TestLoop()) {
            var reports = new ArrayList<ExceptionContext>();
            loop.setExceptionHandler((l, report) -> reports.add(report));
            loop.run(() -> {
                List<Generator<Integer>> shared = List.of(body(random, 2), body(random, 2));
                List<Generator<Integer>> reachable = new ArrayList<>(shared);
                List<Task<?>> tasks = new ArrayList<>();
                for (int i = 0; i < TASKS; i++) {
                    var own = new Random(random.nextLong());
                    Action consumer = () -> {
                        Generator<Integer> generator = own.nextInt(3) == 0 ? shared.get(own.nextInt(2)) : body(own, 3);
                        reachable.add(generator); // the collector must not close what is left half-way
                        consume(generator, own);
                    };
                    tasks.add(createTask(consumer, TaskOptions.DEFAULT.eagerStart(random.nextInt(3) == 0)));
                }
                for (int i = 0; i < TASKS; i++) {
                    sleep(millis(random.nextInt(5)));
                    tasks.get(random.nextInt(TASKS)).cancel();
                }
                Asyncio.wait(tasks);
                loop.shutdownAsyncgens();
                for (Generator<Integer> generator : reachable) {
                    assertFalse(generator.toString().contains("suspended"), generator.toString());
                }
            });
            for (ExceptionContext report : reports) {
                assertTrue(report.exception() instanceof Boom, report.toString());
            }
        }
    }

    private static final class Boom extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    private Generator<Integer> body(Random random, int depth) {
        var own = new Random(random.nextLong());
        return generator(out -> {
            begun++;
            try {
                int steps = own.nextInt(5);
                for (int i = 0; i < steps; i++) {
                    act(own, depth, out);
                    out.emit(i);
                }
            } finally {
                try {
                    if (own.nextBoolean()) {
                        cleanUpSlowly();
                    }
                } finally {
                    cleaned++;
                }
            }
        });
    }

    private void act(Random random, int depth, Emitter<Integer> out) {
        switch (random.nextInt(7)) {
            case 0 -> sleep(millis(random.nextInt(5)));
            case 1 -> yieldNow();
            case 2 -> throwSometimes(random, 8);
            case 3 ->
                createTask(() -> yieldNow(), TaskOptions.DEFAULT.eagerStart(random.nextBoolean()))
                        .await();
            case 4 -> sleepAtMostThree(random);
            case 5 -> {
                if (depth > 0) {
                    body(random, depth - 1).forEach(out::emit);
                }
            }
            default -> {
                if (depth > 0) {
                    try (Generator<Integer> inner = body(random, depth - 1)) {
                        for (int x : inner) {
                            out.emit(x);
                        }
                    }
                }
            }
        }
    }

    private static void throwSometimes(Random random, int outOf) {
        if (random.nextInt(outOf) == 0) {
            throw new Boom();
        }
    }

    private static void sleepAtMostThree(Random random) {
        try {
            waitFor(() -> sleep(millis(random.nextInt(6))), millis(3));
        } catch (TimeoutException e) {
            yieldNow();
        }
    }

    /** Lets itself be cancelled once, and ends all the same. */
    private static void cleanUpSlowly() {
        try {
            yieldNow();
        } catch (CancelledError e) {
            yieldNow();
        }
    }

    private static void consume(Generator<Integer> generator, Random random) throws Exception {
        int left = random.nextInt(8);
        try {
            switch (random.nextInt(4)) {
                case 0 -> {
                    for (int x : generator) {
                        if (left-- == x) {
                            break;
                        }
                        yieldNow();
                    }
                }
                case 1 -> {
                    try (generator) {
                        while (left-- > 0 && generator.hasNext()) {
                            sleep(millis(generator.next() % 3));
                        }
                    }
                }
                case 2 ->
                    generator.forEach(x -> {
                        throwSometimes(random, 10);
                        yieldNow();
                    });
                default -> {
                    while (generator.hasNext()) {
                        sleep(millis(generator.next() % 3));
                    }
                }
            }
        } catch (Boom e) {
            yieldNow();
        } catch (IllegalStateException e) {
            // Two of the tasks may share one.
            assertTrue(e.getMessage().contains("already running"), e.getMessage());
        }
    }
}
