package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.gather;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;

import dev.weft.EventLoop;
import dev.weft.Task;
import dev.weft.TaskOptions;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.peer.TreeShape;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;

/** pyperformance's async_tree: one operation is a whole tree of 55,986 tasks. */
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TreeBenchmark extends Workload {
    /** How a node has its children run. */
    public enum Children {
        /** {@code gather}. */
        GATHER,
        /** A task group. */
        GROUP,
        /** A task group of eager tasks. */
        EAGER
    }

    /** What the leaves do. */
    @Param
    public TreeShape shape = TreeShape.NONE;

    /** How. */
    @Param
    public Children children = Children.GATHER;

    private boolean[] cached = {};
    private int leaves;

    /** For JMH. */
    public TreeBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    public int weft() {
        return weft(EventLoop.Mode.CONFINED);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    public int weftPortable() {
        return weft(EventLoop.Mode.PORTABLE);
    }

    private int weft(EventLoop.Mode mode) {
        cached = new boolean[TreeShape.DRAWS + 1];
        leaves = 0;
        run(mode, () -> node(TreeShape.LEVELS));
        return leaves;
    }

    private void node(int level) {
        if (level == 0) {
            leaf(TreeShape.draw(leaves++));
            return;
        }
        switch (children) {
            case GATHER -> {
                List<Task<?>> tasks = new ArrayList<>(TreeShape.BRANCHES);
                for (int i = 0; i < TreeShape.BRANCHES; i++) {
                    tasks.add(createTask(() -> node(level - 1)));
                }
                gather(tasks).await();
            }
            case GROUP, EAGER -> {
                TaskOptions options = TaskOptions.DEFAULT.eagerStart(children == Children.EAGER);
                taskGroup(group -> {
                    for (int i = 0; i < TreeShape.BRANCHES; i++) {
                        group.createTask(() -> node(level - 1), options);
                    }
                });
            }
        }
    }

    private void leaf(int draw) {
        if (shape.computes(draw)) {
            TreeShape.compute();
        } else if (shape.waits(draw, cached)) {
            sleep(millis(TreeShape.IO_MILLIS));
        }
    }

    /** Kotlin: {@code launch} and {@code join}; eager by an undispatched start. */
    @Benchmark
    public long kotlin() {
        return KotlinPeer.tree(shape, children == Children.EAGER);
    }

    /** Virtual threads on the JDK's own scheduler; a node joins its children. */
    @Benchmark
    public int virtualThreads() throws InterruptedException {
        cached = new boolean[TreeShape.DRAWS + 1];
        var numbers = new AtomicInteger();
        threadNode(TreeShape.LEVELS, numbers);
        return numbers.get();
    }

    private void threadNode(int level, AtomicInteger numbers) throws InterruptedException {
        if (level == 0) {
            threadLeaf(TreeShape.draw(numbers.getAndIncrement()));
            return;
        }
        var threads = new Thread[TreeShape.BRANCHES];
        for (int i = 0; i < threads.length; i++) {
            threads[i] = Thread.startVirtualThread(() -> {
                try {
                    threadNode(level - 1, numbers);
                } catch (InterruptedException e) {
                    throw new AssertionError("nobody interrupts here", e);
                }
            });
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private void threadLeaf(int draw) throws InterruptedException {
        if (shape.computes(draw)) {
            TreeShape.compute();
        } else {
            boolean waits;
            synchronized (this) {
                waits = shape.waits(draw, cached);
            }
            if (waits) {
                Thread.sleep(TreeShape.IO_MILLIS);
            }
        }
    }
}
