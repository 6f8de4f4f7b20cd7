package dev.weft.benchmarks.net;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A process that is told what to do in lines, answers in lines, and ends when its input does. */
final class Child implements AutoCloseable {
    /** How often a processor's time is counted in a second: Linux says so to all programs. */
    private static final double TICKS = 100;

    private static final long LAST_SECONDS = 5;

    private final Process process;

    /** What it says to standard error. */
    private final Path complaints;

    private final BufferedReader answers;
    private final Writer commands;

    private Child(Process process, Path complaints) {
        this.process = process;
        this.complaints = complaints;
        answers = process.inputReader();
        commands = process.outputWriter();
    }

    static Child start(List<String> command) throws IOException {
        Path complaints = Files.createTempFile("weft-benchmark", ".log");
        return new Child(
                new ProcessBuilder(command).redirectError(complaints.toFile()).start(), complaints);
    }

    /** A JVM like this one. */
    static Child jvm(List<String> pinned, Class<?> main, List<String> arguments) throws IOException {
        var command = new ArrayList<>(pinned);
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-opens=java.base/java.lang=ALL-UNNAMED",
                "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+UseSerialGC",
                "-Xmx2g",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return start(command);
    }

    String answer() throws IOException {
        String line = answers.readLine();
        if (line == null) {
            throw new IOException("a process ended before it answered: "
                    + process.info().commandLine().orElse(""));
        }
        return line;
    }

    String ask(String command) throws IOException {
        commands.write(command + "\n");
        commands.flush();
        return answer();
    }

    /** The processor time of all its threads so far, in ns; NaN where the system does not tell. */
    double processorNanos() throws IOException {
        Path stat = Path.of("/proc", Long.toString(process.pid()), "stat");
        if (!Files.isReadable(stat)) {
            return Double.NaN;
        }
        String text = Files.readString(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) * 1e9 / TICKS;
    }

    /** The bytes of memory it occupies; NaN where the system does not tell. */
    double residentBytes() throws IOException {
        Path status = Path.of("/proc", Long.toString(process.pid()), "status");
        if (Files.isReadable(status)) {
            for (String line : Files.readAllLines(status)) {
                if (line.startsWith("VmRSS:")) {
                    return Long.parseLong(line.replaceAll("\\D", "")) * 1024.0;
                }
            }
        }
        return Double.NaN;
    }

    @Override
    public void close() throws IOException {
        commands.close();
        try {
            if (!process.waitFor(LAST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        Files.deleteIfExists(complaints);
    }
}
