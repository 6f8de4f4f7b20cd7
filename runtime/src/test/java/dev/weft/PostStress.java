package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.locks.LockSupport;

/**
 * Many threads call {@link EventLoop#callSoonThreadsafe} as fast as they can, on a loop that sleeps whenever it has nothing to do, or on one that never
 * does: each callback runs once, those of one thread in order, none is left lying while the loop sleeps, and the selector is woken no more often than
 * there are calls.
 */
final class PostStress {
    /** How many calls of one thread may be under way: else the queue, not the hand-over, would be measured. */
    private static final int WINDOW = 5_000;

    private static final int ONE_SAMPLE_IN = 64;

    private final OddSelectors selectors = new OddSelectors((selector, number) -> false);
    private final int threads;
    private final int each;
    private final boolean busy;
    private final AtomicLongArray received;
    private long outOfOrder;
    private long longestWait;

    /** What came of it. */
    record Result(long calls, long wakeups, Duration longestWait, Duration took) {}

    PostStress(int threads, int each, boolean busy) {
        this.threads = threads;
        this.each = each;
        this.busy = busy;
        received = new AtomicLongArray(threads);
    }

    Result run() throws InterruptedException, IOException {
        long began = System.nanoTime();
        var posters = new ArrayList<Thread>();
        Pipe pipe = Pipe.open();
        try (var loop = EventLoop.builder().selectorProvider(selectors).build()) {
            pipe.source().configureBlocking(false);
            loop.addReader(pipe.source(), () -> {}); // has the loop sleep in a selector
            Future<String> all = loop.createFuture();
            loop.runUntilComplete(() -> {
                for (int i = 0; i < threads; i++) {
                    int number = i;
                    posters.add(Thread.ofPlatform().name("poster-" + i).start(() -> post(loop, number, all)));
                }
                while (busy && !all.done()) {
                    Asyncio.yieldNow();
                }
                assertEquals("all", all.await());
            });
            loop.removeReader(pipe.source());
        } finally {
            for (Thread poster : posters) {
                poster.join();
            }
            pipe.source().close();
            pipe.sink().close();
        }
        long calls = (long) threads * each;
        long got = 0;
        for (int i = 0; i < threads; i++) {
            got += received.get(i);
        }
        assertEquals(calls, got, "each once");
        assertEquals(0, outOfOrder, "in order");
        assertTrue(selectors.wakeups() <= calls, selectors.wakeups() + " wake-ups for " + calls + " calls");
        return new Result(
                calls, selectors.wakeups(), Duration.ofNanos(longestWait), Duration.ofNanos(System.nanoTime() - began));
    }

    private void post(EventLoop loop, int thread, Future<String> all) {
        for (int i = 1; i <= each; i++) {
            while (i - received.get(thread) > WINDOW) {
                LockSupport.parkNanos(20_000);
            }
            int number = i;
            long posted = i % ONE_SAMPLE_IN == 0 ? System.nanoTime() : 0;
            loop.callSoonThreadsafe(() -> take(thread, number, posted, all), null);
        }
    }

    private void take(int thread, int number, long posted, Future<String> all) {
        if (received.get(thread) != number - 1) {
            outOfOrder++;
        }
        received.lazySet(thread, received.get(thread) + 1);
        if (posted != 0) {
            longestWait = Math.max(longestWait, System.nanoTime() - posted);
        }
        if (number == each) {
            for (int i = 0; i < threads; i++) {
                if (received.get(i) < each) {
                    return;
                }
            }
            all.setResult("all");
        }
    }
}
