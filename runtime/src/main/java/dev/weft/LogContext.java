package dev.weft;

import dev.weft.internal.coroutine.OutsideThreads;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.helpers.NOPMDCAdapter;

/**
 * Carries slf4j's mapped diagnostic context from whoever creates a task into the task: a request's number appears in the log lines of
 * all tasks that serve it. The providers keep it in a thread-local, which a task, being a thread of its own, would not see.
 */
final class LogContext {
    private LogContext() {}

    /** A copy of the calling code's, {@code null} if it is empty. Costs a compare or two for code that has no thread-locals at all. */
    static @Nullable Map<String, String> ofCreator() {
        if (!OutsideThreads.mayHaveThreadLocals() || MDC.getMDCAdapter() instanceof NOPMDCAdapter) {
            return null;
        }
        Map<String, String> copy = MDC.getCopyOfContextMap();
        return copy == null || copy.isEmpty() ? null : copy;
    }

    /** Runs something that creates tasks as if the calling thread's were this one; {@code null} leaves it as it is. */
    static <T> T with(@Nullable Map<String, String> diagnostics, Supplier<T> creation) {
        if (diagnostics == null) {
            return creation.get();
        }
        Map<String, String> before = MDC.getCopyOfContextMap();
        MDC.setContextMap(diagnostics);
        try {
            return creation.get();
        } finally {
            if (before == null) {
                MDC.clear();
            } else {
                MDC.setContextMap(before);
            }
        }
    }

    /** Makes it the calling thread's. */
    static void set(Map<String, String> diagnostics) {
        MDC.setContextMap(diagnostics);
    }
}
