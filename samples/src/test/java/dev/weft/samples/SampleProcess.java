package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A sample that runs in a process of its own: started, spoken to, waited for, and gone in any case when closed. */
final class SampleProcess implements AutoCloseable {
    private static final Path SCRIPTS = Path.of("scripts");

    /** Where the script runner keeps what it compiled, instead of the user's own cache. */
    private static final Path COMPILED = Path.of("target", "compiled-scripts");

    private static final long LIMIT_SECONDS = 120;

    private final Process process;
    private final BufferedReader output;
    private final Path errors;

    /** How a sample ended. */
    record Ended(int exitCode, String output, String errors) {}

    private SampleProcess(List<String> command) throws IOException {
        errors = Files.createTempFile("sample", ".err"); // a file, because a pipe nobody reads would stop it when full
        var builder = new ProcessBuilder(command).directory(SCRIPTS.toFile()).redirectError(errors.toFile());
        builder.environment().put("XDG_CACHE_HOME", COMPILED.toAbsolutePath().toString());
        process = builder.start();
        output = process.inputReader(StandardCharsets.UTF_8);
    }

    /** Starts {@code NAME.java} through the script runner, in the mode of this test run. */
    static SampleProcess java(String name, String... args) throws IOException {
        var all = new ArrayList<>(List.of("run", name + ".java"));
        all.addAll(Arrays.asList(args));
        return weft(all);
    }

    /** Starts the {@code weft} command, in the mode of this test run. */
    static SampleProcess weft(List<String> args) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (System.getProperty("weft.test.mode").equals("confined")) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        var classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
        command.addAll(List.of("-cp", classPath, "dev.weft.cli.Main"));
        command.addAll(args);
        return new SampleProcess(command);
    }

    /** Starts {@code NAME.py}. */
    static SampleProcess python(String name, String... args) throws IOException {
        var command = new ArrayList<String>();
        command.addAll(List.of(Python.command().orElseThrow(), "-B", name + ".py"));
        command.addAll(Arrays.asList(args));
        return new SampleProcess(command);
    }

    /** Types this and ends the input. */
    void type(String text) throws IOException {
        try (var input = process.getOutputStream()) {
            input.write(text.getBytes(StandardCharsets.UTF_8));
        } catch (IOException brokenPipe) {
            // It ended without reading; what it said and how it ended tells the test more than this.
            if (process.isAlive()) {
                throw brokenPipe;
            }
        }
    }

    /** The next line of its output. */
    String readLine() throws IOException {
        var line = output.readLine();
        assertTrue(line != null, () -> "the sample ended: " + errors());
        return line;
    }

    /** What Ctrl-C does. */
    void interrupt() throws IOException, InterruptedException {
        var kill = new ProcessBuilder("kill", "-INT", Long.toString(process.pid())).start();
        assertTrue(kill.waitFor() == 0, "kill -INT");
    }

    /** Reads the rest of its output and waits for its end. */
    Ended await() throws IOException, InterruptedException {
        var rest = output.readAllAsString();
        assertTrue(process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS), "the sample does not end");
        return new Ended(process.exitValue(), rest, errors());
    }

    private String errors() {
        try {
            return Files.readString(errors);
        } catch (IOException e) {
            return e.toString();
        }
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(errors);
    }
}
