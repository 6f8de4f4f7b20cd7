package dev.weft.samples;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;

/** The Python of this machine, if it has one new enough to run the originals of the samples. */
public final class Python {
    private static final Optional<String> COMMAND =
            List.of("python3", "python3.11", "python3.12", "python3.13", "python3.14").stream()
                    .filter(Python::isNewEnough)
                    .findFirst();

    private Python() {}

    /** The command that starts Python 3.11 or newer; empty where there is none. */
    public static Optional<String> command() {
        return COMMAND;
    }

    /** Whether that Python has a library, such as {@code twisted}. */
    static boolean has(String library) {
        return COMMAND.isPresent() && succeeds(COMMAND.get(), "import " + library);
    }

    private static boolean isNewEnough(String command) {
        return succeeds(command, "import sys; sys.exit(sys.version_info < (3, 11))");
    }

    private static boolean succeeds(String command, String program) {
        try {
            var check = new ProcessBuilder(command, "-c", program)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return check.waitFor() == 0;
        } catch (IOException notInstalled) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncheckedIOException(new IOException("interrupted while looking for Python", e));
        }
    }
}
