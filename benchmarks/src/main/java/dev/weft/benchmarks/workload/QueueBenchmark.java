package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.createTask;

import com.softwaremill.jox.Channel;
import dev.weft.EventLoop;
import dev.weft.Queue;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.peer.OneThread;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to hand an item from one task to another through a queue. */
public class QueueBenchmark extends Workload {
    private static final int ITEMS = 200_000;

    /** What kind of queue. */
    public enum Kind {
        /** Room for one. */
        CAPACITY_1(1),
        /** Room for a hundred. */
        CAPACITY_100(100),
        /** Room for all. */
        UNBOUNDED(0),
        /** Two queues with room for one each: an item goes there, its answer comes back. */
        PING_PONG(1);

        private final int capacity;

        Kind(int capacity) {
            this.capacity = capacity;
        }
    }

    /** Which. */
    @Param
    public Kind kind = Kind.CAPACITY_1;

    /** For JMH. */
    public QueueBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void weft(Blackhole hole) {
        weft(EventLoop.Mode.CONFINED, hole);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void weftPortable(Blackhole hole) {
        weft(EventLoop.Mode.PORTABLE, hole);
    }

    private void weft(EventLoop.Mode mode, Blackhole hole) {
        run(mode, () -> {
            var there = new Queue<Integer>(kind.capacity);
            if (kind == Kind.PING_PONG) {
                var back = new Queue<Integer>(1);
                createTask(() -> {
                    for (int i = 0; i < ITEMS; i++) {
                        back.put(there.get() + 1);
                    }
                });
                for (int i = 0; i < ITEMS; i++) {
                    there.put(i);
                    hole.consume(back.get());
                }
            } else {
                createTask(() -> {
                    for (int i = 0; i < ITEMS; i++) {
                        there.put(i);
                    }
                });
                for (int i = 0; i < ITEMS; i++) {
                    hole.consume(there.get());
                }
            }
        });
    }

    /** Kotlin's {@code Channel}. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public long kotlin() {
        return kind == Kind.PING_PONG ? KotlinPeer.pingPong(ITEMS) : KotlinPeer.queue(kind.capacity, ITEMS);
    }

    private static <T> Channel<T> channel(int capacity) {
        return capacity == 0 ? Channel.newUnlimitedChannel() : Channel.newBufferedChannel(capacity);
    }

    /** jox's {@code Channel}, on virtual threads. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void jox(Blackhole hole) throws InterruptedException {
        Channel<Integer> there = channel(kind.capacity);
        Channel<Integer> back = channel(1);
        twoThreads(
                () -> {
                    for (int i = 0; i < ITEMS; i++) {
                        if (kind == Kind.PING_PONG) {
                            back.send(there.receive() + 1);
                        } else {
                            there.send(i);
                        }
                    }
                },
                () -> {
                    for (int i = 0; i < ITEMS; i++) {
                        if (kind == Kind.PING_PONG) {
                            there.send(i);
                            hole.consume(back.receive());
                        } else {
                            hole.consume(there.receive());
                        }
                    }
                });
    }

    /** {@code ArrayBlockingQueue} or {@code LinkedBlockingQueue}, on virtual threads. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void virtualThreads(Blackhole hole) throws InterruptedException {
        BlockingQueue<Integer> there =
                kind.capacity == 0 ? new LinkedBlockingQueue<>() : new ArrayBlockingQueue<>(kind.capacity);
        BlockingQueue<Integer> back = new ArrayBlockingQueue<>(1);
        twoThreads(
                () -> {
                    for (int i = 0; i < ITEMS; i++) {
                        if (kind == Kind.PING_PONG) {
                            back.put(there.take() + 1);
                        } else {
                            there.put(i);
                        }
                    }
                },
                () -> {
                    for (int i = 0; i < ITEMS; i++) {
                        if (kind == Kind.PING_PONG) {
                            there.put(i);
                            hole.consume(back.take());
                        } else {
                            hole.consume(there.take());
                        }
                    }
                });
    }

    private interface Blocking {
        void run() throws InterruptedException;
    }

    private static void twoThreads(Blocking first, Blocking second) throws InterruptedException {
        Thread one = Thread.startVirtualThread(() -> uninterrupted(first));
        Thread other = Thread.startVirtualThread(() -> uninterrupted(second));
        one.join();
        other.join();
    }

    private static void uninterrupted(Blocking body) {
        try {
            body.run();
        } catch (InterruptedException e) {
            throw new AssertionError("nobody interrupts here", e);
        }
    }

    /** Virtual threads on one thread, with an array deque and park for a queue. */
    @Benchmark
    @OperationsPerInvocation(ITEMS)
    public void oneThread(Blackhole hole) {
        var threads = new OneThread();
        var there = new OneThread.Items(kind.capacity == 0 ? Integer.MAX_VALUE : kind.capacity);
        var back = new OneThread.Items(1);
        threads.start(() -> {
            for (int i = 0; i < ITEMS; i++) {
                if (kind == Kind.PING_PONG) {
                    back.put(there.get() + 1);
                } else {
                    there.put(i);
                }
            }
        });
        threads.start(() -> {
            for (int i = 0; i < ITEMS; i++) {
                if (kind == Kind.PING_PONG) {
                    there.put(i);
                    hole.consume(back.get());
                } else {
                    hole.consume(there.get());
                }
            }
        });
        threads.run();
    }
}
