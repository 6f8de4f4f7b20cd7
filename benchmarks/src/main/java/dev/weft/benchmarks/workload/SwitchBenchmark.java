package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;

import dev.weft.EventLoop;
import dev.weft.Task;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.peer.OneThread;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import jdk.internal.vm.Continuation;
import jdk.internal.vm.ContinuationScope;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;

/** What one switch costs: from a task that gives way to the next one that goes on. */
public class SwitchBenchmark extends Workload {
    private static final int STEPS = 1_000_000;

    /** How many tasks take turns. */
    @Param({"2", "100", "10000"})
    public int tasks;

    /** For JMH. */
    public SwitchBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void weft() {
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
        run(mode, () -> {
            var started = new ArrayList<Task<?>>(tasks);
            for (int i = 0; i < tasks; i++) {
                started.add(createTask(() -> {
                    for (int turn = 0; turn < turns; turn++) {
                        yieldNow();
                    }
                }));
            }
            for (Task<?> task : started) {
                task.await();
            }
        });
    }

    /** Kotlin's {@code yield()}. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void kotlin() {
        KotlinPeer.switches(tasks, STEPS / tasks);
    }

    /** Virtual threads on the JDK's own scheduler, giving way by {@code Thread.yield}: they use both cores. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void virtualThreads() throws InterruptedException {
        int turns = STEPS / tasks;
        var done = new CountDownLatch(tasks);
        for (int i = 0; i < tasks; i++) {
            Thread.startVirtualThread(() -> {
                for (int turn = 0; turn < turns; turn++) {
                    Thread.yield();
                }
                done.countDown();
            });
        }
        done.await();
    }

    /** Virtual threads on one thread, giving way by {@code Thread.yield}. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void oneThread() {
        int turns = STEPS / tasks;
        var threads = new OneThread();
        for (int i = 0; i < tasks; i++) {
            threads.start(() -> {
                for (int turn = 0; turn < turns; turn++) {
                    Thread.yield();
                }
            });
        }
        threads.run();
    }

    /** The JVM's continuations: no threads, nothing but switching. */
    @Benchmark
    @OperationsPerInvocation(STEPS)
    public void continuation() {
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
}
