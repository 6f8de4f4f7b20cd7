package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class QueueTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // test_queues.py::QueueBasicTests::test_empty
    @Test
    void empty_beforeAndAfterAnItem_tells() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            assertTrue(queue.empty());
            queue.put(1);
            assertFalse(queue.empty());
            assertEquals(1, queue.get());
            assertTrue(queue.empty());
        });
    }

    // Conformance 280: test_queues.py::QueueBasicTests::test_full
    @Test
    void full_unbounded_never() {
        for (var unbounded : List.of(new Queue<Integer>(), new Queue<Integer>(0), new Queue<Integer>(-1))) {
            for (int i = 0; i < 1_000; i++) {
                assertFalse(unbounded.full());
                unbounded.putNowait(i);
            }
            assertEquals(1_000, unbounded.qsize());
        }
        var bounded = new Queue<Integer>(1);
        bounded.putNowait(1);
        assertTrue(bounded.full());
    }

    // Conformance 277: test_queues.py::QueueBasicTests::test_order
    @Test
    void get_severalItems_firstInFirstOut() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            for (int i : new int[] {1, 3, 2}) {
                queue.put(i);
            }
            assertEquals(List.of(1, 3, 2), List.of(queue.get(), queue.get(), queue.get()));
        });
    }

    // Conformance 279: test_queues.py::QueueBasicTests::test_maxsize
    @Test
    void put_full_waitsAndResumesAfterAGet() {
        var queue = new Queue<Integer>(2);
        loop.run(() -> {
            assertEquals(2, queue.maxsize());
            Task<?> putter = createTask(() -> {
                for (int i = 0; i < 3; i++) {
                    queue.put(i);
                    trail.add(i);
                }
            });
            yieldNow();
            yieldNow();
            assertEquals(List.of(0, 1), trail);
            assertEquals(0, queue.get());

            yieldNow();
            assertEquals(List.of(0, 1, 2), trail);
            assertEquals(1, queue.get());
            assertEquals(2, queue.get());
            assertTrue(putter.done());
        });
    }

    // Conformance 281: test_queues.py::QueueGetTests::test_blocking_get_wait
    @Test
    void get_empty_waitsForAnItem() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            Task<Integer> getter = createTask(queue::get);
            loop.callLater(seconds(0.01), () -> queue.putNowait(1));
            assertEquals(1, getter.await());
            assertEquals(Duration.ofMillis(10).toNanos(), loop.time());
        });
    }

    // test_queues.py::QueueGetTests::test_blocking_get, test_nonblocking_get
    @Test
    void get_item_doesNotSuspend() {
        var queue = new Queue<Integer>(2);
        loop.run(() -> {
            loop.callSoon(() -> trail.add("next iteration"));
            queue.put(1);
            queue.put(2);
            assertEquals(1, queue.get());
            assertEquals(2, queue.getNowait());
            assertEquals(List.of(), trail);
        });
    }

    // Conformance 282: test_queues.py::QueueGetTests::test_nonblocking_get_exception
    @Test
    void getNowait_empty_throws() {
        assertThrows(QueueEmptyException.class, () -> new Queue<Integer>().getNowait());
    }

    // Conformance 283: test_queues.py::QueuePutTests::test_nonblocking_put_exception
    @Test
    void putNowait_full_throws() {
        var queue = new Queue<Integer>(1);
        queue.putNowait(1);
        assertThrows(QueueFullException.class, () -> queue.putNowait(2));
        assertEquals(1, queue.qsize());
    }

    @Test
    void put_null_isAnItem() {
        var queue = new Queue<String>();
        loop.run(() -> {
            queue.put(null);
            assertEquals(1, queue.qsize());
            assertNull(queue.get());
            assertTrue(queue.empty());
        });
    }

    // test_queues.py::QueueGetTests::test_get_cancelled_race
    @Test
    void get_firstGetterCancelled_itemGoesToTheNext() {
        var queue = new Queue<String>();
        loop.run(() -> {
            Task<String> first = createTask(queue::get);
            Task<String> second = createTask(queue::get);
            yieldNow();
            first.cancel();
            yieldNow();
            assertTrue(first.done());
            queue.put("a");
            yieldNow();
            assertEquals("a", second.await());
        });
    }

    // test_queues.py::QueueGetTests::test_get_with_waiting_putters
    @Test
    void get_puttersWait_takesTheirItemsInOrder() {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            createTask(() -> queue.put("a"));
            createTask(() -> queue.put("b"));
            assertEquals("a", queue.get());
            assertEquals("b", queue.get());
        });
    }

    // test_queues.py::QueueGetTests::test_why_are_getters_waiting
    @Test
    void getAndPut_producerAndConsumer_bothEnd() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            Task<?> producer = createTask(() -> {
                for (int i = 0; i < 5; i++) {
                    queue.put(i);
                }
            });
            Task<?> consumer = createTask(() -> {
                for (int i = 0; i < 5; i++) {
                    trail.add(queue.get());
                }
            });
            producer.await();
            consumer.await();
            assertEquals(List.of(0, 1, 2, 3, 4), trail);
        });
    }

    // test_queues.py::QueueGetTests::test_cancelled_getters_not_being_held_in_self_getters
    @Test
    void get_timedOut_leavesNoWaiter() {
        var queue = new Queue<Integer>(5);
        loop.run(() -> {
            assertThrows(TimeoutException.class, () -> waitFor(queue::get, seconds(0.1)));
            assertEquals(0, queue.waitingGetters());
            assertEquals(0, queue.waiters());
        });
    }

    // test_queues.py::QueuePutTests::test_blocking_put_wait
    @Test
    void put_full_waitsForSpace() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            loop.callLater(seconds(0.01), queue::getNowait);
            queue.put(1);
            queue.put(2);
            assertEquals(Duration.ofMillis(10).toNanos(), loop.time());
        });
    }

    // Conformance 284: test_queues.py::QueuePutTests::test_get_cancel_drop_one_pending_reader
    @Test
    void get_wokenAndCancelled_losesNoItem() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            Task<Integer> reader = createTask(queue::get);
            yieldNow();
            queue.putNowait(1);
            queue.putNowait(2);
            reader.cancel();
            assertThrows(CancelledError.class, reader::await);
            assertEquals(1, createTask(queue::get).await());
        });
    }

    // Conformance 285: test_queues.py::QueuePutTests::test_get_cancel_drop_many_pending_readers
    @Test
    void get_severalReadersOneCancelled_allItemsAreDelivered() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            Task<Integer> first = createTask(queue::get);
            Task<Integer> second = createTask(queue::get);
            Task<Integer> third = createTask(queue::get);
            yieldNow();
            queue.putNowait(1);
            queue.putNowait(2);
            first.cancel();
            assertThrows(CancelledError.class, first::await);
            assertEquals(Set.of(1, 2), Set.of(second.await(), third.await()));
        });
    }

    // Conformance 286: test_queues.py::QueuePutTests::test_put_cancel_drop
    @Test
    void put_cancelled_itemIsNotAddedAndCanBePutAgain() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            queue.putNowait(1);
            Task<?> writer = createTask(() -> queue.put(2));
            yieldNow();
            assertEquals(1, queue.getNowait());
            writer.cancel();
            assertThrows(CancelledError.class, writer::await);
            assertEquals(0, queue.qsize());
            createTask(() -> queue.put(2)).await();
            assertEquals(2, queue.getNowait());
            assertEquals(0, queue.qsize());
        });
    }

    // test_queues.py::QueuePutTests::test_put_cancelled
    @Test
    void put_getterWaitsAlready_itemIsHandedOver() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            Task<?> putter = createTask(() -> queue.put(1));
            assertEquals(1, queue.get());
            assertTrue(putter.done());
            Task<Integer> getter = createTask(queue::get); // test_put_with_waiting_getters
            yieldNow();
            queue.put(2);
            assertEquals(2, getter.await());
        });
    }

    // Conformance 287: test_queues.py::QueuePutTests::test_put_cancelled_race
    @Test
    void put_aPutterWasCancelled_isPassedOver() {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            Task<?> a = createTask(() -> queue.put("a"));
            Task<?> b = createTask(() -> queue.put("b"));
            Task<?> c = createTask(() -> queue.put("X"));
            yieldNow();
            assertTrue(a.done());
            assertFalse(b.done());
            c.cancel();
            yieldNow();
            assertTrue(c.done());
            assertEquals("a", queue.getNowait());
            yieldNow();
            assertEquals("b", queue.getNowait());
            b.await();
        });
    }

    // Conformance 288: test_queues.py::QueuePutTests::test_why_are_putters_waiting
    @Test
    void put_severalSlotsFreedAtOnce_wakesAllWhoFit() {
        var queue = new Queue<Integer>(2);
        loop.run(() -> {
            Task<?> getter = createTask(() -> {
                yieldNow();
                for (int i = queue.qsize(); i > 0; i--) {
                    trail.add(queue.getNowait());
                }
            });
            List<Task<?>> putters = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                int item = i;
                putters.add(createTask(() -> queue.put(item)));
            }
            getter.await();
            for (Task<?> putter : putters) {
                putter.await();
            }
            assertEquals(List.of(0, 1), trail);
            assertEquals(2, queue.qsize());
        });
    }

    // Conformance 289: test_queues.py::QueuePutTests::test_cancelled_puts_not_being_held_in_self_putters
    @Test
    void put_cancelled_leavesNoWaiter() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            queue.putNowait(1);
            Task<?> putter = createTask(() -> queue.put(1));
            yieldNow();
            assertEquals(1, queue.waitingPutters());
            putter.cancel();
            assertThrows(CancelledError.class, putter::await);
            assertEquals(0, queue.waitingPutters());
            assertEquals(0, queue.waiters());
        });
    }

    // test_queues.py::QueuePutTests::test_cancelled_put_silence_value_error_exception
    @Test
    void put_wokenAndCancelled_isCancelled() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            queue.putNowait(1);
            Task<?> putter = createTask(() -> queue.put(1));
            yieldNow();
            queue.getNowait();
            putter.cancel();
            assertThrows(CancelledError.class, putter::await);
            assertTrue(queue.empty());
        });
    }

    @Test
    void put_wokenAndCancelled_slotGoesToTheNextPutter() {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            queue.putNowait("first");
            Task<?> cancelled = createTask(() -> queue.put("cancelled"));
            Task<?> next = createTask(() -> queue.put("next"));
            yieldNow();
            queue.getNowait();
            cancelled.cancel();
            next.await();
            assertEquals("next", queue.getNowait());
        });
    }

    // ---- keeping one's place: stronger than asyncio, where a task woken in vain goes to the end

    @Test
    void put_slotTakenByPutNowait_keepsItsPlace() {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            queue.putNowait("first");
            for (String item : List.of("a", "b", "c")) {
                createTask(() -> queue.put(item));
            }
            yieldNow();
            assertEquals("first", queue.getNowait()); // wakes a
            queue.putNowait("barging");
            yieldNow(); // a finds the queue full again
            assertEquals(3, queue.waitingPutters());
            for (int i = 0; i < 4; i++) {
                trail.add(queue.get());
                yieldNow();
            }
            assertEquals(List.of("barging", "a", "b", "c"), trail);
        });
    }

    @Test
    void put_severalWokenInVain_keepTheirOrder() {
        var queue = new Queue<String>(2);
        loop.run(() -> {
            queue.putNowait("first");
            queue.putNowait("second");
            for (String item : List.of("a", "b", "c")) {
                createTask(() -> queue.put(item));
            }
            yieldNow();
            queue.getNowait();
            queue.getNowait(); // a and b are woken
            queue.putNowait("x");
            queue.putNowait("y");
            yieldNow(); // both in vain
            for (int i = 0; i < 5; i++) {
                trail.add(queue.get());
                yieldNow();
            }
            assertEquals(List.of("x", "y", "a", "b", "c"), trail);
        });
    }

    @Test
    void get_itemTakenByGetNowait_keepsItsPlace() {
        var queue = new Queue<String>();
        loop.run(() -> {
            for (String name : List.of("a", "b", "c")) {
                createTask(() -> trail.add(name + " gets " + queue.get()));
            }
            yieldNow();
            queue.putNowait("0");
            queue.putNowait("1"); // a and b are woken
            queue.getNowait();
            queue.getNowait();
            yieldNow(); // both in vain
            assertEquals(3, queue.waitingGetters());
            for (String item : List.of("2", "3", "4")) {
                queue.putNowait(item);
                yieldNow();
            }
            assertEquals(List.of("a gets 2", "b gets 3", "c gets 4"), trail);
        });
    }

    // ---- with a limit

    @Test
    void getWithin_noItemInTime_timesOut() throws Exception {
        var queue = new Queue<String>();
        loop.run(() -> {
            assertThrows(TimeoutException.class, () -> queue.getWithin(seconds(1)));
            assertThrows(TimeoutException.class, () -> queue.getWithin(Duration.ZERO));
            assertEquals(Duration.ofSeconds(1).toNanos(), loop.time());
            assertEquals(0, queue.waiters());
            loop.callLater(seconds(1), () -> queue.putNowait("in time"));
            assertEquals("in time", queue.getWithin(seconds(2)));
            queue.putNowait("there");
            assertEquals("there", queue.getWithin(Duration.ZERO));
            loop.callLater(seconds(1), () -> queue.putNowait("whenever"));
            assertEquals("whenever", queue.getWithin(null));
            queue.shutdown();
            assertThrows(QueueShutDownException.class, () -> queue.getWithin(Duration.ZERO));
        });
    }

    @Test
    void getWithin_itemAtTheDeadline_isNotLost() {
        var queue = new Queue<String>();
        loop.run(() -> {
            loop.callLater(seconds(1), () -> queue.putNowait("item")); // just before the deadline, same iteration
            Task<String> limited = createTask(() -> queue.getWithin(seconds(1)));
            Task<String> patient = createTask(queue::get);
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertEquals("item", patient.await());
        });
    }

    @Test
    void putWithLimit_noSpaceInTime_timesOut() throws Exception {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            queue.put("first", Duration.ZERO);
            assertThrows(TimeoutException.class, () -> queue.put("late", seconds(1)));
            assertThrows(TimeoutException.class, () -> queue.put("late", Duration.ZERO));
            assertEquals(0, queue.waiters());
            loop.callLater(seconds(1), queue::getNowait);
            queue.put("second", seconds(2));
            assertEquals("second", queue.getNowait());
            queue.put("third", null);
            queue.shutdown();
            assertThrows(QueueShutDownException.class, () -> queue.put("fourth", Duration.ZERO));
            assertEquals(1, queue.qsize());
        });
    }

    @Test
    void putWithLimit_spaceAtTheDeadline_goesToTheNextPutter() {
        var queue = new Queue<String>(1);
        loop.run(() -> {
            queue.putNowait("first");
            loop.callLater(seconds(1), queue::getNowait);
            Task<?> limited = createTask(() -> queue.put("limited", seconds(1)));
            Task<?> patient = createTask(() -> queue.put("patient"));
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertTrue(patient.done());
            assertEquals("patient", queue.getNowait());
        });
    }

    // ---- iteration

    @Test
    void iteration_untilShutDown_getsEveryItem() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            Task<?> producer = createTask(() -> {
                for (int i = 0; i < 3; i++) {
                    queue.put(i);
                }
                queue.put(null);
                queue.shutdown();
            });
            for (Integer item : queue) {
                trail.add(item);
            }
            producer.await();
            assertEquals(Arrays.asList(0, 1, 2, null), trail);
            assertThrows(IllegalArgumentException.class, () -> {
                for (int i = 0; i < 5; i++) {
                    queue.taskDone(); // four were put, and iterating said nothing about them
                }
            });
        });
    }

    @Test
    void iterator_pastTheEnd_throws() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            queue.put(1);
            queue.shutdown();
            Iterator<Integer> items = queue.iterator();
            assertEquals(1, items.next());
            assertFalse(items.hasNext());
            assertThrows(NoSuchElementException.class, items::next);
        });
    }

    @Test
    void iteration_cancelled_passesTheErrorOn() {
        var queue = new Queue<Integer>();
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                for (Integer item : queue) {
                    trail.add(item);
                }
            });
            queue.put(1);
            yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of(1), trail);
        });
    }

    // ---- subclasses

    @Test
    void subclass_withItsOwnOrder_isUsedThroughTheThreeHooks() {
        class AlternatingQueue extends Queue<Integer> {
            private final ArrayDeque<Integer> deque = new ArrayDeque<>();
            private boolean fromTheEnd;

            AlternatingQueue(int maxsize) {
                super(maxsize);
            }

            @Override
            protected void doPut(Integer item) {
                deque.addLast(item);
            }

            @Override
            protected Integer doGet() {
                fromTheEnd = !fromTheEnd;
                return fromTheEnd ? deque.removeLast() : deque.removeFirst();
            }

            @Override
            protected int size() {
                return deque.size();
            }
        }
        var queue = new AlternatingQueue(4);
        loop.run(() -> {
            for (int i = 0; i < 4; i++) {
                queue.put(i);
            }
            assertTrue(queue.full());
            for (int i = 0; i < 4; i++) {
                trail.add(queue.get());
            }
            assertEquals(List.of(3, 0, 2, 1), trail);
            assertTrue(queue.toString().startsWith("AlternatingQueue[0 of 4"), queue.toString());
        });
    }

    @Test
    void put_hookThrowsAfterWaiting_wakesTheNextPutter() {
        class Picky extends Queue<String> {
            Picky() {
                super(1);
            }

            @Override
            protected void doPut(String item) {
                if (item.equals("bad")) {
                    throw new IllegalArgumentException("bad item");
                }
                super.doPut(item);
            }
        }
        var queue = new Picky();
        loop.run(() -> {
            queue.put("first");
            Task<?> bad = createTask(() -> queue.put("bad"));
            Task<?> good = createTask(() -> queue.put("good"));
            yieldNow();
            assertEquals("first", queue.get());
            assertThrows(IllegalArgumentException.class, bad::await);
            good.await();
            assertEquals("good", queue.get());
        });
    }

    // ---- wrong use

    @Test
    void waiting_outsideATaskOrOnAnotherLoop_isRefused() {
        var queue = new Queue<Integer>(1);
        var outside = assertThrows(IllegalStateException.class, queue::get);
        assertTrue(outside.getMessage().contains("must be called in a task"), outside.getMessage());
        assertEquals(0, queue.waiters());
        loop.run(() -> {
            loop.callSoon(() -> queue.putNowait(1));
            queue.get();
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                assertElsewhere(assertThrows(IllegalStateException.class, queue::get));
                queue.put(1); // nobody has to wait
                assertElsewhere(assertThrows(IllegalStateException.class, () -> queue.put(2)));
                assertElsewhere(assertThrows(IllegalStateException.class, queue::join));
            });
        }
        assertEquals(0, queue.waiters());
    }

    private static void assertElsewhere(IllegalStateException e) {
        assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        var queue = new Queue<Integer>(5);
        loop.run(() -> {
            loop.callSoon(() -> queue.putNowait(1));
            queue.get();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(
                        () -> queue.put(1),
                        () -> queue.putNowait(1),
                        queue::get,
                        queue::getNowait,
                        queue::qsize,
                        queue::empty,
                        queue::full,
                        queue::waiters,
                        queue::taskDone,
                        queue::join,
                        queue::shutdown)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertEquals(0, queue.qsize());
            queue.put(1);
        });
    }

    // test_queues.py::QueueBasicTests::test_repr
    @Test
    void toString_eachState_namesItAndTheWaiters() {
        var queue = new Queue<Integer>(1);
        loop.run(() -> {
            assertEquals("Queue[0 of 1 items]", queue.toString());
            createTask(queue::get);
            yieldNow();
            assertEquals("Queue[0 of 1 items, 1 getters waiting]", queue.toString());
            queue.put(1);
            yieldNow();
            queue.put(2);
            Task<?> putter = createTask(() -> queue.put(3));
            yieldNow();
            assertEquals("Queue[1 of 1 items, 1 putters waiting, 2 unfinished]", queue.toString());
            queue.shutdown();
            assertEquals("Queue[1 of 1 items, 2 unfinished, shut down]", queue.toString());
            assertThrows(QueueShutDownException.class, putter::await);
            assertEquals("Queue[0 items]", new Queue<Integer>().toString());
        });
    }
}
