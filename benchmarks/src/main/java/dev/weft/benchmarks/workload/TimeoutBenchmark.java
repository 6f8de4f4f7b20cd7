package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.timeout;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;

import dev.weft.EventLoop;
import dev.weft.benchmarks.peer.KotlinPeer;
import java.time.Duration;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** What a time limit costs around an operation that ends in time. */
public class TimeoutBenchmark extends Workload {
    private static final int TIMES = 100_000;
    private static final Duration LIMIT = seconds(10);

    /** The call. */
    public enum Call {
        /** {@code waitFor}. */
        WAIT_FOR,
        /** {@code timeout}. */
        TIMEOUT
    }

    /** Which. */
    @Param
    public Call call = Call.WAIT_FOR;

    /** Whether the operation suspends once. */
    @Param({"false", "true"})
    public boolean suspending;

    /** For JMH. */
    public TimeoutBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void weft(Blackhole hole) throws Exception {
        weft(EventLoop.Mode.CONFINED, hole);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public void weftPortable(Blackhole hole) throws Exception {
        weft(EventLoop.Mode.PORTABLE, hole);
    }

    private void weft(EventLoop.Mode mode, Blackhole hole) throws Exception {
        run(mode, () -> {
            for (int i = 0; i < TIMES; i++) {
                int number = i;
                int result = call == Call.WAIT_FOR
                        ? waitFor(() -> operation(number), LIMIT)
                        : timeout(LIMIT, () -> operation(number));
                hole.consume(result);
            }
        });
    }

    private int operation(int result) {
        if (suspending) {
            yieldNow();
        }
        return result;
    }

    /** Kotlin's {@code withTimeout}. */
    @Benchmark
    @OperationsPerInvocation(TIMES)
    public long kotlin() {
        return suspending ? KotlinPeer.timeoutSuspending(TIMES) : KotlinPeer.timeoutReady(TIMES);
    }
}
