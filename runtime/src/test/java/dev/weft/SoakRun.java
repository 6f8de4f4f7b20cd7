package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * The long form of the soak, for {@code ./mvnw -B verify -Psoak}: 10,000,000 operations, after which nobody has to believe that a
 * violation comes more often than once in 3,300,000 operations (at 95 %). Writes {@code target/soak.md}.
 */
final class SoakRun {
    private static final int SEEDS = Integer.getInteger("weft.soak.seeds", 200);
    private static final int OPERATIONS = Integer.getInteger("weft.soak.operations", 50_000);
    private static final int ONE_REPLAY_IN = 10;
    private static final Duration VIRTUAL_TIME_PER_MILLION = Duration.ofHours(24);

    @Test
    void soak_manySeeds_holdsAllInvariants() throws Exception {
        long began = System.nanoTime();
        List<Soak.Result> results = run();
        Duration took = Duration.ofNanos(System.nanoTime() - began);
        report(results, took);
        long operations = results.stream().mapToLong(Soak.Result::operations).sum();
        assertTrue(operations >= (long) SEEDS * OPERATIONS);
        Duration virtual = results.stream().map(Soak.Result::virtualTime).reduce(Duration.ZERO, Duration::plus);
        Duration wanted = VIRTUAL_TIME_PER_MILLION.multipliedBy(operations).dividedBy(1_000_000);
        assertTrue(virtual.compareTo(wanted) >= 0, () -> "only " + virtual + " went by, instead of " + wanted);
    }

    private static List<Soak.Result> run() throws InterruptedException, ExecutionException {
        try (var threads = Executors.newFixedThreadPool(Runtime.getRuntime().availableProcessors())) {
            var runs = new ArrayList<Callable<Soak.Result>>();
            for (int i = 0; i < SEEDS; i++) {
                int seed = i;
                runs.add(() -> run(seed));
            }
            var results = new ArrayList<Soak.Result>();
            for (Future<Soak.Result> result : threads.invokeAll(runs)) {
                results.add(result.get());
            }
            return results;
        }
    }

    /** Half of the seeds run first come, first served; some once more, in the other mode, which must make no difference. */
    private static Soak.Result run(int seed) {
        Soak.Order order = seed % 2 == 0 ? Soak.Order.FIFO : seed % 4 == 1 ? Soak.Order.RANDOM : Soak.Order.PRIORITY;
        Soak.Result result = new Soak(seed, order, OPERATIONS).run();
        if (seed % ONE_REPLAY_IN < 2) {
            assertEquals(result, new Soak(seed, order, OPERATIONS, EventLoop.Mode.PORTABLE).run(), "I16");
        }
        return result;
    }

    private static void report(List<Soak.Result> results, Duration took) throws IOException {
        long operations = results.stream().mapToLong(Soak.Result::operations).sum();
        long cancellations =
                results.stream().mapToLong(Soak.Result::cancellations).sum();
        long hours = results.stream()
                .mapToLong(result -> result.virtualTime().toHours())
                .sum();
        var text = new StringBuilder("# Soak\n\n")
                .append("%,d operations, %,d cancellations, %,d hours of virtual time in %d s; no violation.%n%n"
                        .formatted(operations, cancellations, hours, took.toSeconds()))
                .append("| seed | order | trace hash | operations | cancellations | virtual time |\n")
                .append("| --- | --- | --- | --- | --- | --- |\n");
        for (Soak.Result result : results) {
            text.append("| %d | %s | %016x | %d | %d | %s |%n"
                    .formatted(
                            result.seed(),
                            result.order(),
                            result.traceHash(),
                            result.operations(),
                            result.cancellations(),
                            result.virtualTime()));
        }
        Path file = Path.of("target", "soak.md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
    }
}
