package dev.weft.cli;

/** What the user has to be told: one line, and the exit code that goes with it. No stack trace is ever shown for it. */
final class CliException extends Exception {
    /** The command line is at fault: an unknown option, a file that is not there. */
    static final int USAGE = 2;
    /** The script is at fault: it does not compile, it has no main. */
    static final int SCRIPT = 1;

    private static final long serialVersionUID = 1L;

    private final int exitCode;

    private CliException(String message, int exitCode) {
        super(message, null, false, false);
        this.exitCode = exitCode;
    }

    static CliException usage(String message) {
        return new CliException(message, USAGE);
    }

    static CliException script(String message) {
        return new CliException(message, SCRIPT);
    }

    int exitCode() {
        return exitCode;
    }
}
