package dev.weft.benchmarks.net;

import static dev.weft.Asyncio.createTask;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.benchmarks.peer.KotlinPeer;
import dev.weft.benchmarks.report.Peer;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** The process that has many sleeping tasks of one peer, and says how many bytes of heap each takes. */
public final class MemoryMain {
    private static final Duration LONG = Duration.ofHours(1);

    /** By then all that were started sleep: loops run what is ready first. */
    private static final Duration SOON = Duration.ofMillis(100);

    /** So many sleep before, and so often, for this: frames of code that is not compiled yet are larger. */
    private static final int EARLIER = 20_000;

    private static final int TIMES = 5;
    private static final Duration SHORT = Duration.ofMillis(20);

    private MemoryMain() {}

    /**
     * Runs it.
     *
     * @param args the peer, and how many tasks
     * @throws Exception if the tasks cannot be made
     */
    public static void main(String[] args) throws Exception {
        int count = Integer.parseInt(args[1]);
        switch (Peer.valueOf(args[0])) {
            case WEFT -> weft(EventLoop.Mode.CONFINED, count);
            case WEFT_PORTABLE -> weft(EventLoop.Mode.PORTABLE, count);
            case KOTLIN -> {
                for (int i = 0; i < TIMES; i++) {
                    KotlinPeer.sleepers(EARLIER, SHORT.toMillis(), SOON.toMillis(), () -> {});
                }
                long before = ServerMain.usedHeap();
                KotlinPeer.sleepers(count, LONG.toMillis(), SOON.toMillis(), () -> report(before, count));
            }
            case VIRTUAL_THREADS -> {
                for (int i = 0; i < TIMES; i++) {
                    threads(EARLIER, SHORT);
                    Thread.sleep(SHORT);
                }
                long before = ServerMain.usedHeap();
                threads(count, LONG);
                report(before, count);
            }
            default -> throw new IllegalArgumentException("no sleeping tasks of " + args[0]);
        }
    }

    private static void weft(EventLoop.Mode mode, int count) {
        try (EventLoop loop = EventLoop.builder().mode(mode).build()) {
            loop.runUntilComplete(() -> {
                for (int i = 0; i < TIMES; i++) {
                    tasks(EARLIER, SHORT);
                }
                long before = ServerMain.usedHeap();
                tasks(count, LONG);
                report(before, count);
            });
        }
    }

    @Suspends
    private static void tasks(int count, Duration time) {
        for (int i = 0; i < count; i++) {
            createTask(() -> Asyncio.sleep(time));
        }
        Asyncio.sleep(SOON);
    }

    private static void threads(int count, Duration time) throws InterruptedException {
        var asleep = new CountDownLatch(count);
        for (int i = 0; i < count; i++) {
            Thread.startVirtualThread(() -> {
                asleep.countDown();
                try {
                    Thread.sleep(time);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
        }
        asleep.await();
    }

    private static void report(long before, int count) {
        System.out.println((ServerMain.usedHeap() - before) / (double) count);
        System.exit(0);
    }
}
