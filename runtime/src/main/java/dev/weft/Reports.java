package dev.weft;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a loop tells its exception handler, and the failures that nobody has looked at yet. */
final class Reports {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int LONGEST_VALUE = 1024;

    private final EventLoop loop;
    private final Set<UnretrievedReport> unretrieved = ConcurrentHashMap.newKeySet();
    private long failures;

    Reports(EventLoop loop) {
        this.loop = loop;
    }

    UnretrievedReport watch(Future<?> future, Throwable exception) {
        var report = new UnretrievedReport(this, failures++, future, exception);
        unretrieved.add(report);
        return report;
    }

    void forget(UnretrievedReport report) {
        unretrieved.remove(report);
    }

    /** Called on the cleaner's thread: the report waits for its turn on the loop, or for the loop's end. */
    void unreachable(UnretrievedReport report) {
        try {
            loop.callSoonThreadsafe(() -> tell(report), new Context());
        } catch (IllegalStateException closed) {
            forget(report); // close() has told of everything that was left
        }
    }

    void tellAll() {
        unretrieved.stream()
                .sorted(Comparator.comparingLong(UnretrievedReport::number))
                .forEach(this::tell);
    }

    private void tell(UnretrievedReport report) {
        if (unretrieved.remove(report)) {
            report.tell(loop);
        }
    }

    /**
     * The default handler: one ERROR event with everything that is known, an indented line for each, and the stack trace. What a value
     * says stays in its line.
     */
    static void log(ExceptionContext context) {
        var text = new StringBuilder(Describe.printable(context.message(), LONGEST_VALUE));
        context.values().forEach((key, value) -> {
            if (!key.equals("exception")) {
                text.append("\n  ").append(key).append(": ");
                if (value instanceof List<?> frames) {
                    frames.forEach(frame -> text.append("\n    at ").append(frame));
                } else {
                    text.append(Describe.printable(String.valueOf(value), LONGEST_VALUE));
                }
            }
        });
        Throwable exception = context.exception();
        if (exception == null) {
            LOG.error("{}", text);
        } else {
            LOG.error("{}", text, exception);
        }
    }

    static void logFailedHandler(Throwable failure) {
        LOG.error("the exception handler failed, and so did reporting that", failure);
    }
}
