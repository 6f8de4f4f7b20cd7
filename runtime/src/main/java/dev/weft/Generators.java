package dev.weft;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The generators of a loop that have begun and not ended. Belongs to the loop, but for {@link #unreachable}. */
final class Generators {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;
    /** In debug mode with the stack of the first step. */
    private final Map<GeneratorRun<?>, List<StackTraceElement>> begun = new LinkedHashMap<>();

    private boolean shutDown;

    Generators(EventLoop loop) {
        this.loop = loop;
    }

    void add(GeneratorRun<?> run) {
        warnIfShutDown(run);
        List<StackTraceElement> trace = loop.traceIfDebug();
        begun.put(run, trace == null ? List.of() : trace);
    }

    void remove(GeneratorRun<?> run) {
        begun.remove(run);
    }

    /** Whether none has begun without having ended. */
    boolean isEmpty() {
        return begun.isEmpty();
    }

    Map<GeneratorRun<?>, List<StackTraceElement>> left() {
        return begun;
    }

    void warnIfShutDown(GeneratorRun<?> run) {
        if (shutDown) {
            LOG.warn("{} was first iterated after shutdownAsyncgens: nobody will close it if it is left half-way", run);
        }
    }

    /** Closes all that are left, at the same time, and waits for that. */
    @Suspends
    void shutdown() {
        shutDown = true;
        if (begun.isEmpty()) {
            return;
        }
        Future<@Nullable Void> allClosed = loop.createFuture();
        List<Task<?>> closers = new ArrayList<>();
        int[] pending = {begun.size()};
        for (GeneratorRun<?> run : List.copyOf(begun.keySet())) {
            Task<?> closer = closeInTask(run);
            closer.addListener(done -> {
                if (--pending[0] == 0 && !allClosed.isDone()) {
                    allClosed.complete(null);
                }
            });
            closers.add(closer);
        }
        try {
            allClosed.await();
        } catch (CancelledError e) {
            closers.forEach(Task::cancel);
            throw e;
        }
    }

    /** On the cleaner's thread: one that was left half-way can no longer be asked for its next value. */
    void unreachable(GeneratorRun<?> run) {
        try {
            loop.callSoonThreadsafe(
                    () -> {
                        if (begun.containsKey(run)) {
                            closeInTask(run);
                        }
                    },
                    new Context());
        } catch (IllegalStateException closed) {
            // the loop's end has abandoned what was left
        }
    }

    /** The loop is closed: nothing of their bodies runs any more. */
    void abandonAll() {
        for (GeneratorRun<?> run : List.copyOf(begun.keySet())) {
            run.abandon();
        }
    }

    private Task<?> closeInTask(GeneratorRun<?> run) {
        Coroutine<@Nullable Void> body = () -> {
            close(run);
            return null;
        };
        return loop.<@Nullable Void>newTask(body, TaskOptions.DEFAULT);
    }

    @Suspends
    private void close(GeneratorRun<?> run) {
        try {
            run.close();
        } catch (CancelledError e) {
            throw e;
        } catch (Throwable e) {
            if (Throwables.fatal(e)) {
                throw e;
            }
            Generator<?> generator = run.forReport();
            loop.callExceptionHandler(
                    ExceptionContext.of("closing a generator failed: " + generator + ": " + Describe.exception(e))
                            .with("exception", e)
                            .with("asyncgen", generator));
        }
    }
}
