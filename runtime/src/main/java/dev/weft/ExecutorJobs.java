package dev.weft;

import dev.weft.internal.coroutine.OutsideThreads;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Jobs that a loop has run on other threads. */
final class ExecutorJobs {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;
    private @Nullable ExecutorService defaultExecutor;
    private boolean shutDown;

    ExecutorJobs(EventLoop loop) {
        this.loop = loop;
    }

    <T extends @Nullable Object> Future<T> submit(@Nullable Executor executor, Callable<T> callable) {
        Executor target = executor != null ? executor : defaultExecutor();
        Future<T> future = loop.createFuture();
        // In a context of its own: an executor's thread may have served others before.
        var job = new Job<T>(loop, future, () -> new Context().run(callable::call));
        target.execute(job); // may refuse, by throwing
        loop.core().outsideWorkBegan();
        future.addListener(done -> {
            if (done.cancelled()) {
                job.cancel();
            }
            loop.core().outsideWorkEnded();
        });
        return future;
    }

    void setDefault(ExecutorService executor) {
        defaultExecutor = executor;
    }

    @Suspends
    void shutdown(@Nullable Duration timeout) {
        shutDown = true;
        ExecutorService executor = defaultExecutor;
        if (executor == null) {
            return;
        }
        executor.shutdown();
        if (executor.isTerminated()) {
            return;
        }
        // Ends with what went wrong, null for nothing. The only waiter is this task: a cancellation may cancel the
        // future too.
        Future<@Nullable String> ended = loop.createFuture();
        loop.core().outsideWorkBegan();
        OutsideThreads.start("weft-exec-shutdown", () -> {
            String problem;
            try {
                boolean all = executor.awaitTermination(Long.MAX_VALUE, TimeUnit.NANOSECONDS);
                problem = all ? null : "did not finish its jobs";
            } catch (InterruptedException e) {
                problem = "could not be waited for, the waiting thread was interrupted";
            }
            String outcome = problem;
            ThreadFutures.post(loop, () -> finish(ended, outcome));
        });
        TimerHandle limit = timeout == null
                ? null
                : loop.callLater(timeout, () -> finish(ended, "did not finish its jobs within " + timeout));
        try {
            String problem = ended.await();
            if (problem != null) {
                LOG.warn("the default executor {}; going on without it", problem);
            }
        } finally {
            if (limit != null) {
                limit.cancel();
            }
            loop.core().outsideWorkEnded();
        }
    }

    private static void finish(Future<@Nullable String> ended, @Nullable String problem) {
        if (!ended.done()) {
            ended.setResult(problem);
        }
    }

    /** With the loop: no waiting. */
    void close() {
        shutDown = true;
        ExecutorService executor = defaultExecutor;
        if (executor != null) {
            executor.shutdown();
        }
    }

    private Executor defaultExecutor() {
        if (shutDown) {
            throw new IllegalStateException("default executor shut down: " + loop);
        }
        ExecutorService executor = defaultExecutor;
        if (executor == null) {
            executor = Executors.newThreadPerTaskExecutor(OutsideThreads.factory("weft-exec-"));
            defaultExecutor = executor;
        }
        return executor;
    }

    /** One job. Whoever comes first decides: the thread that starts it, or the loop that drops it. */
    private static final class Job<T extends @Nullable Object> implements Runnable {
        private static final int QUEUED = 0;
        private static final int STARTED = 1;
        private static final int CANCELLED = 2;

        private final EventLoop loop;
        private final Future<T> future;
        private final AtomicInteger state = new AtomicInteger(QUEUED);
        private @Nullable Callable<T> callable;

        Job(EventLoop loop, Future<T> future, Callable<T> callable) {
            this.loop = loop;
            this.future = future;
            this.callable = callable;
        }

        @Override
        public void run() {
            if (!state.compareAndSet(QUEUED, STARTED)) {
                return;
            }
            Callable<T> work = Objects.requireNonNull(callable);
            callable = null;
            try {
                T value = work.call();
                deliver(() -> future.complete(value));
            } catch (Throwable e) {
                deliver(() -> future.fail(e));
            }
        }

        void cancel() {
            if (state.compareAndSet(QUEUED, CANCELLED)) {
                callable = null;
            }
        }

        private void deliver(Runnable outcome) {
            ThreadFutures.post(loop, () -> {
                if (!future.done()) {
                    outcome.run();
                }
            });
        }
    }
}
