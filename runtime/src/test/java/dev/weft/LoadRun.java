package dev.weft;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The loads in full, for {@code ./mvnw -B verify -Pload}, which writes {@code target/load-MODE.md}. Needs 4 GiB. */
@Timeout(300)
final class LoadRun {
    private static final Map<String, String> FIGURES = new TreeMap<>();

    @Test
    void l1_aMillionTasksWait() {
        Asyncio.run(() -> {
            Loads.waiting(50_000); // the first ones are those of a cold JVM
        });
        Loads.Waiting waiting = Asyncio.run(() -> Loads.waiting(1_000_000));
        FIGURES.put("L01", waiting.text());
        assertTrue(waiting.start() <= 10_000, waiting.text());
        assertTrue(waiting.bytesEach() <= 1536, waiting.text());
        assertTrue(waiting.latency99() <= 1_000, waiting.text());
        assertTrue(waiting.finish() <= 15_000, waiting.text());
        assertTrue(waiting.bytesLeft() <= 20_000_000, waiting.text());
    }

    @Test
    void l4_aMillionTimersAndTenMillionCancelledOnes() {
        Loads.Timers timers = Loads.timers(1_000_000, 10_000_000, 4);
        FIGURES.put("L04", timers.text());
        assertTrue(timers.millis() <= 20_000, timers.text());
    }

    @Test
    void l6_tenMillionHandOffsInARing() {
        Loads.Ring ring = Asyncio.run(() -> Loads.ring(1_000, 100, 10_000_000));
        FIGURES.put("L06", ring.text());
        assertTrue(Math.abs(ring.bytesGrown()) <= 10_000_000, ring.text());
    }

    @Test
    void l10_forksWithEnoughMemory() {
        long millis = Asyncio.run(() -> Loads.forks(19));
        FIGURES.put("L10", "524,288 leaves alive at once, joined after " + millis + " ms");
    }

    @Test
    void l10_forkBombWithTooLittleMemory() throws Exception {
        assumeTrue(Modes.confined(), "not promised in portable mode: HeapFullTest");
        var flags = List.of("-Xmx256m", "-Djdk.virtualThreadScheduler.parallelism=4");
        long began = System.nanoTime();
        try (var child = ChildJvm.start(flags, Map.of(), HeapFull.class, "FORK_BOMB")) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            String told = ended.output()
                    .lines()
                    .filter(line -> line.startsWith("fork bomb"))
                    .findFirst()
                    .orElseThrow();
            FIGURES.put(
                    "L10 at 256 MB",
                    told + ", and the loop answered; " + (System.nanoTime() - began) / 1_000_000 + " ms in all");
        }
    }

    @AfterAll
    static void report() throws IOException {
        var text = new StringBuilder(
                "# Load, " + System.getProperty("weft.test.mode") + " mode\n\n| | measured |\n| --- | --- |\n");
        FIGURES.forEach((row, figures) -> text.append("| %s | %s |%n".formatted(row, figures)));
        System.out.println(text);
        Path file = Path.of("target", "load-" + System.getProperty("weft.test.mode") + ".md");
        Files.createDirectories(file.getParent());
        Files.writeString(file, text, UTF_8);
    }
}
