package dev.weft.benchmarks.workload;

import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.yieldNow;

import dev.weft.EventLoop;
import dev.weft.Lock;
import dev.weft.Semaphore;
import dev.weft.benchmarks.peer.KotlinPeer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.infra.Blackhole;

/** What it costs to take a lock, or one of ten permits, and to give it back. The contended forms give way while they hold it. */
public class LockBenchmark extends Workload {
    private static final int TASKS = 100;
    private static final int TIMES = 2_000;
    private static final int HOLDS = TASKS * TIMES;
    private static final int PERMITS = 10;

    /** What is held, and who else wants it. */
    public enum Kind {
        /** A lock nobody else wants. */
        FREE,
        /** A lock that 99 others wait for. */
        CONTENDED,
        /** One of ten permits that 90 others wait for. */
        SEMAPHORE_10
    }

    /** Which. */
    @Param
    public Kind kind = Kind.FREE;

    private long held;

    /** For JMH. */
    public LockBenchmark() {}

    /** Weft, tasks scheduled by the loop. */
    @Benchmark
    @OperationsPerInvocation(HOLDS)
    public long weft(Blackhole hole) {
        return weft(EventLoop.Mode.CONFINED, hole);
    }

    /** Weft, tasks passing a baton. */
    @Benchmark
    @OperationsPerInvocation(HOLDS)
    public long weftPortable(Blackhole hole) {
        return weft(EventLoop.Mode.PORTABLE, hole);
    }

    private long weft(EventLoop.Mode mode, Blackhole hole) {
        run(mode, () -> {
            var lock = new Lock();
            var semaphore = new Semaphore(PERMITS);
            if (kind == Kind.FREE) {
                for (int i = 0; i < HOLDS; i++) {
                    lock.acquire();
                    hole.consume(++held); // or the JIT finds out that nobody looks while the lock is held
                    lock.release();
                }
                return;
            }
            taskGroup(group -> {
                for (int task = 0; task < TASKS; task++) {
                    group.createTask(() -> {
                        for (int i = 0; i < TIMES; i++) {
                            if (kind == Kind.CONTENDED) {
                                lock.acquire();
                                held++;
                                yieldNow();
                                lock.release();
                            } else {
                                semaphore.acquire();
                                held++;
                                yieldNow();
                                semaphore.release();
                            }
                        }
                    });
                }
            });
        });
        return held;
    }

    /** Kotlin's {@code Mutex} and {@code Semaphore}. */
    @Benchmark
    @OperationsPerInvocation(HOLDS)
    public long kotlin() {
        return switch (kind) {
            case FREE -> KotlinPeer.lockUncontended(HOLDS);
            case CONTENDED -> KotlinPeer.lockContended(TASKS, TIMES);
            case SEMAPHORE_10 -> KotlinPeer.semaphore(PERMITS, TASKS, TIMES);
        };
    }

    /** Virtual threads, {@code ReentrantLock} and {@code java.util.concurrent.Semaphore}. */
    @Benchmark
    @OperationsPerInvocation(HOLDS)
    public long virtualThreads(Blackhole hole) throws InterruptedException {
        var lock = new ReentrantLock();
        var semaphore = new java.util.concurrent.Semaphore(PERMITS);
        if (kind == Kind.FREE) {
            Thread.startVirtualThread(() -> {
                        for (int i = 0; i < HOLDS; i++) {
                            lock.lock();
                            try {
                                hole.consume(++held);
                            } finally {
                                lock.unlock();
                            }
                        }
                    })
                    .join();
            return held;
        }
        List<Thread> threads = new ArrayList<>();
        for (int thread = 0; thread < TASKS; thread++) {
            threads.add(Thread.startVirtualThread(() -> {
                for (int i = 0; i < TIMES; i++) {
                    if (kind == Kind.CONTENDED) {
                        lock.lock();
                        try {
                            held++;
                            Thread.yield();
                        } finally {
                            lock.unlock();
                        }
                    } else {
                        semaphore.acquireUninterruptibly();
                        Thread.yield();
                        semaphore.release();
                    }
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        return held;
    }
}
