package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The queues that give items in another order than they came. */
final class QueueOrderTest {
    private record Job(int priority, String name) {}

    private final TestLoop loop = new TestLoop();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // Conformance 278: test_queues.py::LifoQueueTests::test_order
    @Test
    void lifo_severalItems_newestFirst() {
        var queue = new LifoQueue<Integer>();
        loop.run(() -> {
            putAll(queue, List.of(1, 3, 2));
            assertEquals(List.of(2, 3, 1), getAll(queue));
        });
    }

    // test_queues.py::PriorityQueueTests::test_order
    @Test
    void priority_naturalOrder_smallestFirst() {
        var queue = new PriorityQueue<Integer>();
        loop.run(() -> {
            putAll(queue, List.of(1, 3, 2));
            assertEquals(List.of(1, 2, 3), getAll(queue));
        });
    }

    @Test
    void priority_comparator_decides() {
        var queue = new PriorityQueue<Integer>(Comparator.reverseOrder());
        loop.run(() -> {
            putAll(queue, List.of(1, 3, 2));
            assertEquals(List.of(3, 2, 1), getAll(queue));
        });
        assertThrows(NullPointerException.class, () -> new PriorityQueue<Integer>((Comparator<Integer>) null));
    }

    @Test
    void priority_equalItems_firstInFirstOut() {
        var queue = new PriorityQueue<Job>(0, Comparator.comparingInt(Job::priority));
        List<Job> jobs = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            jobs.add(new Job(i % 3, "job " + i));
        }
        List<Job> sorted = new ArrayList<>(jobs);
        sorted.sort(Comparator.comparingInt(Job::priority)); // stable
        loop.run(() -> {
            putAll(queue, jobs);
            assertEquals(sorted, getAll(queue));
        });
    }

    @Test
    void priority_notComparable_isRefusedWhenPutAlsoAsTheFirst() {
        var queue = new PriorityQueue<Object>();
        assertThrows(ClassCastException.class, () -> queue.putNowait(new Object()));
        assertThrows(NullPointerException.class, () -> queue.putNowait(null));
        queue.putNowait("a");
        assertThrows(ClassCastException.class, () -> queue.putNowait(1));
        assertEquals(1, queue.qsize());
        assertEquals("a", queue.getNowait());
    }

    @Test
    void priority_misfitPutAfterWaiting_wakesTheNextPutter() {
        var queue = new PriorityQueue<Object>(1);
        loop.run(() -> {
            queue.put("first");
            Task<?> misfit = createTask(() -> queue.put(new Object()));
            Task<?> next = createTask(() -> queue.put("next"));
            yieldNow();
            assertEquals("first", queue.get());
            assertThrows(ClassCastException.class, misfit::await);
            next.await();
            assertEquals("next", queue.get());
        });
    }

    @Test
    void bothOrders_bounded_makePuttersWait() {
        loop.run(() -> {
            for (Queue<Integer> queue : List.of(new LifoQueue<Integer>(2), new PriorityQueue<Integer>(2))) {
                Task<?> putter = createTask(() -> putAll(queue, List.of(5, 4, 3)));
                yieldNow();
                assertTrue(queue.full());
                assertEquals(1, queue.waitingPutters());
                assertEquals(4, queue.get());
                putter.await();
                assertEquals(3, queue.get());
                assertEquals(5, queue.get());
                assertTrue(queue.toString().startsWith(queue.getClass().getSimpleName() + "[0 of 2"));
            }
        });
    }

    @Test
    void lifo_null_isAnItem() {
        var queue = new LifoQueue<String>();
        queue.putNowait("a");
        queue.putNowait(null);
        assertEquals(null, queue.getNowait());
        assertEquals("a", queue.getNowait());
    }

    private static <T> void putAll(Queue<T> queue, List<T> items) {
        for (T item : items) {
            queue.put(item);
        }
    }

    private static <T> List<T> getAll(Queue<T> queue) {
        List<T> items = new ArrayList<>();
        while (!queue.empty()) {
            items.add(queue.get());
        }
        return items;
    }
}
