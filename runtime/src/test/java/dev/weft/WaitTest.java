package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#wait}. */
final class WaitTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();

    WaitTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop_nothingUnexpectedReported() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 123: test_tasks.py::BaseTaskTests::test_wait
    @Test
    void wait_all_returnsWhenTheLastIsDone() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(millis(100)));
            Task<?> b = createTask(() -> sleep(millis(150)));
            for (int round = 0; round < 2; round++) { // the second time all are done already
                Waited<Task<?>> waited = Asyncio.wait(List.of(b, a));
                assertEquals(Set.of(a, b), waited.done());
                assertEquals(Set.of(), waited.pending());
                assertEquals(millis(150).toNanos(), loop.time());
            }
        });
    }

    @Test
    void wait_sets_keepTheOrderOfTheArgument() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            for (int i = 0; i < 40; i++) {
                int number = i;
                tasks.add(createTask(() -> sleep(seconds(number % 2 == 0 ? 1 : 1000 - number))));
            }
            Waited<Task<?>> waited = Asyncio.wait(tasks, seconds(2));
            var all = new ArrayList<Task<?>>(waited.done());
            all.addAll(waited.pending());
            var expected = new ArrayList<Task<?>>();
            IntStream.range(0, 20).forEach(i -> expected.add(tasks.get(2 * i)));
            IntStream.range(0, 20).forEach(i -> expected.add(tasks.get(2 * i + 1)));
            assertEquals(expected, all);
            waited.pending().forEach(Task::cancel);
            yieldNow();
        });
    }

    // test_tasks.py::BaseTaskTests::test_wait_duplicate_coroutines
    @Test
    void wait_duplicates_countOnce() {
        loop.run(() -> {
            Task<String> ham = createTask(() -> "ham");
            Task<String> spam = createTask(() -> "spam");
            Waited<Task<String>> waited = Asyncio.wait(List.of(ham, ham, spam));
            assertEquals(new ArrayList<>(List.of(ham, spam)), new ArrayList<>(waited.done()));
        });
    }

    // test_tasks.py::BaseTaskTests::test_wait_errors
    @Test
    @SuppressWarnings("NullAway") // null is what is tested
    void wait_nothing_isRejected() {
        loop.run(() -> {
            assertThrows(IllegalArgumentException.class, () -> Asyncio.wait(List.<Task<?>>of()));
            assertThrows(IllegalArgumentException.class, () -> Asyncio.wait(null));
        });
    }

    // Conformance 124: test_tasks.py::BaseTaskTests::test_wait_first_completed
    @Test
    void wait_firstCompleted_returnsAtTheFirst() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(seconds(10)));
            Task<?> b = createTask(() -> sleep(millis(100)));
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a), ReturnWhen.FIRST_COMPLETED);
            assertEquals(Set.of(b), waited.done());
            assertEquals(Set.of(a), waited.pending());
            assertFalse(a.done());
            assertEquals(millis(100).toNanos(), loop.time());
            a.await();
        });
    }

    // Conformance 125: test_tasks.py::BaseTaskTests::test_wait_really_done
    @Test
    void wait_firstCompleted_findsWhatGotDoneBeforeItReturned() {
        Task<?> a = loop.createTask(() -> yieldNow());
        Task<?> b = loop.createTask(() -> {
            yieldNow();
            yieldNow();
        });
        Task<Waited<Task<?>>> waiting = loop.createTask(() -> Asyncio.wait(List.of(b, a), ReturnWhen.FIRST_COMPLETED));
        assertEquals(Set.of(a, b), loop.runUntilComplete(waiting).done());
    }

    // Conformance 126: test_tasks.py::BaseTaskTests::test_wait_first_exception
    @Test
    void wait_firstException_returnsAtAFailureThatIsThereAlready() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(seconds(10)));
            Task<?> b = createTask(() -> {
                throw new ArithmeticException("err");
            });
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a), ReturnWhen.FIRST_EXCEPTION);
            assertEquals(Set.of(b), waited.done());
            assertEquals(Set.of(a), waited.pending());
            assertEquals(0, loop.time());
            b.exception();
            a.cancel();
            yieldNow();
        });
    }

    // Conformance 127: test_tasks.py::BaseTaskTests::test_wait_first_exception_in_wait
    @Test
    void wait_firstException_returnsAtAFailureWhileWaiting() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(seconds(10)));
            Task<?> b = createTask(() -> {
                sleep(millis(10));
                throw new ArithmeticException("err");
            });
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a), ReturnWhen.FIRST_EXCEPTION);
            assertEquals(Set.of(b), waited.done());
            assertEquals(Set.of(a), waited.pending());
            assertEquals(millis(10).toNanos(), loop.time());
            b.exception();
            a.cancel();
            yieldNow();
        });
    }

    @Test
    void wait_firstException_aCancelledFutureIsNoException() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(seconds(10)));
            Task<?> b = createTask(() -> sleep(seconds(10)));
            b.cancel();
            Waited<Task<?>> waited = Asyncio.wait(List.of(a, b), ReturnWhen.FIRST_EXCEPTION);
            assertEquals(Set.of(a, b), waited.done());
            assertEquals(seconds(10).toNanos(), loop.time());
        });
    }

    // Conformance 128: test_tasks.py::BaseTaskTests::test_wait_with_exception
    @Test
    void wait_futureFails_doesNotThrow() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(millis(100)));
            Task<?> b = createTask(() -> {
                sleep(millis(150));
                throw new ArithmeticException("really");
            });
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a));
            assertEquals(Set.of(a, b), waited.done());
            assertEquals(
                    1, waited.done().stream().filter(f -> f.exception() != null).count());
        });
    }

    // test_tasks.py::BaseTaskTests::test_wait_with_timeout
    @Test
    void wait_timeout_returnsWhatIsDoneAndCancelsNothing() {
        loop.run(() -> {
            Task<?> a = createTask(() -> sleep(millis(100)));
            Task<?> b = createTask(() -> sleep(millis(150)));
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a), millis(110));
            assertEquals(Set.of(a), waited.done());
            assertEquals(Set.of(b), waited.pending());
            assertEquals(millis(110).toNanos(), loop.time());
            b.await();
        });
    }

    // Conformance 129: test_tasks.py::BaseTaskTests::test_wait_concurrent_complete
    @Test
    void wait_completionExactlyAtTheTimeout_isDone() {
        Task<?> a = loop.createTask(() -> sleep(millis(100)));
        Task<?> b = loop.createTask(() -> sleep(millis(150)));
        loop.run(() -> {
            Waited<Task<?>> waited = Asyncio.wait(List.of(b, a), millis(100));
            assertEquals(Set.of(a), waited.done());
            assertEquals(Set.of(b), waited.pending());
            assertEquals(millis(100).toNanos(), loop.time());
            b.await();
        });
    }

    // Conformance 130: test_tasks.py::BaseTaskTests::test_wait_generator
    @Test
    void wait_anyCollection_isAccepted() {
        loop.run(() -> {
            Set<Task<Integer>> tasks = new LinkedHashSet<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                tasks.add(createTask(() -> number));
            }
            Waited<Task<Integer>> waited = Asyncio.wait(tasks, null, ReturnWhen.ALL_COMPLETED);
            assertEquals(tasks, waited.done());
            assertEquals(Set.of(), waited.pending());
        });
    }

    // Conformance 131: test_tasks.py::BaseTaskTests::test_yield_wait_does_not_shield_cancel
    @Test
    void wait_callerCancelled_leavesTheTasksRunning() {
        Future<String> never = loop.createFuture();
        var proof = new ArrayList<String>();
        Task<?> inner = loop.createTask(() -> {
            never.await();
            proof.add("inner");
        });
        Task<?> outer = loop.createTask(() -> {
            Asyncio.wait(List.of(inner));
            proof.add("outer");
        });
        loop.runReady();
        outer.cancel("stop waiting");
        assertEquals(
                "stop waiting",
                assertThrows(CancelledError.class, () -> loop.runUntilComplete(outer))
                        .getMessage());
        assertEquals(1, inner.waiters().size() + never.waiters().size()); // only inner itself still waits, for never
        never.setResult("now");
        loop.runReady();
        assertEquals(List.of("inner"), proof);
    }

    @Test
    void wait_allDoneAlready_suspendsOnce() {
        loop.run(() -> {
            Task<?> done = createTask(() -> {});
            yieldNow();
            assertTrue(done.done());
            var trail = new ArrayList<String>();
            loop.callSoon(() -> trail.add("callback"));
            Asyncio.wait(List.of(done));
            assertEquals(List.of("callback"), trail);
        });
    }

    @Test
    void wait_timeoutNotUsed_leavesNoTimer() {
        loop.run(() -> {
            Task<?> quick = createTask(() -> sleep(millis(1)));
            Asyncio.wait(List.of(quick), seconds(100));
            assertEquals(0, Probe.liveTimers(loop));
        });
        assertEquals(millis(1).toNanos(), loop.time());
    }

    @Test
    void wait_timeoutZero_looksOnce() {
        loop.run(() -> {
            Task<?> slow = createTask(() -> sleep(seconds(1)));
            assertEquals(
                    Set.of(slow), Asyncio.wait(List.of(slow), Duration.ZERO).pending());
            assertEquals(Set.of(slow), Asyncio.wait(List.of(slow), seconds(-1)).pending());
            assertEquals(0, loop.time());
            slow.cancel();
            yieldNow();
        });
    }

    // asyncio bpo-36613, gh-152569: wait() left callbacks on futures that are never done
    @Test
    void wait_overAndOverForAFutureThatNeverIsDone_leavesNothingOnIt() {
        loop.run(() -> {
            Future<String> never = loop.createFuture();
            for (int i = 0; i < 10_000; i++) {
                Future<String> soon = loop.createFuture();
                loop.callSoon(() -> soon.setResult("now"));
                assertEquals(
                        Set.of(soon),
                        Asyncio.wait(List.of(never, soon), ReturnWhen.FIRST_COMPLETED)
                                .done());
            }
            assertEquals(0, never.callbackCount());
            assertEquals(List.of(), never.waiters());
        });
    }

    @Test
    void wait_whileItLasts_isSeenOnTheFutures() {
        Future<String> future = loop.createFuture();
        Task<?> waiting = loop.createTask(() -> Asyncio.wait(List.of(future)));
        loop.runReady();
        assertEquals(List.of(waiting), future.waiters());
        future.setResult("x");
        loop.runReady();
        assertEquals(List.of(), future.waiters());
    }

    @Test
    void wait_outsideATask_throws() {
        Future<String> future = loop.createFuture();
        assertThrows(IllegalStateException.class, () -> Asyncio.wait(List.of(future)));
        assertEquals(0, future.callbackCount());
    }

    @Test
    void wait_futureOfAnotherLoop_throws() {
        try (var other = new TestLoop()) {
            Future<String> foreign = other.createFuture();
            loop.run(() -> {
                assertThrows(IllegalStateException.class, () -> Asyncio.wait(List.of(foreign)));
            });
        }
    }
}
