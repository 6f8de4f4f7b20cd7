package dev.weft;

import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** Another JVM, in the mode of this one, for what a test must not do to its own: exit, signals, flags. */
public final class ChildJvm implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 60;

    private final Process process;
    private final Path output;

    /** How it ended, and what it wrote to standard output and error. */
    public record Ended(int exitCode, String output) {}

    private ChildJvm(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static ChildJvm start(Class<?> main, String... arguments) throws IOException {
        return start(List.of(), Map.of(), main, arguments);
    }

    static ChildJvm start(List<String> flags, Map<String, String> environment, Class<?> main, String... arguments)
            throws IOException {
        return start(flags, environment, classPath(), main.getName(), arguments);
    }

    /** Starts any class on any class path. */
    public static ChildJvm start(
            List<String> flags,
            Map<String, String> environment,
            Set<String> classPath,
            String main,
            String... arguments)
            throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx256m");
        command.add("-XX:TieredStopAtLevel=1");
        if (EventLoop.Mode.AUTO != ModeNotice.preferred()) {
            command.add("-Dweft.mode=" + System.getProperty("weft.mode"));
        }
        if (Modes.confined()) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(coverageAgent());
        command.addAll(flags);
        command.add("-cp");
        command.add(String.join(File.pathSeparator, classPath));
        command.add(main);
        command.addAll(Arrays.asList(arguments));
        Path output = Files.createTempFile("weft-child", ".txt");
        var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().putAll(environment);
        return new ChildJvm(builder.start(), output);
    }

    /** What a child runs is covered by tests as well: it has the agent that this JVM has, if it has one. */
    private static List<String> coverageAgent() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> argument.startsWith("-javaagent:") && argument.contains("jacoco"))
                .toList();
    }

    /** Waits until it has written that. */
    void awaitOutput(String text) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (!written().contains(text)) {
            if (!process.isAlive() || System.nanoTime() > deadline) {
                throw new AssertionError("expected '" + text + "', got: " + written());
            }
            process.waitFor(10, TimeUnit.MILLISECONDS);
        }
    }

    /** Sends it a signal such as {@code INT}. */
    void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new AssertionError("kill exited with " + code);
        }
    }

    /** Whether it has not ended by then. */
    boolean livesFor(Duration time) throws InterruptedException {
        return !process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
    }

    public Ended await() throws IOException, InterruptedException {
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            throw new AssertionError("the child JVM did not end: " + written());
        }
        return new Ended(process.exitValue(), written());
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        Files.delete(output);
    }

    private String written() throws IOException {
        return Files.readString(output, StandardCharsets.UTF_8);
    }

    /** All that this JVM has, test classes included. */
    public static Set<String> classPath() {
        var entries = new LinkedHashSet<String>();
        for (String property : List.of("java.class.path", "jdk.module.path")) {
            for (String entry : System.getProperty(property, "").split(File.pathSeparator, -1)) {
                if (!entry.isEmpty()) {
                    entries.add(entry);
                }
            }
        }
        Path patched = Path.of(System.getProperty("basedir", "."), "target", "test-classes");
        if (Files.isDirectory(patched)) {
            entries.add(patched.toString());
        }
        return entries;
    }
}
