package dev.weft.io.internal.process;

import dev.weft.EventLoop;
import dev.weft.Future;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What blocks the thread while processes are started, looked up and signalled: four threads for the whole program, that go away when
 * nothing is to be done. What begins here is finished, also if nobody waits for it any more.
 */
final class OffLoop {
    private static final int THREADS = 4;
    private static final AtomicInteger COUNT = new AtomicInteger();

    static final ThreadPoolExecutor POOL =
            new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), OffLoop::thread);

    static {
        POOL.allowCoreThreadTimeOut(true);
    }

    private OffLoop() {}

    private static Thread thread(Runnable work) {
        return Thread.ofPlatform()
                .daemon()
                .name("weft-process-" + COUNT.incrementAndGet())
                .unstarted(work);
    }

    static <T extends @Nullable Object> CompletableFuture<T> start(Callable<T> job) {
        var result = new CompletableFuture<T>();
        POOL.execute(() -> {
            try {
                result.complete(job.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }

    /** The same result, to be waited for on a loop. Cancelling that wait leaves the job alone. */
    static <T extends @Nullable Object> Future<T> on(EventLoop loop, CompletableFuture<T> job) {
        Future<T> result = loop.createFuture();
        var expected = loop.expectOutside();
        result.addDoneCallback(done -> expected.close());
        job.whenComplete((value, failure) -> post(loop, () -> {
            if (result.done()) {
                return;
            }
            if (failure != null) {
                result.setException(failure);
            } else {
                result.setResult(value);
            }
        }));
        return result;
    }

    /** From any thread. A closed loop need not know any more. */
    static void post(EventLoop loop, Runnable entry) {
        try {
            loop.callSoonThreadsafe(entry::run);
        } catch (IllegalStateException closed) {
            if (!loop.isClosed()) {
                throw closed;
            }
        }
    }
}
