package dev.weft.io;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A child that has ended. Mirrors {@code subprocess.CompletedProcess}.
 *
 * @param command what was run
 * @param returnCode what it returned; 128 + n if signal n ended it
 * @param stdout its output; null if that was no pipe
 * @param stderr its errors; null if those were no pipe of their own
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, not compared
public record CompletedProcess(
        List<String> command, int returnCode, byte @Nullable [] stdout, byte @Nullable [] stderr) {
    /** Copies the command. */
    public CompletedProcess {
        command = List.copyOf(command);
    }

    /**
     * Throws unless the child returned 0.
     *
     * @throws CalledProcessException if it did not; it has all that is known
     */
    public void checkReturnCode() throws CalledProcessException {
        if (returnCode != 0) {
            throw new CalledProcessException(this);
        }
    }

    /** {@return command and return code, without what the child wrote} */
    @Override
    public String toString() {
        return "CompletedProcess[" + command.getFirst() + " returned " + returnCode + "]";
    }
}
