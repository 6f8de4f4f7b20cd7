package dev.weft.benchmarks.workload;

import dev.weft.EventLoop;
import dev.weft.VoidBody;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What all workloads have in common. A workload is one class; each of its methods does the same work with another peer, which the method is
 * named after (see {@link dev.weft.benchmarks.report.Peer}), so that one run has them side by side.
 *
 * <p>One operation is one step of many inside one loop: starting the loop is in the figure, and too small to see.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@State(Scope.Thread)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 3,
        jvmArgsAppend = {
            "--add-opens=java.base/java.lang=ALL-UNNAMED",
            "--add-exports=java.base/jdk.internal.vm=ALL-UNNAMED",
            "-XX:+UseParallelGC",
            // Of one size and touched before: or else it would be measured how fast the system clears fresh pages.
            "-Xms1500m",
            "-Xmx1500m",
            "-Xmn1g",
            "-XX:+AlwaysPreTouch"
        })
public abstract class Workload {
    /** For JMH. */
    protected Workload() {}

    /** Runs a body as the main task of a new loop whose tasks are scheduled by the loop itself. */
    static <X extends Exception> void confined(VoidBody<X> body) throws X {
        run(EventLoop.Mode.CONFINED, body);
    }

    /** Runs a body as the main task of a new loop whose tasks pass a baton. */
    static <X extends Exception> void portable(VoidBody<X> body) throws X {
        run(EventLoop.Mode.PORTABLE, body);
    }

    static <X extends Exception> void run(EventLoop.Mode mode, VoidBody<X> body) throws X {
        try (EventLoop loop = EventLoop.builder().mode(mode).build()) {
            loop.runUntilComplete(body);
        }
    }
}
