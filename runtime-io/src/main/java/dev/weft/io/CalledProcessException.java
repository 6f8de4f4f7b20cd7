package dev.weft.io;

import java.io.IOException;

/** A child process did not return 0. Mirrors {@code subprocess.CalledProcessError}. */
public final class CalledProcessException extends IOException {
    private static final long serialVersionUID = 1L;

    /** For whoever looks at it in this program; not written with it. */
    private final transient CompletedProcess process;

    /**
     * About a child.
     *
     * @param process the child
     */
    public CalledProcessException(CompletedProcess process) {
        super("%s returned %d%s"
                .formatted(process.command().getFirst(), process.returnCode(), signal(process.returnCode())));
        this.process = process;
    }

    private static String signal(int returnCode) {
        return returnCode > 128 && returnCode <= 128 + 64
                ? " (perhaps ended by signal " + (returnCode - 128) + ")"
                : "";
    }

    /** {@return the child} */
    public CompletedProcess process() {
        return process;
    }

    /** {@return what it returned} */
    public int returnCode() {
        return process.returnCode();
    }
}
