package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A program that ran to its end in a process of its own.
 *
 * @param exitCode its exit code
 * @param out what it wrote to standard output
 * @param err what it wrote to standard error
 */
record Program(int exitCode, String out, String err) {
    /** The JDK that runs the tests. */
    static final Path JDK = Path.of(System.getProperty("java.home"));

    /** Where the checkout is. */
    static Path root() {
        return Path.of(System.getProperty("weft.root"));
    }

    /** The executable jar. */
    static Path jar() {
        return Path.of(System.getProperty("weft.jar"));
    }

    /** Runs a command with nothing on its standard input, in an environment of exactly the given variables and PATH. */
    static Program run(Path directory, Map<String, String> environment, String... command)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile("out", null);
        Path err = Files.createTempFile("err", null);
        try {
            var builder = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectInput(Path.of("/dev/null").toFile())
                    .redirectOutput(out.toFile()) // files, because a pipe nobody reads would stop it when full
                    .redirectError(err.toFile());
            builder.environment().keySet().retainAll(List.of("PATH"));
            builder.environment().putAll(environment);
            Process process = builder.start();
            try {
                assertTrue(process.waitFor(2, TimeUnit.MINUTES), () -> "still running: " + String.join(" ", command));
            } finally {
                process.destroyForcibly();
            }
            return new Program(process.exitValue(), Files.readString(out), Files.readString(err));
        } finally {
            Files.delete(out);
            Files.delete(err);
        }
    }

    /** Runs {@code java -jar weft.jar ARGS}. */
    static Program weft(Path directory, Map<String, String> environment, String... args)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(JDK.resolve("bin/java").toString(), "-jar", jar().toString()));
        command.addAll(List.of(args));
        return run(directory, environment, command.toArray(String[]::new));
    }
}
