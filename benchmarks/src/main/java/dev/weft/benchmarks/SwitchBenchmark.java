package dev.weft.benchmarks;

import static dev.weft.Asyncio.yieldNow;

import dev.weft.EventLoop;
import dev.weft.Task;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What one switch costs: from a task that gives way to the next one that goes on. Beside it, in the same run, the floor below it (the
 * JVM's own continuation, an array deque as the scheduler) and the limit it can hope for (bare virtual threads on a plain custom
 * scheduler, once giving way by {@code Thread.yield} and once by park and unpark).
 *
 * <p>One operation is one switch; an invocation makes {@value #STEPS} of them inside one loop, so starting the tasks is in the figure, but
 * small.
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
            "-Xmx2g"
        })
public class SwitchBenchmark {
    private static final int STEPS = 1_000_000;

    /** How many tasks take turns. */
    @Param({"2", "100", "10000"})
    public int tasks;

    /** For JMH. */
    public SwitchBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void weftConfined() {
        weft(EventLoop.Mode.CONFINED);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void weftPortable() {
        weft(EventLoop.Mode.PORTABLE);
    }

    private void weft(EventLoop.Mode mode) {
        int turns = STEPS / tasks;
        try (EventLoop loop = EventLoop.builder().mode(mode).build()) {
            var started = new ArrayList<Task<?>>();
            for (int i = 0; i < tasks; i++) {
                started.add(loop.createTask(() -> {
                    for (int turn = 0; turn < turns; turn++) {
                        yieldNow();
                    }
                }));
            }
            loop.runUntilComplete(() -> {
                for (Task<?> task : started) {
                    task.await();
                }
            });
        }
    }

    /** The JVM's continuations: no threads, nothing but switching. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void rawContinuation() {
        int turns = STEPS / tasks;
        var scope = new ContinuationScope("benchmark");
        var ready = new ArrayDeque<Continuation>();
        for (int i = 0; i < tasks; i++) {
            ready.add(new Continuation(scope, () -> {
                for (int turn = 0; turn < turns; turn++) {
                    Continuation.yield(scope);
                }
            }));
        }
        for (Continuation next = ready.poll(); next != null; next = ready.poll()) {
            next.run();
            if (!next.isDone()) {
                ready.add(next);
            }
        }
    }

    /** Virtual threads on a scheduler that is an array deque, giving way by {@code Thread.yield}. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void bareVirtualThreadYield() {
        int turns = STEPS / tasks;
        var ready = new ArrayDeque<Runnable>();
        for (int i = 0; i < tasks; i++) {
            CustomScheduler.start(ready::add, () -> {
                for (int turn = 0; turn < turns; turn++) {
                    Thread.yield();
                }
            });
        }
        drain(ready);
    }

    /** Virtual threads on a scheduler that is an array deque, giving way by park, woken by unpark. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void bareVirtualThreadPark() {
        int turns = STEPS / tasks;
        var ready = new ArrayDeque<Runnable>();
        var waiting = new ArrayDeque<Thread>();
        for (int i = 0; i < tasks; i++) {
            CustomScheduler.start(ready::add, () -> {
                for (int turn = 0; turn < turns; turn++) {
                    waiting.add(Thread.currentThread());
                    LockSupport.park();
                }
            });
        }
        drain(ready);
        for (Thread next = waiting.poll(); next != null; next = waiting.poll()) {
            LockSupport.unpark(next);
            drain(ready);
        }
    }

    private static void drain(ArrayDeque<Runnable> ready) {
        for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
            next.run();
        }
    }
}
