package dev.weft;

import dev.weft.internal.coroutine.OutsideThreads;
import dev.weft.internal.loop.LoopEntry;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Between the futures of a loop and those of threads. */
final class ThreadFutures {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private ThreadFutures() {}

    /** A future for other threads that completes as the loop's does, and whose cancellation cancels the loop's. */
    static <T extends @Nullable Object> CompletableFuture<T> mirror(Future<T> source) {
        var mirror = new CompletableFuture<T>();
        if (source.isDone()) {
            copyOutcome(source, mirror);
        } else {
            failAtClose(mirror, source.getLoop());
            join(source, mirror);
        }
        return mirror;
    }

    static <T extends @Nullable Object> CompletableFuture<T> submit(Coroutine<T> coroutine, EventLoop loop) {
        Objects.requireNonNull(coroutine, "coroutine");
        var mirror = new CompletableFuture<T>();
        Map<String, String> diagnostics = LogContext.ofCreator();
        // The task's context is a copy of the calling thread's, as if that had called createTask.
        loop.callSoonThreadsafe(() -> {
            if (mirror.isDone()) {
                return; // cancelled before it began
            }
            try {
                join(LogContext.with(diagnostics, () -> loop.createTask(coroutine)), mirror);
            } catch (Throwable e) {
                mirror.completeExceptionally(e);
                throw e;
            }
        });
        failAtClose(mirror, loop);
        return mirror;
    }

    /** {@link Asyncio#callFromThread}: blocks the calling thread until the task has ended. */
    static <T extends @Nullable Object> T call(EventLoop loop, Coroutine<T> coroutine) throws InterruptedException {
        EventLoop here = EventLoop.current();
        if (here != null) {
            throw new IllegalStateException("callFromThread would block the thread of a loop, " + here
                    + "; on the same loop just call the function, for another one await"
                    + " wrapFuture(runCoroutineThreadsafe(...))");
        }
        CompletableFuture<T> result = submit(coroutine, loop);
        try {
            return result.get();
        } catch (InterruptedException e) {
            result.cancel(false);
            throw e;
        } catch (CancellationException e) {
            var error = new CancelledError("the task was cancelled");
            error.initCause(e);
            throw error;
        } catch (ExecutionException e) {
            throw Throwables.rethrow(unwrap(e));
        }
    }

    /** Completes it with a failure if the loop is closed before it is done otherwise. */
    static void failAtClose(CompletableFuture<?> mirror, EventLoop loop) {
        loop.mirrors().add(mirror);
        mirror.whenComplete((value, failure) -> loop.mirrors().remove(mirror));
        if (loop.isClosed()) { // since a moment ago: it may have overlooked this one
            loop.failMirrors();
        }
    }

    private static <T extends @Nullable Object> void join(Future<T> source, CompletableFuture<T> mirror) {
        EventLoop loop = source.getLoop();
        // A callback, not a listener: completing the mirror runs what users have attached to it.
        source.addDoneCallback(done -> copyOutcome(source, mirror), new Context());
        mirror.whenComplete((value, failure) -> {
            if (mirror.isCancelled()) {
                post(loop, () -> {
                    if (!source.isDone()) {
                        source.cancel();
                    }
                });
            }
        });
    }

    private static <T extends @Nullable Object> void copyOutcome(Future<T> source, CompletableFuture<T> mirror) {
        if (source.cancelled()) {
            mirror.cancel(false);
        } else if (source.failed()) {
            mirror.completeExceptionally(Objects.requireNonNull(source.exception()));
        } else {
            mirror.complete(source.outcome());
        }
    }

    static <T extends @Nullable Object> Future<T> wrap(CompletionStage<T> stage, EventLoop loop) {
        loop.checkThread();
        Future<T> future = loop.createFuture();
        loop.core().outsideWorkBegan();
        future.addListener(done -> {
            loop.core().outsideWorkEnded();
            if (done.cancelled()) {
                loop.core().addReady(new CallbackHandle(loop, () -> cancel(stage), new Context()));
            }
        });
        stage.whenComplete((value, failure) -> post(loop, () -> {
            if (future.isDone()) {
                return;
            }
            if (failure == null) {
                future.complete(value);
            } else {
                Throwable cause = unwrap(failure);
                if (cause instanceof CancellationException) {
                    future.cancel();
                } else {
                    future.fail(cause);
                }
            }
        }));
        return future;
    }

    private static void cancel(CompletionStage<?> stage) {
        if (stage instanceof java.util.concurrent.Future<?> cancellable) {
            try {
                cancellable.cancel(true);
            } catch (UnsupportedOperationException e) {
                LOG.debug("a stage that cannot be cancelled goes on: {}", stage, e);
            }
        }
    }

    static <T extends @Nullable Object> Future<T> wrapBlocking(java.util.concurrent.Future<T> source, EventLoop loop) {
        var stage = new CompletableFuture<T>();
        OutsideThreads.start("weft-wrap-blocking", () -> {
            try {
                stage.complete(source.get());
            } catch (CancellationException e) {
                stage.cancel(false);
            } catch (InterruptedException e) {
                stage.completeExceptionally(e);
            } catch (ExecutionException e) {
                stage.completeExceptionally(unwrap(e));
            }
        });
        stage.whenComplete((value, failure) -> {
            if (stage.isCancelled()) {
                source.cancel(true);
            }
        });
        return wrap(stage, loop);
    }

    static Throwable unwrap(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof ExecutionException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause;
    }

    /**
     * Hands this library's own code to the loop's own stack, from any thread, in order with everything else that is handed over;
     * nothing happens once the loop is closed.
     */
    static void post(EventLoop loop, LoopEntry entry) {
        if (loop.isCurrent()) {
            loop.core().addReady(entry);
        } else if (!loop.isClosed()) {
            loop.core().addFromAnyThread(entry);
        }
    }
}
