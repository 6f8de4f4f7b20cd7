package dev.weft.samples.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.Asyncio;
import dev.weft.RunOptions;
import dev.weft.samples.Python;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Runs the Java twin of every program in {@code conformance/programs} and compares what it did, line by line, with what
 * CPython's asyncio did.
 */
final class DifferentialTest {
    private static final Path FOLDER = Path.of("conformance");
    private static final Path TWINS = Path.of("src/test/java/dev/weft/samples/conformance/programs");

    /** Far more than any program takes; one that hangs shall not take the build with it. */
    private static final Duration LIMIT = Duration.ofSeconds(60);

    @Test
    void twin_ofEveryProgram_leavesTheSameTrace() throws IOException {
        var names = names(FOLDER.resolve("traces"), ".trace");
        var differences = new ArrayList<String>();
        for (var name : names) {
            var recorded = Files.readAllLines(FOLDER.resolve("traces").resolve(name + ".trace"));
            var now = run(name);
            if (!now.equals(recorded)) {
                differences.add(name + " (- CPython, + Weft)\n" + Diff.of(recorded, now));
            }
        }
        System.out.printf("traces equal: %d of %d%n", names.size() - differences.size(), names.size());
        assertEquals("", String.join("\n", differences), "traces that differ");
    }

    @Test
    void everyProgram_hasItsTraceAndItsTwin() throws IOException {
        var programs = names(FOLDER.resolve("programs"), ".py");
        assertEquals(programs, names(FOLDER.resolve("traces"), ".trace"), "recorded traces");
        var twins = programs.stream().map(DifferentialTest::className).collect(Collectors.toCollection(TreeSet::new));
        assertEquals(twins, names(TWINS, ".java"), "Java twins");
    }

    @Test
    void record_wherePythonIsInstalled_givesTheRecordedTraces() throws IOException, InterruptedException {
        assumeTrue(Python.command().isPresent(), "no Python 3.11 or newer here");
        var check = new ProcessBuilder(Python.command().orElseThrow(), "record.py", "--check")
                .directory(FOLDER.toFile())
                .redirectErrorStream(true)
                .start();
        var output = new String(check.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        System.out.print("recorded again with Python, " + output);
        assertEquals(0, check.waitFor(), output);
    }

    /** Runs the twin of a program and returns its trace, with the failure as the last line if it fails. */
    private static List<String> run(String name) {
        Tracing.clear();
        try {
            var program = program(name);
            assertTimeoutPreemptively(LIMIT, () -> {
                if (program instanceof Script) {
                    program.main();
                } else {
                    Asyncio.run(RunOptions.DEFAULT.loopFactory(Tracing::virtualTimeLoop), program::main);
                }
            });
        } catch (Throwable failure) {
            Tracing.trace("the program failed:", failure.toString());
            failure.printStackTrace();
        }
        return Tracing.lines();
    }

    private static Program program(String name) throws ReflectiveOperationException {
        var twin = Class.forName(DifferentialTest.class.getPackageName() + ".programs." + className(name))
                .getDeclaredConstructor();
        twin.setAccessible(true);
        return (Program) twin.newInstance();
    }

    /** {@code wait_for_zero} becomes {@code WaitForZero}. */
    private static String className(String name) {
        return Arrays.stream(name.split("_"))
                .map(word -> Character.toUpperCase(word.charAt(0)) + word.substring(1))
                .collect(Collectors.joining());
    }

    private static SortedSet<String> names(Path folder, String suffix) throws IOException {
        try (var files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(file -> file.endsWith(suffix))
                    .map(file -> file.substring(0, file.length() - suffix.length()))
                    .collect(Collectors.toCollection(TreeSet::new));
        }
    }
}
