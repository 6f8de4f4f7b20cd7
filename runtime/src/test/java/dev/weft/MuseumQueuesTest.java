package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bugs that other runtimes had in their queues. */
final class MuseumQueuesTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // asyncio bpo-25233
    @Test
    void museum19_randomPutsGetsAndCancels_eachItemOnceAndNeverTooMany() {
        loop.run(() -> {
            for (int seed = 0; seed < 2_000; seed++) {
                var random = new Random(seed);
                var queue = new Queue<Integer>(1);
                var put = new ArrayList<Integer>();
                var got = new ArrayList<Integer>();
                List<Task<?>> tasks = new ArrayList<>();
                for (int step = 0; step < 12; step++) {
                    int item = step;
                    switch (random.nextInt(4)) {
                        case 0 ->
                            tasks.add(createTask(() -> {
                                queue.put(item);
                                put.add(item);
                            }));
                        case 1 -> tasks.add(createTask(() -> got.add(queue.get())));
                        case 2 -> {
                            if (!tasks.isEmpty()) {
                                tasks.get(random.nextInt(tasks.size())).cancel();
                            }
                        }
                        default -> yieldNow();
                    }
                    assertTrue(queue.qsize() <= 1, "seed " + seed);
                }
                tasks.forEach(Task::cancel);
                for (int tick = 0; tick < 10; tick++) {
                    yieldNow();
                }
                while (!queue.empty()) {
                    got.add(queue.getNowait());
                }
                assertEquals(put.size(), got.size(), "seed " + seed);
                assertEquals(new HashSet<>(put), new HashSet<>(got), "seed " + seed);
                assertEquals(0, queue.waiters(), "seed " + seed);
            }
        });
    }

    // asyncio bpo-31620, bpo-32574
    @Test
    void museum20And21_manyTimeouts_leaveNoWaiters() {
        var empty = new Queue<Integer>();
        var full = new Queue<Integer>(1);
        loop.run(() -> {
            full.put(0);
            for (int i = 0; i < 2_000; i++) {
                assertThrows(TimeoutException.class, () -> waitFor(empty::get, millis(1)));
                assertThrows(TimeoutException.class, () -> waitFor(() -> full.put(1), millis(1)));
                assertTrue(empty.waitingGetters() <= 1 && full.waitingPutters() <= 1);
            }
            assertEquals(0, empty.waiters() + full.waiters());
        });
    }

    // anyio #728, kotlinx #1813, #1936
    @Test
    void museum23And24_getterCancelledInTheTickOfThePut_itemIsNotLost() {
        loop.run(() -> {
            for (boolean putFirst : new boolean[] {true, false}) {
                for (boolean another : new boolean[] {true, false}) {
                    var queue = new Queue<String>();
                    Task<String> getter = createTask(queue::get);
                    yieldNow();
                    Task<String> next = another ? createTask(queue::get) : null;
                    yieldNow();
                    if (putFirst) {
                        queue.putNowait("item");
                    }
                    getter.cancel();
                    if (!putFirst) {
                        queue.putNowait("item");
                    }
                    assertThrows(CancelledError.class, getter::await);
                    assertEquals("item", next == null ? queue.getNowait() : next.await());
                }
            }
        });
    }

    // asyncio tracker issue 235
    @Test
    void museum22_joinOfEachKind_returnsWhenAllAreDoneAndNotEarlier() {
        loop.run(() -> {
            for (Queue<Integer> queue :
                    List.of(new Queue<Integer>(), new LifoQueue<Integer>(), new PriorityQueue<Integer>())) {
                for (int i = 0; i < 3; i++) {
                    queue.put(i);
                }
                Task<?> join = createTask(queue::join);
                for (int i = 0; i < 3; i++) {
                    yieldNow();
                    assertFalse(join.done(), queue::toString);
                    queue.get();
                    queue.taskDone();
                }
                join.await();
                assertThrows(IllegalArgumentException.class, queue::taskDone);
            }
        });
    }

    // kotlinx #256, asyncio gh-96471
    @Test
    void museum25_shutdownWithItemsLeft_theyAreStillTaken() {
        loop.run(() -> {
            var queue = new Queue<Integer>();
            for (int i = 0; i < 3; i++) {
                queue.put(i);
            }
            queue.shutdown();
            for (int i = 0; i < 3; i++) {
                assertEquals(i, queue.get());
            }
            assertThrows(QueueShutDownException.class, queue::get);
        });
    }

    // softwaremill/jox #49
    @Test
    void museum27_manySendsCancelledAtARendezvous_leaveNothing() {
        loop.run(() -> {
            var channel = Channel.<Integer>open(0);
            for (int i = 0; i < 10_000; i++) {
                Task<?> sender = createTask(() -> channel.sender().send(1));
                yieldNow();
                sender.cancel();
                yieldNow();
                assertTrue(sender.cancelled());
            }
            assertFalse(channel.toString().contains("waiting"), channel::toString);
            Task<?> sender = createTask(() -> channel.sender().send(2));
            assertEquals(2, channel.receiver().receive());
            sender.await();
        });
    }
}
