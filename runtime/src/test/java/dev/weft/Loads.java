package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;

import dev.weft.internal.loop.LoopCore;
import dev.weft.testing.TestLoop;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/** Loads of any size, each checked for what must hold at every size; the figures are for the caller to judge. */
final class Loads {
    private static final int BATCH = 500;

    private Loads() {}

    /** L1: what many waiting tasks took. Durations in milliseconds but the latency, in microseconds. */
    record Waiting(int tasks, long start, long bytesEach, long latency99, long finish, long bytesLeft) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d tasks started and suspended in %.1f s, %d bytes each, a callback ran after %d µs meanwhile"
                            + " (99 %%); all resumed in order and ended in %.1f s, %.1f MB left",
                    tasks,
                    start / 1e3,
                    bytesEach,
                    latency99,
                    finish / 1e3,
                    bytesLeft / 1e6);
        }
    }

    static Waiting waiting(int count) {
        long before = heap();
        long[] latencies = new long[count / BATCH];
        int[] measured = {0};
        long began = System.nanoTime();
        var futures = new ArrayList<Future<Integer>>(count);
        var tasks = new ArrayList<Task<Integer>>(count);
        int[] resumed = {0};
        EventLoop loop = Asyncio.getRunningLoop();
        for (int i = 0; i < count; i++) {
            int number = i;
            Future<Integer> future = loop.createFuture();
            futures.add(future);
            tasks.add(createTask(() -> {
                int got = future.await();
                check(resumed[0]++ == number, "out of order");
                return got;
            }));
            if (i % BATCH == BATCH - 1) {
                yieldNow();
                long asked = System.nanoTime();
                loop.callSoon(() -> latencies[measured[0]++] = System.nanoTime() - asked);
            }
        }
        yieldNow();
        yieldNow();
        long started = System.nanoTime();
        check(Asyncio.allTasks().size() >= count, "tasks are missing");
        long each = (heap() - before) / count;
        long resume = System.nanoTime();
        for (int i = 0; i < count; i++) {
            futures.get(i).setResult(i);
        }
        for (int i = 0; i < count; i++) {
            check(tasks.get(i).await() == i, "a wrong result");
        }
        long finished = System.nanoTime();
        futures.clear();
        futures.trimToSize();
        tasks.clear();
        tasks.trimToSize();
        Arrays.sort(latencies);
        return new Waiting(
                count,
                millis(started - began),
                each,
                TimeUnit.NANOSECONDS.toMicros(latencies[(int) (latencies.length * 0.99)]),
                millis(finished - resume),
                heap() - before);
    }

    /** L4: how long it took, in milliseconds, and how many timers were in memory at most, beside the live ones. */
    record Timers(int fired, long cancelled, long millis, int mostInMemory) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d timers fired within 24 h of virtual time, none early or late, and %,d were set and cancelled,"
                            + " in %.1f s; at most %,d cancelled ones in memory",
                    fired,
                    cancelled,
                    millis / 1e3,
                    mostInMemory);
        }
    }

    static Timers timers(int count, long cancelled, long seed) {
        long began = System.nanoTime();
        int[] fired = {0};
        int most = 0;
        try (var loop = new TestLoop()) {
            var random = new Random(seed);
            long day = Duration.ofHours(24).toNanos();
            loop.run(() -> {
                for (int i = 0; i < count; i++) {
                    long due = loop.time() + 1 + random.nextLong(day);
                    loop.callAt(due, () -> {
                        check(loop.time() == due, "a timer fired " + (loop.time() - due) + " ns late");
                        fired[0]++;
                    });
                }
                Asyncio.sleep(Duration.ofHours(25));
            });
            for (long i = 0; i < cancelled; i++) {
                loop.callLater(Duration.ofNanos(1 + random.nextInt(1_000_000_000)), () -> check(false, "was cancelled"))
                        .cancel();
                LoopCore core = ((EventLoop) loop).core();
                int left = core.timersInMemory() - core.liveTimers();
                most = Math.max(most, left);
                check(core.timersInMemory() <= 2 * core.liveTimers() + 100, "cancelled timers pile up");
            }
        }
        check(fired[0] == count, "only " + fired[0] + " fired");
        return new Timers(count, cancelled, millis(System.nanoTime() - began), most);
    }

    /** L6: a ring of queues, and how much the heap grew between a tenth of the hand-offs and all of them. */
    record Ring(int tasks, long handOffs, long millis, long bytesGrown) {
        String text() {
            return String.format(
                    Locale.ROOT,
                    "%,d tasks in a ring of queues, %,d hand-offs in %.1f s, heap %+.1f MB",
                    tasks,
                    handOffs,
                    millis / 1e3,
                    bytesGrown / 1e6);
        }
    }

    static Ring ring(int size, int tokens, long handOffs) {
        long rounds = handOffs / size / tokens;
        var queues = new ArrayList<Queue<long[]>>();
        for (int i = 0; i < size; i++) {
            queues.add(new Queue<>(tokens));
        }
        long began = System.nanoTime();
        long[] heapEarly = {0};
        List<Task<?>> tasks = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            int here = i;
            tasks.add(createTask(() -> {
                // A token is its number and how often it was handed on: each comes by once a round, in order.
                for (long round = 0; round < rounds; round++) {
                    if (here == 0 && round == rounds / 10) {
                        heapEarly[0] = heap();
                    }
                    for (int token = 0; token < tokens; token++) {
                        long[] got = queues.get(here).get();
                        check(
                                got[0] == token && got[1] == round * size + here,
                                "a token came too often, or out of turn");
                        got[1]++;
                        queues.get((here + 1) % size).put(got);
                    }
                }
            }));
        }
        for (int token = 0; token < tokens; token++) {
            queues.getFirst().putNowait(new long[] {token, 0});
        }
        for (Task<?> task : tasks) {
            task.await();
        }
        long took = millis(System.nanoTime() - began);
        return new Ring(size, rounds * size * tokens, took, heap() - heapEarly[0]);
    }

    /** L10: so many leaves, all there at once. Returns how many milliseconds it took. */
    static long forks(int depth) {
        long began = System.nanoTime();
        int[] there = {0};
        Future<Integer> all = Asyncio.createFuture();
        check(fork(depth, there, 1 << depth, all) == 1 << depth, "leaves are missing");
        return millis(System.nanoTime() - began);
    }

    private static int fork(int depth, int[] there, int leaves, Future<Integer> all) {
        if (depth == 0) {
            if (++there[0] == leaves) {
                all.setResult(leaves);
            }
            all.await();
            return 1;
        }
        Task<Integer> one = createTask(() -> fork(depth - 1, there, leaves, all));
        Task<Integer> other = createTask(() -> fork(depth - 1, there, leaves, all));
        return one.await() + other.await();
    }

    /** Bytes in use, after a collection. */
    static long heap() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }

    private static void check(boolean held, String otherwise) {
        if (!held) {
            throw new AssertionError(otherwise);
        }
    }
}
