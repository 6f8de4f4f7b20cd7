package dev.weft;

import static dev.weft.Asyncio.asCompleted;
import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link AsCompleted}. */
final class AsCompletedTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 132: test_tasks.py::BaseTaskTests::test_as_completed
    @Test
    void asCompleted_severalTasks_comeInCompletionOrder() {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(millis(10), "a"));
            Task<String> b = createTask(() -> sleep(millis(10), "b"));
            Task<String> c = createTask(() -> sleep(millis(150), "c"));
            var values = new ArrayList<String>();
            for (Future<String> done : asCompleted(List.of(b, c, a))) {
                assertTrue(done.done());
                values.add(done.result());
            }
            assertEquals(List.of("a", "b", "c"), values);
            assertEquals(millis(150).toNanos(), loop.time());
        });
    }

    // Conformance 133: test_tasks.py::BaseTaskTests::test_as_completed_same_tasks_in_as_out
    @Test
    void asCompleted_futures_areTheVeryOnesGiven() {
        loop.run(() -> {
            Set<Task<String>> in =
                    Set.of(createTask(() -> "a"), createTask(() -> "b"), createTask(() -> "c"), createTask(() -> "d"));
            Set<Future<String>> out = new HashSet<>();
            asCompleted(in).forEach(out::add);
            assertEquals(in, out);
        });
    }

    @Test
    void asCompleted_lambdas_giveTheirTasks() {
        loop.run(() -> {
            var values = new ArrayList<Integer>();
            for (Future<Integer> done : asCompleted(() -> sleep(seconds(2), 2), () -> sleep(seconds(1), 1))) {
                assertInstanceOf(Task.class, done);
                values.add(done.result());
            }
            assertEquals(List.of(1, 2), values);
        });
    }

    // test_tasks.py::BaseTaskTests::test_as_completed_with_timeout
    @Test
    void asCompleted_timeout_throwsForEachFutureThatIsNotDone() throws Exception {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(millis(100), "a"));
            Task<String> b = createTask(() -> sleep(millis(150), "b"));
            Task<String> c = createTask(() -> sleep(millis(150), "c"));
            AsCompleted<String> all = asCompleted(List.of(a, b, c), millis(120));
            assertSame(a, all.next());
            assertThrows(TimeoutException.class, all::next);
            assertEquals(millis(120).toNanos(), loop.time());
            assertTrue(all.hasNext());
            assertFalse(b.done());
            assertEquals(0, b.callbackCount());
            b.await();
            c.await();
        });
    }

    @Test
    void iterator_timeout_throwsTheUncheckedForm() {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(millis(100), "a"));
            Iterator<Future<String>> all = asCompleted(List.of(a), millis(50)).iterator();
            var timeout = assertThrows(UncheckedTimeoutException.class, all::next);
            assertInstanceOf(TimeoutException.class, timeout.getCause());
            a.await();
        });
    }

    @Test
    void asCompleted_timeoutWithResultsNotTakenYet_givesThoseFirst() throws Exception {
        loop.run(() -> {
            Task<String> a = createTask(() -> "a");
            Task<String> b = createTask(() -> sleep(seconds(10), "b"));
            AsCompleted<String> all = asCompleted(List.of(b, a), seconds(1));
            sleep(seconds(2));
            assertSame(a, all.next());
            assertThrows(TimeoutException.class, all::next);
            b.cancel();
            yieldNow();
        });
    }

    // Conformance 134: test_tasks.py::BaseTaskTests::test_as_completed_with_unused_timeout
    @Test
    void asCompleted_allDoneInTime_leavesNoTimer() {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(millis(10), "a"));
            for (Future<String> done : asCompleted(List.of(a), seconds(1))) {
                assertEquals("a", done.result());
            }
            assertEquals(0, Probe.liveTimers(loop));
            assertEquals(millis(10).toNanos(), loop.time());
        });
    }

    // Conformance 135: test_tasks.py::BaseTaskTests::test_as_completed_resume_iterator
    @Test
    void asCompleted_leftAndIteratedAgain_goesOn() {
        loop.run(() -> {
            AsCompleted<Integer> all = asCompleted(numbers(4));
            var values = new ArrayList<Integer>();
            for (Future<Integer> done : all) {
                values.add(done.result());
                if (values.size() == 2) {
                    break;
                }
            }
            for (Future<Integer> done : all) {
                values.add(done.result());
            }
            assertEquals(List.of(0, 1, 2, 3), values);
            assertFalse(all.hasNext());
            assertThrows(NoSuchElementException.class, all::next);
            assertThrows(NoSuchElementException.class, () -> all.iterator().next());
        });
    }

    // Conformance 136: test_tasks.py::BaseTaskTests::test_as_completed_concurrent
    @Test
    void asCompleted_severalConsumers_eachFutureGoesToOne() {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(millis(50), "a"));
            Task<String> b = createTask(() -> sleep(millis(50), "b"));
            AsCompleted<String> all = asCompleted(List.of(a, b));
            Task<Future<String>> first = createTask(() -> all.next());
            Task<Future<String>> second = createTask(() -> all.next());
            assertSame(a, first.await()); // first come, first served
            assertSame(b, second.await());
            assertFalse(all.hasNext());
        });
    }

    // Conformance 137: test_tasks.py::BaseTaskTests::test_as_completed_invalid_args
    @Test
    void asCompleted_singleFuture_isNoArgument() {
        // A single future is refused by the compiler: every form takes a collection, or lambdas.
        boolean takesAFuture = Stream.of(Asyncio.class.getMethods())
                .filter(method -> method.getName().equals("asCompleted"))
                .map(method -> method.getParameterTypes()[0])
                .anyMatch(type -> type.isAssignableFrom(Future.class));
        assertFalse(takesAFuture);
        assertFalse(Collection.class.isAssignableFrom(Future.class));
    }

    // test_tasks.py::BaseTaskTests::test_as_completed_duplicate_coroutines
    @Test
    void asCompleted_duplicates_countOnce() {
        loop.run(() -> {
            Task<String> ham = createTask(() -> "ham");
            Task<String> spam = createTask(() -> "spam");
            var values = new ArrayList<String>();
            asCompleted(List.of(ham, ham, spam)).forEach(done -> values.add(done.result()));
            assertEquals(List.of("ham", "spam"), values);
        });
    }

    @Test
    void asCompleted_nothing_hasNoNext() {
        loop.run(() -> {
            assertFalse(asCompleted(List.<Future<String>>of(), seconds(1)).hasNext());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // test_tasks.py::BaseTaskTests::test_as_completed_coroutine_without_loop
    @Test
    void asCompleted_noLoopRuns_throws() {
        assertThrows(IllegalStateException.class, () -> asCompleted(() -> 42));
    }

    @Test
    void asCompleted_futureOfAnotherLoop_isRejected() {
        try (var other = new TestLoop()) {
            Future<String> foreign = other.createFuture();
            loop.run(() -> {
                assertThrows(IllegalArgumentException.class, () -> asCompleted(List.of(foreign)));
            });
        }
    }

    @Test
    void asCompleted_failures_areHandedOutLikeValues() throws Exception {
        loop.run(() -> {
            Task<String> failing = createTask(() -> {
                throw new IOException("no");
            });
            Future<String> done = asCompleted(List.of(failing)).next();
            assertThrows(IOException.class, done::result);
        });
    }

    // asyncio gh-158004: as_completed broke after a cancelled step
    @Test
    void next_cancelled_losesNothing() {
        loop.run(() -> {
            Task<String> a = createTask(() -> sleep(seconds(1), "a"));
            Task<String> b = createTask(() -> sleep(seconds(2), "b"));
            AsCompleted<String> all = asCompleted(List.of(a, b));
            Task<?> impatient = createTask(() -> all.next());
            yieldNow();
            impatient.cancel();
            assertThrows(CancelledError.class, impatient::await);
            var values = new ArrayList<String>();
            for (Future<String> done : all) {
                values.add(done.result());
            }
            assertEquals(List.of("a", "b"), values);
        });
    }

    @Test
    void next_cancelledInTheTickOfItsWakeUp_passesTheFutureOn() throws Exception {
        loop.run(() -> {
            Future<String> a = loop.createFuture();
            Future<String> b = loop.createFuture();
            AsCompleted<String> all = asCompleted(List.of(a, b));
            Task<Future<String>> first = createTask(() -> all.next());
            Task<Future<String>> second = createTask(() -> all.next());
            yieldNow();
            a.setResult("a");
            yieldNow(); // the completion is seen: first is going to be resumed
            first.cancel();
            assertSame(a, second.await());
            assertTrue(first.cancelled());
            assertTrue(all.hasNext());
            b.setResult("b");
            assertSame(b, all.next());
        });
    }

    @Test
    void next_abandoned_cancelsNothing() {
        loop.run(() -> {
            Task<String> slow = createTask(() -> sleep(seconds(5), "slow"));
            AsCompleted<String> all = asCompleted(List.of(slow));
            assertTrue(all.hasNext());
            assertEquals("slow", slow.await());
        });
    }

    private static List<Task<Integer>> numbers(int count) {
        var tasks = new ArrayList<Task<Integer>>();
        for (int i = 0; i < count; i++) {
            int number = i;
            tasks.add(createTask(() -> number));
        }
        return tasks;
    }
}
