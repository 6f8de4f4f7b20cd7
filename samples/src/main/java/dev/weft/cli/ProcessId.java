package dev.weft.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** What the commands that look into a process have in common. */
final class ProcessId {
    @Parameters(arity = "0..1", paramLabel = "PID", description = "The process to look into.")
    private @Nullable String pid;

    /** To be filled by picocli. */
    ProcessId() {}

    /**
     * The number given.
     *
     * @param command for whoever has left it out
     * @throws CliException if it is missing or no number
     */
    long value(String command) throws CliException {
        if (pid == null) {
            throw CliException.usage("which process? usage: weft %s PID".formatted(command));
        }
        try {
            long number = Long.parseLong(pid);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw CliException.usage("a process is named by its number, got '%s'".formatted(pid));
    }
}
