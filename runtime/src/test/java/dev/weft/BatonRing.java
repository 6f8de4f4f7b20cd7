package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The baton of portable mode goes round among tasks that give way, take and release a lock, are granted it, and are cancelled while they wait,
 * while other threads unpark and interrupt all of them and the loop: at any moment one holds it, and it never stays where it is.
 */
final class BatonRing {
    private static final int TASKS = 16;
    private static final long LONGEST_STALL = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop loop =
            EventLoop.builder().mode(EventLoop.Mode.PORTABLE).build();
    private final Lock lock = new Lock();
    private final List<Task<?>> tasks = new ArrayList<>();
    private final AtomicInteger problems = new AtomicInteger();
    private final long wanted;
    private long handOffs;
    private long longestStall;

    private volatile boolean enough;

    /** Who runs: plain, since only who holds the baton may look. */
    private @Nullable Thread holder;

    private int cancellations;

    /** What came of it. */
    record Result(long handOffs, int cancellations, Duration longestStall, Duration took) {}

    BatonRing(long handOffs) {
        wanted = handOffs;
    }

    Result run() throws InterruptedException {
        long began = System.nanoTime();
        Thread ring = Thread.ofVirtual().name("ring").start(this::goRound);
        Thread disturber = Thread.ofPlatform().name("disturber").start(() -> disturb(ring));
        watch();
        ring.join();
        disturber.join();
        loop.close();
        assertEquals(0, problems.get(), "steps that were not alone, or ended otherwise than they should");
        return new Result(
                handOffs, cancellations, Duration.ofNanos(longestStall), Duration.ofNanos(System.nanoTime() - began));
    }

    private void goRound() {
        try {
            loop.runUntilComplete(() -> {
                var started = new ArrayList<Task<?>>();
                for (int i = 0; i < TASKS; i++) {
                    var random = new Random(i);
                    started.add(loop.createTask(() -> steps(random)));
                }
                synchronized (tasks) {
                    tasks.addAll(started);
                }
                for (Task<?> task : started) {
                    task.await();
                }
            });
        } catch (Throwable e) {
            problems.incrementAndGet();
            throw e;
        } finally {
            enough = true;
        }
    }

    private void steps(Random random) {
        Task<?> self = Asyncio.currentTask();
        while (!enough) {
            hold();
            try {
                switch (random.nextInt(8)) {
                    case 0 -> {
                        letGo();
                        try (var _ = lock.hold()) {
                            hold();
                            letGo();
                            Asyncio.yieldNow();
                        }
                    }
                    case 1 -> {
                        Task<?> other = tasks.get(random.nextInt(TASKS));
                        if (other != self) {
                            other.cancel();
                        }
                        letGo();
                    }
                    default -> {
                        letGo();
                        Asyncio.yieldNow();
                    }
                }
            } catch (CancelledError e) {
                cancellations++; // the task's own, or asked for by an interrupt
                while (self.cancelling() > 0) {
                    self.uncancel();
                }
            }
        }
    }

    private void hold() {
        if (holder != null) {
            problems.incrementAndGet();
        }
        holder = Thread.currentThread();
    }

    private void letGo() {
        if (holder != Thread.currentThread()) {
            problems.incrementAndGet();
        }
        holder = null;
    }

    /** Wakes whom it likes, whether they wait for it or not. */
    private void disturb(Thread ring) {
        var random = new Random(1);
        while (!enough) {
            Thread victim = ring;
            synchronized (tasks) {
                if (!tasks.isEmpty() && random.nextInt(4) > 0) {
                    victim = tasks.get(random.nextInt(TASKS)).threads().getFirst();
                }
            }
            if (victim != ring && random.nextInt(16) == 0) {
                victim.interrupt();
            } else {
                LockSupport.unpark(victim);
            }
            LockSupport.parkNanos(5_000);
        }
    }

    /** Counts the hand-offs, two to a step, and sees to it that there are always some. */
    private void watch() {
        int seen = loop.core().progress();
        long since = System.nanoTime();
        while (!enough) {
            LockSupport.parkNanos(LOOK);
            int now = loop.core().progress();
            long stall = System.nanoTime() - since;
            if (now != seen) {
                handOffs += 2L * (now - seen);
                seen = now;
                since = System.nanoTime();
                longestStall = Math.max(longestStall, stall);
                enough |= handOffs >= wanted;
            } else if (stall > LONGEST_STALL) {
                problems.incrementAndGet();
                enough = true;
                throw new AssertionError("the baton has not moved for a second");
            }
        }
    }
}
