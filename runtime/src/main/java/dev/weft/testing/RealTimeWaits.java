package dev.weft.testing;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Recognises, from a thread's stack, a wait for a time in code of the JDK. */
final class RealTimeWaits {
    /** The methods of virtual threads, and of portable mode's as well, that wait for a time. */
    private static final Set<String> TIMED = Set.of("parkNanos", "sleepNanos", "timedWait", "wait0");

    private RealTimeWaits() {}

    /** The line that called the JDK's waiting method; {@code null} if the thread waits for no time, or for a socket. */
    static @Nullable StackTraceElement timedWait(StackTraceElement[] newestFirst) {
        boolean timed = false;
        for (StackTraceElement frame : newestFirst) {
            String type = frame.getClassName();
            if (type.startsWith("sun.nio.ch.")) {
                return null;
            }
            if (type.startsWith("java.") || type.startsWith("jdk.") || type.startsWith("sun.")) {
                timed |= TIMED.contains(frame.getMethodName());
            } else {
                return timed ? frame : null;
            }
        }
        return null;
    }
}
