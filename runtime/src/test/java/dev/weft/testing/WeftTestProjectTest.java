package dev.weft.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.ChildJvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code @WeftTest} in a user's project: one test class and a JVM of its own, with nothing but Weft, slf4j's API and JUnit on its class
 * path. What must fail there fails, and says why.
 */
final class WeftTestProjectTest {
    private static final List<String> NEEDED =
            List.of("slf4j-api", "junit", "opentest4j", "apiguardian", "jspecify", "open-test-reporting");

    /** Runs a class and prints how each of its tests ended. */
    private static final String RUNNER = """
        import org.junit.platform.engine.*;
        import org.junit.platform.engine.discovery.DiscoverySelectors;
        import org.junit.platform.launcher.*;
        import org.junit.platform.launcher.core.*;

        public class Runner {
            public static void main(String[] args) {
                var request = LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass(args[0]))
                        .build();
                LauncherFactory.create().execute(request, new TestExecutionListener() {
                    @Override
                    public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                        if (test.isTest() || result.getStatus() == TestExecutionResult.Status.FAILED) {
                            var parent = test.getUniqueIdObject().toString();
                            System.out.println("@" + result.getStatus() + " " + name(parent) + " " + test.getDisplayName());
                            result.getThrowable().ifPresent(e -> System.out.println(e));
                            System.out.println();
                        }
                    }
                });
            }

            static String name(String id) {
                var matcher = java.util.regex.Pattern.compile("test-template:(\\\\w+)").matcher(id);
                return matcher.find() ? matcher.group(1) : id;
            }
        }
        """;

    private static final String TESTS = """
        import dev.weft.*;
        import dev.weft.testing.*;
        import org.junit.jupiter.api.*;
        import static dev.weft.Asyncio.*;
        import static org.junit.jupiter.api.Assertions.*;

        class UserTest {
            @WeftTest
            void fine(TestLoop loop) {
                sleep(seconds(86400));
                assertEquals(seconds(86400).toNanos(), loop.time());
            }

            @WeftTest
            void fails() {
                assertEquals(1, 2);
            }

            @WeftTest
            void leavesTask() {
                createTask(() -> new Event().await(), "forgotten");
            }

            @WeftTest
            void leavesTimer() {
                getRunningLoop().callLater(seconds(5), () -> {});
            }

            @WeftTest
            void leavesChannel() throws Exception {
                var pipe = java.nio.channels.Pipe.open();
                pipe.source().configureBlocking(false);
                getRunningLoop().addReader(pipe.source(), () -> {});
            }

            @WeftTest
            void leavesSocket(SimNet net) throws Exception {
                getRunningLoop().selectorProvider().openSocketChannel().bind(net.here().at(80));
            }

            @WeftTest(clock = WeftTest.Clock.REAL)
            void realNetwork(SimNet net) {}

            @WeftTest
            void leavesGenerator() {
                var numbers = Asyncio.<Integer>generator(emitter -> {
                    emitter.emit(1);
                    emitter.emit(2);
                });
                numbers.iterator().next();
            }

            @WeftTest
            void leavesFailure() {
                createTask(() -> { throw new IllegalStateException("nobody looks"); });
                yieldNow();
            }

            @WeftTest
            void failingCallback() {
                getRunningLoop().callSoon(() -> { throw new IllegalStateException("in a callback"); });
                yieldNow();
            }

            @WeftTest
            void sleepsForReal() throws Exception {
                Thread.sleep(java.time.Duration.ofDays(1));
            }

            @WeftTest
            void deadlocks() {
                new Event().await();
            }

            @WeftTest
            void assumes() {
                Assumptions.assumeTrue(false, "not here");
            }

            @WeftTest(seeds = 500)
            void racy() {
                var order = new Trail();
                createTask(() -> order.mark("a"));
                createTask(() -> order.mark("b"));
                sleep(millis(1));
                order.assertMarks("a", "b");
            }

            @WeftTest(seeds = 0)
            void noSeeds() {}

            @WeftTest(seeds = 5, clock = WeftTest.Clock.REAL)
            void realSeeds() {}
        }
        """;

    @TempDir
    Path project;

    @Test
    void userProject_everyKindOfFailure_isReportedWithItsPlace() throws Exception {
        compile();
        Map<String, String> ends = run(List.of());

        assertEquals("SUCCESSFUL virtual time", first(ends.get("fine")));
        assertFailed(ends.get("fails"), "expected: <1> but was: <2>");
        assertFailed(
                ends.get("leavesTask"), "pending task Task[forgotten, pending, waiting for Event[", at("forgotten"));
        assertFailed(ends.get("leavesTimer"), "timer TimerHandle[", at("callLater"));
        assertFailed(ends.get("leavesChannel"), "open channel ", at("addReader"));
        assertFailed(ends.get("leavesSocket"), "open channel SimSocket[test, ", at("openSocketChannel"));
        assertFailed(ends.get("realNetwork"), "a SimNet needs virtual time");
        assertFailed(ends.get("leavesGenerator"), "generator that is not at its end, ", at("iterator().next()"));
        assertFailed(ends.get("leavesFailure"), "unretrieved exception in task", "IllegalStateException: nobody looks");
        assertFailed(ends.get("failingCallback"), "callback failed", "in a callback");
        assertFailed(ends.get("sleepsForReal"), "waits in real time at UserTest.sleepsForReal", at("Thread.sleep"));
        assertFailed(ends.get("deadlocks"), "deadlock: nothing can run any more", at("new Event().await();"));
        assertEquals("ABORTED virtual time", first(ends.get("assumes")));
        assertFailed(ends.get("noSeeds"), "needs seeds >= 1");
        assertFailed(ends.get("realSeeds"), "needs clock=VIRTUAL");
    }

    @Test
    void userProject_failingSeed_endsTheSearchAndReplaysBySystemProperty() throws Exception {
        compile();
        String found = run(List.of()).get("racy");
        assertFailed(found, "seed ", "trace hash ", "the trail differs from mark 0 on");
        String seed = found.replaceFirst("(?s).*-Dweft.seed=(\\d+) runs it again.*", "$1");
        String again = run(List.of("-Dweft.seed=" + seed)).get("racy");
        assertEquals("FAILED seed " + seed, first(again));
        assertEquals(hash(found), hash(again));
    }

    private static String hash(String text) {
        return text.replaceFirst("(?s).*trace hash ([0-9a-f]+);.*", "$1");
    }

    private void compile() throws Exception {
        Path runner = Files.writeString(project.resolve("Runner.java"), RUNNER);
        Path tests = Files.writeString(project.resolve("UserTest.java"), TESTS);
        var javac = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "javac").toString(),
                        "-proc:none",
                        "-parameters",
                        "-cp",
                        String.join(File.pathSeparator, classPath()),
                        "-d",
                        project.toString(),
                        runner.toString(),
                        tests.toString())
                .inheritIO()
                .start();
        assertEquals(0, javac.waitFor());
    }

    /** Runs all tests of the project; how each ended, the last of those that ran several times. */
    private Map<String, String> run(List<String> flags) throws Exception {
        Set<String> classPath = classPath();
        classPath.add(project.toString());
        try (var child = ChildJvm.start(flags, Map.of(), classPath, "Runner", "UserTest")) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            return ended
                    .output()
                    .lines()
                    .collect(Collectors.joining("\n"))
                    .transform(text -> List.of(text.split("(?m)^@")))
                    .stream()
                    .skip(1)
                    .collect(Collectors.toMap(
                            part -> part.split(" ", 3)[1],
                            part -> part.replaceFirst(" \\w+ ", " "),
                            (earlier, later) -> earlier.startsWith("FAILED") ? earlier : later));
        }
    }

    private static Set<String> classPath() {
        Set<String> needed = new LinkedHashSet<>();
        for (String entry : ChildJvm.classPath()) {
            String name = Path.of(entry).getFileName().toString();
            boolean weft = Files.exists(Path.of(entry, "dev", "weft", "EventLoop.class"));
            if (weft || NEEDED.stream().anyMatch(name::startsWith)) {
                needed.add(entry);
            }
        }
        assertFalse(needed.stream().anyMatch(entry -> entry.contains("logback")));
        return needed;
    }

    private static void assertFailed(String end, String... parts) {
        assertTrue(end != null && end.startsWith("FAILED"), () -> "should have failed: " + end);
        for (String part : parts) {
            assertTrue(end.contains(part), () -> "expected '" + part + "' in: " + end);
        }
    }

    private static String at(String code) {
        return "UserTest.java:"
                + TESTS.substring(0, TESTS.indexOf(code)).lines().count();
    }

    private static String first(String end) {
        return end.lines().findFirst().orElseThrow();
    }
}
