package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** How queues of all three orders end: {@code taskDone}, {@code join}, {@code shutdown}. */
final class QueueEndTest {
    private final TestLoop loop = new TestLoop();

    static List<Named<IntFunction<Queue<Object>>>> kinds() {
        return List.of(
                Named.of("Queue", Queue::new),
                Named.of("LifoQueue", LifoQueue::new),
                Named.of("PriorityQueue", PriorityQueue::new));
    }

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // Conformance 290: test_queues.py::_QueueJoinTestMixin::test_task_done_underflow
    @ParameterizedTest
    @MethodSource("kinds")
    void taskDone_moreOftenThanPut_throws(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        assertThrows(IllegalArgumentException.class, queue::taskDone);
        queue.putNowait(1);
        queue.taskDone(); // also before it was taken, as in asyncio
        assertThrows(IllegalArgumentException.class, queue::taskDone);
    }

    // Conformance 291: test_queues.py::_QueueJoinTestMixin::test_task_done
    @ParameterizedTest
    @MethodSource("kinds")
    void join_everyItemDone_returns(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        for (int i = 0; i < 100; i++) {
            queue.putNowait(i);
        }
        int[] sum = {0};
        boolean[] running = {true};
        loop.run(() -> {
            List<Task<?>> workers = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                workers.add(createTask(() -> {
                    while (running[0]) {
                        sum[0] += (Integer) queue.get();
                        queue.taskDone();
                    }
                }));
            }
            queue.join();
            assertEquals(4950, sum[0]);
            running[0] = false;
            queue.putNowait(0);
            queue.putNowait(0);
            for (Task<?> worker : workers) {
                worker.await();
            }
        });
    }

    @Test
    void join_someItemsNotDone_waits() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            queue.put(1);
            queue.put(2);
            Task<?> joiner = createTask(queue::join);
            queue.get();
            queue.get();
            queue.taskDone();
            yieldNow();
            assertFalse(joiner.done());
            assertEquals(1, queue.waiters());
            queue.taskDone();
            joiner.await();
        });
    }

    @Test
    void join_itemPutAfterTheCountReachedZero_stillReturns() {
        // asyncio's join waits for an event: once woken it does not ask again.
        var queue = new Queue<Integer>();
        loop.run(() -> {
            queue.put(1);
            Task<?> joiner = createTask(queue::join);
            yieldNow();
            queue.taskDone();
            queue.put(2);
            yieldNow();
            assertTrue(joiner.done());
        });
    }

    @Test
    void join_cancelledOrTimedOut_leavesNoWaiter() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            queue.put(1);
            Task<?> joiner = createTask(queue::join);
            yieldNow();
            joiner.cancel();
            assertThrows(CancelledError.class, joiner::await);
            assertThrows(TimeoutException.class, () -> Asyncio.waitFor(queue::join, seconds(1)));
            assertEquals(0, queue.waiters());
        });
    }

    // Conformance 292: test_queues.py::_QueueJoinTestMixin::test_join_empty_queue
    @ParameterizedTest
    @MethodSource("kinds")
    void join_freshQueue_returnsAtOnce(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        loop.run(() -> {
            queue.join();
            queue.join();
        });
    }

    // Conformance 293: test_queues.py::_QueueShutdownTestMixin::test_shutdown_empty
    @ParameterizedTest
    @MethodSource("kinds")
    void shutdown_empty_wakesGetters(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        loop.run(() -> {
            Task<?> getter = createTask(queue::get);
            yieldNow();
            queue.shutdown();
            assertEquals(0, queue.qsize());
            queue.join();
            yieldNow();
            assertTrue(getter.done());
            assertThrows(QueueShutDownException.class, getter::await);
            assertEnded(queue);
        });
    }

    // test_queues.py::_QueueShutdownTestMixin::test_shutdown_nonempty
    @ParameterizedTest
    @MethodSource("kinds")
    void shutdown_notEmpty_refusesPuttersAndLetsItemsBeTaken(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(1);
        loop.run(() -> {
            queue.putNowait("data");
            Task<?> joiner = createTask(queue::join);
            Task<?> putter = createTask(() -> queue.put("data2"));
            yieldNow();
            assertFalse(putter.done());

            queue.shutdown(false);
            assertEquals(1, queue.qsize());
            yieldNow();
            assertTrue(putter.done());
            assertThrows(QueueShutDownException.class, putter::await);

            assertEquals("data", queue.get());
            yieldNow();
            assertFalse(joiner.done());
            assertEnded(queue);

            queue.taskDone();
            yieldNow();
            assertTrue(joiner.done());
            assertThrows(IllegalArgumentException.class, queue::taskDone);
        });
    }

    // Conformance 294: test_queues.py::_QueueShutdownTestMixin::test_shutdown_immediate
    @ParameterizedTest
    @MethodSource("kinds")
    void shutdownImmediate_items_dropsThemAndReleasesJoin(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        loop.run(() -> {
            queue.putNowait("data");
            Task<?> joiner = createTask(queue::join);
            yieldNow();
            queue.shutdown(true);
            assertEquals(0, queue.qsize());
            yieldNow();
            assertTrue(joiner.done());
            assertEnded(queue);
            assertThrows(IllegalArgumentException.class, queue::taskDone);
        });
    }

    // Conformance 295: test_queues.py::_QueueShutdownTestMixin::test_shutdown_immediate_with_unfinished
    @ParameterizedTest
    @MethodSource("kinds")
    void shutdownImmediate_itemsAlreadyTaken_stillCount(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        loop.run(() -> {
            queue.putNowait("data");
            queue.putNowait("data");
            Task<?> joiner = createTask(queue::join);
            assertEquals("data", queue.get());
            yieldNow();

            queue.shutdown(true);
            assertEquals(0, queue.qsize());
            yieldNow();
            assertFalse(joiner.done());
            assertEnded(queue);

            queue.taskDone();
            assertThrows(IllegalArgumentException.class, queue::taskDone);
            yieldNow();
            assertTrue(joiner.done());
        });
    }

    @ParameterizedTest
    @MethodSource("kinds")
    void shutdown_repeatedAsImmediate_drains(IntFunction<Queue<Object>> kind) {
        Queue<Object> queue = kind.apply(0);
        loop.run(() -> {
            queue.put(1);
            queue.put(2);
            queue.shutdown();
            queue.shutdown();
            assertEquals(2, queue.qsize());
            queue.shutdown(true);
            assertEquals(0, queue.qsize());
            queue.join();
            assertEnded(queue);
        });
    }

    @Test
    void shutdown_getterWokenByAnItem_stillGetsIt() {
        var queue = new Queue<String>();
        loop.run(() -> {
            Task<String> first = createTask(queue::get);
            Task<String> second = createTask(queue::get);
            yieldNow();
            queue.putNowait("last");
            queue.shutdown();
            assertEquals("last", first.await());
            assertThrows(QueueShutDownException.class, second::await);
        });
    }

    private static void assertEnded(Queue<Object> queue) {
        assertThrows(QueueShutDownException.class, () -> queue.put("data"));
        assertThrows(QueueShutDownException.class, () -> queue.putNowait("data"));
        assertThrows(QueueShutDownException.class, queue::get);
        assertThrows(QueueShutDownException.class, queue::getNowait);
    }
}
