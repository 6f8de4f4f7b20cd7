package dev.weft.benchmarks.net;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Programs of others that may be installed. */
public final class Programs {
    private Programs() {}

    /**
     * Looks along {@code PATH}.
     *
     * @param name what it is called
     * @return where it is, empty if it is not installed
     */
    public static Optional<Path> path(String name) {
        for (String folder : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(folder, name);
            if (Files.isExecutable(candidate) && !Files.isDirectory(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }

    /**
     * Runs something that says nothing of interest.
     *
     * @param command the program and its arguments
     * @return whether it is installed and has succeeded
     * @throws InterruptedException if the thread is interrupted meanwhile
     */
    public static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            return new ProcessBuilder(command)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false; // not installed
        }
    }
}
