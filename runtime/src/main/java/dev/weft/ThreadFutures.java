package dev.weft;

import dev.weft.internal.coroutine.OutsideThreads;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Between the futures of a loop and those of threads. */
final class ThreadFutures {
    private ThreadFutures() {}

    /** A future for other threads that completes as the loop's does, and whose cancellation cancels the loop's. */
    static <T extends @Nullable Object> CompletableFuture<T> mirror(Future<T> source) {
        EventLoop loop = source.getLoop();
        var mirror = new CompletableFuture<T>();
        Future.Listener copy = done -> copyOutcome(source, mirror);
        source.addListener(copy);
        loop.mirrors().add(mirror);
        mirror.whenComplete((value, failure) -> {
            loop.mirrors().remove(mirror);
            if (mirror.isCancelled()) {
                postUnlessClosed(loop, () -> source.cancel());
            }
        });
        return mirror;
    }

    static <T extends @Nullable Object> CompletableFuture<T> submit(Coroutine<T> coroutine, EventLoop loop) {
        Objects.requireNonNull(coroutine, "coroutine");
        var mirror = new CompletableFuture<T>();
        loop.mirrors().add(mirror);
        mirror.whenComplete((value, failure) -> loop.mirrors().remove(mirror));
        loop.callSoonThreadsafe(
                () -> {
                    if (mirror.isDone()) {
                        return; // cancelled before it began
                    }
                    Task<T> task;
                    try {
                        task = loop.createTask(coroutine);
                    } catch (Throwable e) {
                        mirror.completeExceptionally(e);
                        throw e;
                    }
                    task.addListener(done -> copyOutcome(task, mirror));
                    mirror.whenComplete((value, failure) -> {
                        if (mirror.isCancelled()) {
                            postUnlessClosed(loop, () -> task.cancel());
                        }
                    });
                },
                new Context());
        return mirror;
    }

    /** On the loop's own stack; completing may run what users attached, hence on the loop's callback fiber. */
    private static <T extends @Nullable Object> void copyOutcome(Future<T> source, CompletableFuture<T> mirror) {
        EventLoop loop = source.getLoop();
        loop.core()
                .addReady(new CallbackHandle(
                        loop,
                        () -> {
                            if (source.cancelled()) {
                                mirror.cancel(false);
                            } else if (source.failed()) {
                                mirror.completeExceptionally(Objects.requireNonNull(source.exception()));
                            } else {
                                mirror.complete(source.outcome());
                            }
                        },
                        new Context()));
    }

    static <T extends @Nullable Object> Future<T> wrap(CompletionStage<T> stage, EventLoop loop) {
        Future<T> future = loop.createFuture();
        CompletableFuture<T> source = stage.toCompletableFuture();
        loop.core().outsideWorkBegan();
        future.addListener(done -> {
            loop.core().outsideWorkEnded();
            if (done.cancelled()) {
                loop.core().addReady(new CallbackHandle(loop, () -> source.cancel(true), new Context()));
            }
        });
        source.whenComplete((value, failure) -> postUnlessClosed(loop, () -> {
            if (future.done()) {
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

    /** Hands this library's own code to the loop's own stack, from any thread; nothing happens once the loop is closed. */
    static void postInternal(EventLoop loop, dev.weft.internal.loop.LoopEntry entry) {
        if (!loop.isClosed()) {
            loop.core().addFromAnyThread(entry);
        }
    }

    static void postUnlessClosed(EventLoop loop, Action action) {
        try {
            loop.callSoonThreadsafe(action, new Context());
        } catch (IllegalStateException closed) {
            // Nobody is left to be told.
            if (!loop.isClosed()) {
                throw closed;
            }
        }
    }
}
