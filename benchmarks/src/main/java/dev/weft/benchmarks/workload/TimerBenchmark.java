package dev.weft.benchmarks.workload;

import dev.weft.EventLoop;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.peer.NettyLoop;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;

/** What a timer costs that fires: 100,000 with delays of up to a millisecond. */
public class TimerBenchmark extends Workload {
    private static final int TIMERS = 100_000;
    private static final long[] DELAYS =
            new Random(0).longs(TIMERS, 0, TimeUnit.MILLISECONDS.toNanos(1)).toArray();
    private static final int[] WHOLE_MILLIS = new int[TIMERS];

    static {
        Arrays.fill(WHOLE_MILLIS, 1); // Kotlin's clock has no finer step
    }

    private int fired;

    /** For JMH. */
    public TimerBenchmark() {}

    /** Weft, {@code callAt}. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void weft() {
        fired = 0;
        try (EventLoop loop = EventLoop.builder().build()) {
            loop.callSoon(() -> {
                long now = loop.time();
                for (long delay : DELAYS) {
                    loop.callAt(now + delay, () -> {
                        if (++fired == TIMERS) {
                            loop.stop();
                        }
                    });
                }
            });
            loop.runForever();
        }
    }

    /** Netty's event loop, {@code schedule}. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void netty() throws InterruptedException {
        fired = 0;
        var done = new CountDownLatch(1);
        try (var loop = new NettyLoop()) {
            loop.execute(() -> {
                for (long delay : DELAYS) {
                    loop.schedule(
                            () -> {
                                if (++fired == TIMERS) {
                                    done.countDown();
                                }
                            },
                            delay);
                }
            });
            done.await();
        }
    }

    /** A {@code ScheduledThreadPoolExecutor} of one thread. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void executor() throws InterruptedException {
        var left = new AtomicInteger(TIMERS);
        var done = new CountDownLatch(1);
        try (var executor = new ScheduledThreadPoolExecutor(1)) {
            executor.execute(() -> {
                for (long delay : DELAYS) {
                    executor.schedule(
                            () -> {
                                if (left.decrementAndGet() == 0) {
                                    done.countDown();
                                }
                            },
                            delay,
                            TimeUnit.NANOSECONDS);
                }
            });
            done.await();
        }
    }

    /** Kotlin's {@code delay}, a millisecond each, in a coroutine each. */
    @Benchmark
    @OperationsPerInvocation(TIMERS)
    public void kotlin() {
        KotlinPeer.timersFire(WHOLE_MILLIS);
    }
}
