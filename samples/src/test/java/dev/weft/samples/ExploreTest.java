package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code weft explore}, as a user calls it. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ExploreTest {
    private static final Pattern FOUND = Pattern.compile("seed (\\d+) fails with .*: sold 1 seat too many");
    private static final Pattern HASH = Pattern.compile("trace hash ([0-9a-f]+)");

    @Test
    void plantedRace_runAsItIs_goesWell() throws Exception {
        try (var java = SampleProcess.java("planted_race")) {
            var ended = java.await();
            assertEquals("Alice has a seat\nBob is too late\n", ended.output(), ended::errors);
            assertEquals(0, ended.exitCode(), ended::errors);
        }
    }

    @Test
    void plantedRace_explored_isFoundAndReplaysToOneTraceHash() throws Exception {
        var found = explore("--seeds", "1..2000", "planted_race.java");
        assertEquals(1, found.exitCode(), found::errors);
        String seed = match(FOUND, found.output());
        String hash = match(HASH, found.output());
        assertTrue(found.output().contains("it is enough to do this:\n    at "), found.output());
        assertTrue(found.output().contains("weft explore --seed " + seed + " FILE"), found.output());
        assertTrue(found.errors().contains("at planted_race.lambda$main$0(planted_race.java:"), found.errors());
        for (int i = 0; i < 2; i++) {
            var again = explore("--seed", seed, "planted_race.java");
            assertEquals(1, again.exitCode(), again::errors);
            assertEquals(hash, match(HASH, again.output()));
            assertTrue(
                    again.output().contains("Alice has a seat\n"), "shows what the program prints: " + again.output());
        }
    }

    @Test
    void plantedRace_exhaustively_isFoundWithOneDecision() throws Exception {
        var found = explore("--exhaustive", "1", "--no-yields", "planted_race.java");
        assertEquals(1, found.exitCode(), found::errors);
        assertTrue(found.output().startsWith("a schedule fails with "), found.output());
        var fine = explore("--exhaustive", "0", "planted_race.java");
        assertEquals(
                "no failure in 1 schedules, which are all with at most 0 decisions out of the ordinary\n",
                fine.output());
        assertEquals(0, fine.exitCode());
    }

    @Test
    void correctPrograms_passEverySeed() throws Exception {
        var hello = explore("--seeds", "1..50", "hello.java");
        assertEquals(0, hello.exitCode(), hello::errors);
        assertTrue(hello.output().startsWith("no failure under 50 seeds, in "), hello.output());
        assertEquals(0, explore("--seeds", "1..50", "producer_consumer.java").exitCode());
    }

    @Test
    void deadlock_explored_isReportedAtOnce() throws Exception {
        var found = explore("--seeds", "5..9", "deadlock.java");
        assertEquals(1, found.exitCode(), found::errors);
        assertTrue(found.output().contains("cycle: "), found.output());
    }

    @Test
    void wrongCommandLines_exitWith2AndSayWhy() throws Exception {
        for (String[] args : List.of(
                new String[] {"--seeds", "9..1", "hello.java"},
                new String[] {"--seeds", "many", "hello.java"},
                new String[] {"--exhaustive", "-1", "hello.java"},
                new String[] {})) {
            var ended = explore(args);
            assertEquals(2, ended.exitCode(), Arrays.toString(args) + ended.errors());
            assertTrue(ended.errors().startsWith("weft: "), ended.errors());
        }
    }

    private static SampleProcess.Ended explore(String... args) throws Exception {
        var command = new ArrayList<>(List.of("explore"));
        command.addAll(Arrays.asList(args));
        try (var weft = SampleProcess.weft(command)) {
            return weft.await();
        }
    }

    private static String match(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        assertTrue(matcher.find(), text);
        return matcher.group(1);
    }
}
