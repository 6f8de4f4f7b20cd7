package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.generator;

import dev.weft.EventLoop;
import dev.weft.Generator;
import dev.weft.benchmarks.peer.ContinuationGenerator;
import dev.weft.benchmarks.peer.KotlinPeer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/**
 * pyperformance's async_generators: an in-order walk of a balanced tree of 100,000 nodes, a generator for each node. One operation is a node,
 * which is handed upwards through 16 generators on average.
 */
public class GeneratorBenchmark extends Workload {
    private static final int NODES = 100_000;

    /** How a generator is consumed. */
    public enum Form {
        /** {@code forEach}: the body runs on the consumer's stack. */
        FOR_EACH,
        /** An iterator: the body is suspended at each item. */
        ITERATOR
    }

    /** Which. */
    @Param
    public Form form = Form.FOR_EACH;

    private long sum;

    /** For JMH. */
    public GeneratorBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(NODES)
    public long weft() {
        return weft(EventLoop.Mode.CONFINED);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(NODES)
    public long weftPortable() {
        return weft(EventLoop.Mode.PORTABLE);
    }

    private long weft(EventLoop.Mode mode) {
        sum = 0;
        run(mode, () -> {
            if (form == Form.FOR_EACH) {
                walk(0, NODES).forEach(node -> sum += node);
            } else {
                for (int node : walk(0, NODES)) {
                    sum += node;
                }
            }
        });
        return sum;
    }

    private Generator<Integer> walk(int from, int to) {
        return generator(out -> {
            if (from < to) {
                int middle = (from + to) >>> 1;
                if (form == Form.FOR_EACH) {
                    walk(from, middle).forEach(out::emit);
                    out.emit(middle);
                    walk(middle + 1, to).forEach(out::emit);
                } else {
                    for (int node : walk(from, middle)) {
                        out.emit(node);
                    }
                    out.emit(middle);
                    for (int node : walk(middle + 1, to)) {
                        out.emit(node);
                    }
                }
            }
        });
    }

    /** Kotlin's {@code sequence}, whose {@code yieldAll} resumes the innermost one directly. */
    @Benchmark
    @OperationsPerInvocation(NODES)
    public long kotlin() {
        return KotlinPeer.generator(NODES);
    }

    /** Iterators over the JVM's own continuations, two switches for an item. */
    @Benchmark
    @OperationsPerInvocation(NODES)
    public void continuation(Blackhole hole) {
        for (int node : continuations(0, NODES)) {
            hole.consume(node);
        }
    }

    private static ContinuationGenerator continuations(int from, int to) {
        return new ContinuationGenerator(out -> {
            if (from < to) {
                int middle = (from + to) >>> 1;
                for (int node : continuations(from, middle)) {
                    out.accept(node);
                }
                out.accept(middle);
                for (int node : continuations(middle + 1, to)) {
                    out.accept(node);
                }
            }
        });
    }
}
