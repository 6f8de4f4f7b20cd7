package dev.weft.benchmarks.workload;

import dev.weft.EventLoop;
import dev.weft.TimerHandle;
import dev.weft.benchmarks.peer.NettyLoop;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What a timer costs that never fires: a million, with delays of a second to a thousand, all scheduled and then all cancelled. */
public class CancelledTimerBenchmark extends Workload {
    private static final int TIMERS = 1_000_000;
    private static final long[] DELAYS = new Random(0)
            .longs(TIMERS, TimeUnit.SECONDS.toNanos(1), TimeUnit.SECONDS.toNanos(1000))
            .toArray();

    /** For JMH. */
    public CancelledTimerBenchmark() {}

    /** Weft, {@code callAt} and {@code cancel}. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void weft() {
        try (EventLoop loop = EventLoop.builder().build()) {
            loop.callSoon(() -> {
                var timers = new TimerHandle[TIMERS];
                long now = loop.time();
                for (int i = 0; i < TIMERS; i++) {
                    timers[i] = loop.callAt(now + DELAYS[i], loop::stop);
                }
                for (TimerHandle timer : timers) {
                    timer.cancel();
                }
                loop.stop();
            });
            loop.runForever();
        }
    }

    /** Netty's event loop. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void netty() throws InterruptedException {
        var done = new CountDownLatch(1);
        try (var loop = new NettyLoop()) {
            loop.execute(() -> {
                var timers = new Future<?>[TIMERS];
                for (int i = 0; i < TIMERS; i++) {
                    timers[i] = loop.schedule(done::countDown, DELAYS[i]);
                }
                for (Future<?> timer : timers) {
                    timer.cancel(false);
                }
                done.countDown();
            });
            done.await();
        }
    }

    /** A {@code ScheduledThreadPoolExecutor} of one thread that removes what is cancelled. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void executor() throws InterruptedException {
        var done = new CountDownLatch(1);
        try (var executor = new ScheduledThreadPoolExecutor(1)) {
            executor.setRemoveOnCancelPolicy(true);
            executor.execute(() -> {
                var timers = new Future<?>[TIMERS];
                for (int i = 0; i < TIMERS; i++) {
                    timers[i] = executor.schedule(done::countDown, DELAYS[i], TimeUnit.NANOSECONDS);
                }
                for (Future<?> timer : timers) {
                    timer.cancel(false);
                }
                done.countDown();
            });
            done.await();
        }
    }
}
