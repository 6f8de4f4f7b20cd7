package dev.weft;

import java.lang.ref.Cleaner;
import java.lang.ref.WeakReference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Watches over the exception of one failed future. If nobody has looked at it by the time the future becomes unreachable, or its loop
 * closes, the loop's exception handler is told. Holds the future only weakly, or it would never become unreachable.
 */
final class UnretrievedReport {
    private final Reports reports;
    private final long number;
    private final WeakReference<Future<?>> future;
    private final boolean task;
    private final String description;
    private final Throwable exception;
    private final Context context;
    private final @Nullable List<StackTraceElement> sourceTraceback;
    private final Cleaner.Cleanable cleanable;
    private volatile boolean settled;

    UnretrievedReport(Reports reports, long number, Future<?> future, Throwable exception) {
        this.reports = reports;
        this.number = number;
        this.future = new WeakReference<>(future);
        this.task = future instanceof Task;
        this.description = future instanceof Task<?> t ? "task " + t.getName() : "future";
        this.exception = exception;
        this.context = future instanceof Task<?> t ? t.getContext() : new Context();
        this.sourceTraceback = future.sourceTraceback();
        cleanable = Unreachable.cleaner().register(future, this::unreachable);
    }

    /** Which failure of its loop this is, the first being 0. */
    long number() {
        return number;
    }

    /** Somebody has looked. */
    void withdraw() {
        if (!settled) {
            settled = true;
            reports.forget(this);
            cleanable.clean();
        }
    }

    /** On the cleaner's thread, or inside {@link #withdraw}. */
    private void unreachable() {
        if (!settled) {
            reports.unreachable(this);
        }
    }

    /** Tells the handler, once. On the loop, or on the thread that closes it. */
    void tell(EventLoop loop) {
        if (settled) {
            return;
        }
        settled = true;
        Future<?> reported = future.get();
        if (reported == null) {
            // The future itself is gone: a stand-in with the same outcome takes its place.
            reported = new Future<>(loop);
            reported.fail(exception);
            reported.markRetrieved();
        }
        loop.callExceptionHandler(
                ExceptionContext.of("unretrieved exception in " + (task ? "task" : "future") + ": " + description
                                + " ended with " + Describe.exception(exception) + " and nobody looked at it")
                        .with("exception", exception)
                        .with("future", reported)
                        .with("task", reported instanceof Task<?> t ? t : null)
                        .with("source_traceback", sourceTraceback),
                context);
    }
}
