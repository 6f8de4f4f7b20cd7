package dev.weft.benchmarks.workload;

import dev.weft.EventLoop;
import dev.weft.benchmarks.peer.NettyLoop;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** What it costs to have a loop call something: from the loop itself, in batches of a thousand, and from another thread. */
public class CallbackBenchmark extends Workload {
    private static final int CALLS = 1_000_000;
    private static final int BATCH = 1_000;

    /** Who asks. */
    public enum From {
        /** A callback. */
        LOOP,
        /** Another thread. */
        THREAD
    }

    /** Who. */
    @Param
    public From from = From.LOOP;

    private int called;

    /** For JMH. */
    public CallbackBenchmark() {}

    /** Weft, tasks scheduled by the loop: {@code callSoon} and {@code callSoonThreadsafe}. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void weft() throws InterruptedException {
        weft(EventLoop.Mode.CONFINED);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void weftPortable() throws InterruptedException {
        weft(EventLoop.Mode.PORTABLE);
    }

    private void weft(EventLoop.Mode mode) throws InterruptedException {
        called = 0;
        try (EventLoop loop = EventLoop.builder().mode(mode).build()) {
            if (from == From.LOOP) {
                loop.callSoon(() -> weftBatch(loop));
                loop.runForever();
                return;
            }
            var thread = Thread.ofPlatform().start(() -> {
                for (int i = 0; i < CALLS; i++) {
                    loop.callSoonThreadsafe(() -> {
                        if (++called == CALLS) {
                            loop.stop();
                        }
                    });
                }
            });
            loop.runForever();
            thread.join();
        }
    }

    private void weftBatch(EventLoop loop) {
        if (called == CALLS) {
            loop.stop();
            return;
        }
        for (int i = 0; i < BATCH; i++) {
            loop.callSoon(() -> called++);
        }
        loop.callSoon(() -> weftBatch(loop));
    }

    /** Netty's event loop, {@code execute}. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void netty() throws InterruptedException {
        called = 0;
        try (var loop = new NettyLoop()) {
            execute(loop::execute);
        }
    }

    /** {@code ThreadPoolExecutor} of one thread. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public void executor() throws InterruptedException {
        called = 0;
        var queue = new ArrayBlockingQueue<Runnable>(CALLS + 1);
        try (var executor = new ThreadPoolExecutor(1, 1, 0, TimeUnit.SECONDS, queue)) {
            execute(executor::execute);
        }
    }

    private interface Executing {
        void execute(Runnable job);
    }

    private void execute(Executing loop) throws InterruptedException {
        var done = new CountDownLatch(1);
        if (from == From.LOOP) {
            loop.execute(() -> batch(loop, done));
        } else {
            for (int i = 0; i < CALLS; i++) {
                loop.execute(() -> {
                    if (++called == CALLS) {
                        done.countDown();
                    }
                });
            }
        }
        done.await();
    }

    private void batch(Executing loop, CountDownLatch done) {
        if (called == CALLS) {
            done.countDown();
            return;
        }
        for (int i = 0; i < BATCH; i++) {
            loop.execute(() -> called++);
        }
        loop.execute(() -> batch(loop, done));
    }
}
