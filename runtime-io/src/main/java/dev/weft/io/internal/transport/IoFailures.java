package dev.weft.io.internal.transport;

import dev.weft.KeyboardInterrupt;
import dev.weft.io.BrokenPipeException;
import dev.weft.io.ConnectionAbortedException;
import dev.weft.io.ConnectionResetException;
import java.io.IOException;
import java.util.Locale;

/** What the JDK says in messages only. */
public final class IoFailures {
    private IoFailures() {}

    /** The same failure, as a type that can be caught if there is one, and with the connection it happened to. */
    static IOException translate(IOException failure, Object where) {
        return translate(failure, ": " + where);
    }

    /** The same failure, as a type that can be caught if there is one. */
    public static IOException translate(IOException failure) {
        return translate(failure, "");
    }

    private static IOException translate(IOException failure, String suffix) {
        String message = failure.getMessage();
        if (message == null
                || failure instanceof ConnectionResetException
                || failure instanceof BrokenPipeException
                || failure instanceof ConnectionAbortedException) {
            return failure;
        }
        String text = message.toLowerCase(Locale.ROOT);
        if (text.contains("broken pipe")) {
            return new BrokenPipeException(message + suffix, failure);
        }
        if (text.contains("connection reset") || text.contains("forcibly closed")) {
            return new ConnectionResetException(message + suffix, failure);
        }
        if (text.contains("connection abort") || text.contains("connection was aborted")) {
            return new ConnectionAbortedException(message + suffix, failure);
        }
        return failure;
    }

    /** Whether the system, not the connection, lacks something that may be there again in a while. */
    public static boolean outOfResources(IOException failure) {
        String message = failure.getMessage();
        if (message == null) {
            return false;
        }
        String text = message.toLowerCase(Locale.ROOT);
        return text.contains("too many open files")
                || text.contains("no buffer space")
                || text.contains("cannot allocate memory");
    }

    /** Whether a failure of users' code has to end the loop's run. */
    public static boolean fatal(Throwable failure) {
        return failure instanceof KeyboardInterrupt
                || (failure instanceof VirtualMachineError
                        && !(failure instanceof StackOverflowError)
                        && !(failure instanceof OutOfMemoryError));
    }
}
