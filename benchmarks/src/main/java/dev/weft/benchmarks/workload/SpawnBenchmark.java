package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.gather;
import static dev.weft.Asyncio.taskGroup;

import dev.weft.EventLoop;
import dev.weft.Task;
import dev.weft.TaskOptions;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.peer.OneThread;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to start a trivial task and to hear that it is done. */
public class SpawnBenchmark extends Workload {
    private static final int TASKS = 100_000;

    /** How tasks are started and awaited. */
    public enum How {
        /** One after another. */
        SEQUENTIAL,
        /** All at once, by {@code gather}. */
        GATHER,
        /** All at once, in a task group. */
        GROUP,
        /** One after another, each run to its end inside the call that creates it. */
        EAGER
    }

    /** How. */
    @Param
    public How how = How.SEQUENTIAL;

    /** For JMH. */
    public SpawnBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void weft(Blackhole hole) {
        weft(EventLoop.Mode.CONFINED, hole);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void weftPortable(Blackhole hole) {
        weft(EventLoop.Mode.PORTABLE, hole);
    }

    private void weft(EventLoop.Mode mode, Blackhole hole) {
        run(mode, () -> {
            switch (how) {
                case SEQUENTIAL -> {
                    for (long i = 0; i < TASKS; i++) {
                        long number = i;
                        hole.consume(createTask(() -> number).await());
                    }
                }
                case EAGER -> {
                    TaskOptions eager = TaskOptions.DEFAULT.eagerStart(true);
                    for (long i = 0; i < TASKS; i++) {
                        long number = i;
                        hole.consume(createTask(() -> number, eager).await());
                    }
                }
                case GATHER -> {
                    List<Task<Long>> tasks = new ArrayList<>(TASKS);
                    for (long i = 0; i < TASKS; i++) {
                        long number = i;
                        tasks.add(createTask(() -> number));
                    }
                    hole.consume(gather(tasks).await());
                }
                case GROUP ->
                    taskGroup(group -> {
                        for (long i = 0; i < TASKS; i++) {
                            long number = i;
                            group.createTask(() -> hole.consume(number));
                        }
                    });
            }
        });
    }

    /** Kotlin: {@code launch} and {@code join}, {@code async} and {@code awaitAll}, {@code coroutineScope}, an undispatched start. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long kotlin() {
        return switch (how) {
            case SEQUENTIAL -> KotlinPeer.spawnSequential(TASKS);
            case GATHER -> KotlinPeer.spawnGather(TASKS);
            case GROUP -> KotlinPeer.spawnGroup(TASKS);
            case EAGER -> KotlinPeer.spawnEager(TASKS);
        };
    }

    /** Virtual threads on the JDK's own scheduler. What would be eager is a call there. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void virtualThreads(Blackhole hole) throws InterruptedException {
        if (how == How.SEQUENTIAL || how == How.EAGER) {
            for (long i = 0; i < TASKS; i++) {
                long number = i;
                Thread.startVirtualThread(() -> hole.consume(number)).join();
            }
            return;
        }
        List<Thread> threads = new ArrayList<>(TASKS);
        for (long i = 0; i < TASKS; i++) {
            long number = i;
            threads.add(Thread.startVirtualThread(() -> hole.consume(number)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** Virtual threads on one thread, with a field and an unpark for a result. */
    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void oneThread(Blackhole hole) {
        var threads = new OneThread();
        threads.start(() -> {
            Thread main = Thread.currentThread();
            boolean together = how == How.GATHER || how == How.GROUP;
            int[] left = {0};
            for (long i = 0; i < TASKS; i++) {
                long number = i;
                left[0]++;
                threads.start(() -> {
                    hole.consume(number);
                    if (--left[0] == 0) {
                        LockSupport.unpark(main);
                    }
                });
                while (!together && left[0] > 0) {
                    LockSupport.park();
                }
            }
            while (left[0] > 0) {
                LockSupport.park();
            }
        });
        threads.run();
    }
}
