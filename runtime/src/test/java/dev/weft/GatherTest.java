package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.gather;
import static dev.weft.Asyncio.gatherSettled;
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
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#gather} and {@link Asyncio#gatherSettled}. */
final class GatherTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();

    GatherTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop_nothingUnexpectedReported() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 138: test_tasks.py::GatherTestsBase::test_success
    @Test
    void gather_anyCompletionOrder_givesValuesInArgumentOrder() {
        Future<Integer> a = loop.createFuture();
        Future<Integer> b = loop.createFuture();
        Future<Integer> c = loop.createFuture();
        Future<List<Integer>> all = gather(a, b, c);
        var called = new AtomicInteger();
        all.addDoneCallback(done -> called.incrementAndGet());
        b.setResult(1);
        a.setResult(2);
        loop.runReady();
        assertFalse(all.done());
        c.setResult(3);
        loop.runReady();
        assertEquals(1, called.get());
        assertEquals(List.of(2, 1, 3), all.result());
    }

    @Test
    void gather_lambdas_startsTasksInArgumentOrder() {
        var trail = new ArrayList<String>();
        loop.run(() -> {
            List<? extends Object> values = gather(
                            () -> {
                                trail.add("first");
                                sleep(seconds(2));
                                return 1;
                            },
                            () -> {
                                trail.add("second");
                                return "two";
                            })
                    .await();
            assertEquals(List.of(1, "two"), values);
        });
        assertEquals(List.of("first", "second"), trail);
        assertEquals(seconds(2).toNanos(), loop.time());
    }

    @Test
    void gather_oneLambdaTwice_isTwoTasks() {
        var calls = new AtomicInteger();
        Coroutine<Integer> lambda = calls::incrementAndGet;
        assertEquals(List.of(1, 2), loop.run(() -> gather(lambda, lambda).await()));
    }

    @Test
    void gather_nothing_isDoneWithAnEmptyList() {
        loop.run(() -> {
            Future<List<String>> none = gather();
            assertTrue(none.done());
            assertEquals(List.of(), none.result());
            assertEquals(List.of(), gather(List.<Future<String>>of()).result());
            assertEquals(List.of(), gatherSettled().result());
        });
        // test_tasks.py::FutureGatherTests::test_constructor_empty_sequence_without_loop
        assertThrows(IllegalStateException.class, () -> gather());
        assertThrows(IllegalStateException.class, () -> gather(() -> "abc"));
    }

    @Test
    void gather_oneFutureTwice_waitsOnceAndGivesItsValueTwice() {
        // test_tasks.py::CoroutineGatherTests::test_duplicate_coroutines
        Future<String> abc = loop.createFuture();
        Future<String> def = loop.createFuture();
        Future<List<String>> all = gather(abc, abc, def, abc);
        assertEquals(1, abc.callbackCount());
        abc.setResult("abc");
        def.setResult("def");
        loop.runReady();
        assertEquals(List.of("abc", "abc", "def", "abc"), all.result());
    }

    @Test
    void gather_allDone_isDoneOnReturn() {
        Future<String> a = done("a");
        Future<String> b = done("b");
        Future<List<String>> all = gather(a, b);
        assertTrue(all.done());
        assertEquals(List.of("a", "b"), all.result());
    }

    @Test
    void gather_oneAlreadyFailed_isFailedOnReturn() {
        Future<String> pending = loop.createFuture();
        Future<String> failed = loop.createFuture();
        var failure = new IOException("first");
        failed.setException(failure);
        Future<List<String>> all = gather(pending, failed);
        assertSame(failure, all.exception());
        pending.setResult("late");
        loop.runReady();
    }

    @Test
    void gather_nullValues_areKept() {
        assertEquals(
                Arrays.asList(null, "b"),
                loop.run(() -> gather(() -> null, () -> "b").await()));
    }

    // Conformance 139: test_tasks.py::FutureGatherTests::test_constructor_heterogenous_futures
    @Test
    void gather_futuresOfTwoLoops_isRejected() {
        try (var other = new TestLoop()) {
            Future<String> here = loop.createFuture();
            Future<String> there = other.createFuture();
            assertThrows(IllegalArgumentException.class, () -> gather(here, there));
            assertEquals(0, here.callbackCount());
        }
    }

    // test_tasks.py::FutureGatherTests::test_constructor_homogenous_futures
    @Test
    void gather_noLoopRuns_takesTheLoopOfTheFutures() {
        Future<String> a = loop.createFuture();
        Future<List<String>> all = gather(a);
        assertSame(loop, all.getLoop());
    }

    // Conformance 140: test_tasks.py::GatherTestsBase::test_one_exception
    @Test
    void gather_oneFails_failsWithThatObjectWhileOthersGoOn() {
        Future<Integer> a = loop.createFuture();
        Future<Integer> b = loop.createFuture();
        Future<Integer> c = loop.createFuture();
        Future<Integer> d = loop.createFuture();
        Future<Integer> e = loop.createFuture();
        Future<List<Integer>> all = gather(a, b, c, d, e);
        var failure = new ArithmeticException();
        a.setResult(1);
        b.setException(failure);
        loop.runReady();
        assertSame(failure, all.exception());
        assertFalse(c.done());
        c.setResult(3);
        d.cancel();
        e.setException(new IllegalStateException("late"));
        loop.runReady();
        assertSame(failure, all.exception());
    }

    @Test
    void gather_checkedFailure_isThrownAsItIs() {
        loop.run(() -> {
            var failure = new IOException("no");
            Future<List<String>> all = gather(() -> {
                throw failure;
            });
            assertSame(failure, assertThrows(IOException.class, all::await));
        });
    }

    // Conformance 141: test_tasks.py::GatherTestsBase::test_return_exceptions
    @Test
    void gatherSettled_mixed_collectsValuesAndExceptions() {
        Future<Integer> a = loop.createFuture();
        Future<Integer> b = loop.createFuture();
        Future<Integer> c = loop.createFuture();
        Future<Integer> d = loop.createFuture();
        Future<List<Outcome<Integer>>> all = gatherSettled(a, b, c, d);
        var first = new ArithmeticException();
        var second = new IllegalStateException();
        b.setResult(1);
        c.setException(first);
        a.setResult(3);
        loop.runReady();
        assertFalse(all.done());
        d.setException(second);
        loop.runReady();
        assertEquals(
                List.of(
                        new Outcome.Value<>(3),
                        new Outcome.Value<>(1),
                        new Outcome.Failure<Integer>(first),
                        new Outcome.Failure<Integer>(second)),
                all.result());
    }

    // Conformance 142: test_tasks.py::FutureGatherTests::test_one_cancellation
    @Test
    void gather_oneChildCancelled_failsWithCancelledErrorButIsNotCancelled() {
        Future<Integer> a = loop.createFuture();
        Future<Integer> b = loop.createFuture();
        Future<Integer> c = loop.createFuture();
        Future<List<Integer>> all = gather(a, b, c);
        a.setResult(1);
        b.cancel("only this one");
        loop.runReady();
        assertTrue(all.done());
        assertFalse(all.cancelled());
        Throwable failure = all.exception();
        assertInstanceOf(CancelledError.class, failure);
        assertEquals("only this one", failure.getMessage());
        assertFalse(c.done());
    }

    // Conformance 143: test_tasks.py::FutureGatherTests::test_result_exception_one_cancellation
    @Test
    void gatherSettled_childrenCancelled_reportsThemAsCancelledErrors() {
        Future<Integer> a = loop.createFuture();
        Future<Integer> b = loop.createFuture();
        Future<Integer> c = loop.createFuture();
        Future<List<Outcome<Integer>>> all = gatherSettled(a, b, c);
        var failure = new ArithmeticException();
        a.setResult(1);
        b.setException(failure);
        loop.runReady();
        assertFalse(all.done());
        c.cancel("gone");
        List<Outcome<Integer>> outcomes = loop.runUntilComplete(all);
        assertEquals(new Outcome.Value<>(1), outcomes.get(0));
        assertEquals(new Outcome.Failure<Integer>(failure), outcomes.get(1));
        var cancelled = (Outcome.Failure<Integer>) outcomes.get(2);
        assertInstanceOf(CancelledError.class, cancelled.exception());
        assertEquals("gone", cancelled.exception().getMessage());
    }

    // Conformance 144: test_tasks.py::CoroutineGatherTests::test_cancellation_broadcast
    @Test
    void cancel_ofAwaitingTask_cancelsAllChildren() {
        Future<String> never = loop.createFuture();
        Task<String> child1 = loop.createTask(() -> never.await());
        Task<String> child2 = loop.createTask(() -> never.await());
        var gathered = new ArrayList<Future<List<String>>>();
        Task<?> outer = loop.createTask(() -> {
            gathered.add(gather(child1, child2));
            gathered.get(0).await();
        });
        loop.runReady();
        assertTrue(outer.cancel());
        assertThrows(CancelledError.class, () -> loop.runUntilComplete(outer));
        assertFalse(gathered.get(0).cancel());
        assertTrue(never.cancelled());
        assertTrue(child1.cancelled());
        assertTrue(child2.cancelled());
        assertTrue(outer.cancelled());
    }

    // Conformance 145: test_tasks.py::CoroutineGatherTests::test_exception_marking
    @Test
    void gather_laterFailures_areNotReportedAsUnretrieved() {
        Future<String> a = loop.createFuture();
        Future<String> b = loop.createFuture();
        Task<?> outer = loop.createTask(
                () -> gather(() -> failAfter(a), () -> failAfter(b)).await());
        loop.runReady();
        a.setResult("first");
        loop.runReady();
        b.setResult("second");
        loop.runReady();
        assertEquals("should not be ignored: first", failure(outer).getMessage());
        loop.close(); // reports what nobody has looked at; see closeLoop_nothingUnexpectedReported
    }

    // Conformance 146: test_tasks.py::BaseTaskTests::test_cancel_gather_1
    @Test
    void cancel_afterAllChildrenAreDone_isRefusedAndTheValueComes() {
        Future<Integer> source = loop.createFuture();
        Task<Integer> child = loop.createTask(() -> source.await());
        loop.runReady();
        Future<List<Integer>> all = gather(child);
        var accepted = new ArrayList<Boolean>();
        child.addDoneCallback(done -> accepted.add(all.cancel()));
        child.removeListener((Future.Listener) all); // its turn comes after the callback's
        child.addListener((Future.Listener) all);
        source.setResult(42);
        assertEquals(List.of(42), loop.runUntilComplete(all));
        assertEquals(List.of(false), accepted);
        assertFalse(all.cancelled());
    }

    // Conformance 147: test_tasks.py::BaseTaskTests::test_cancel_gather_2
    @Test
    void gatherSettled_callerCancelled_throwsWithTheMessage() {
        for (String message : Arrays.asList(null, "my message")) {
            Task<?> caller = loop.createTask(() -> {
                for (int i = 0; i < 20; i++) {
                    gatherSettled(() -> sleep(millis(50), "slept")).await();
                }
            });
            loop.advance(millis(220));
            caller.cancel(message);
            var error = assertThrows(CancelledError.class, () -> loop.runUntilComplete(caller));
            assertEquals(message, error.getMessage());
        }
    }

    @Test
    void cancel_ofTheGather_failsItOnlyWhenAllChildrenHaveEnded() {
        loop.run(() -> {
            Task<String> quick = createTask(() -> sleep(seconds(100), "quick"));
            Task<String> slow = createTask(() -> {
                try {
                    return sleep(seconds(100), "slow");
                } finally {
                    sleep(seconds(1)); // cleans up
                }
            });
            Future<List<String>> all = gather(quick, slow);
            yieldNow();
            assertTrue(all.cancel("enough"));
            assertFalse(all.done());
            var error = assertThrows(CancelledError.class, all::await);
            assertEquals("enough", error.getMessage());
            assertFalse(all.cancelled());
            assertTrue(slow.cancelled());
            assertEquals(seconds(1).toNanos(), loop.time());
        });
    }

    @Test
    void cancel_childFailsInsteadOfEnding_isSuppressedInTheCancelledError() {
        loop.run(() -> {
            var failure = new IOException("while cleaning up");
            Future<List<String>> all = gather(() -> {
                try {
                    return sleep(seconds(100), "slept");
                } finally {
                    throwIt(failure);
                }
            });
            yieldNow();
            all.cancel();
            var error = assertThrows(CancelledError.class, all::await);
            assertSame(failure, error.getSuppressed()[0]);
        });
    }

    @Test
    void cancel_childrenThatDecline_failsAnyway() {
        loop.run(() -> {
            Future<List<String>> all = gather(() -> {
                try {
                    sleep(seconds(100));
                } catch (CancelledError e) {
                    return "stubborn";
                }
                return "slept";
            });
            yieldNow();
            assertTrue(all.cancel());
            assertThrows(CancelledError.class, all::await);
        });
    }

    @Test
    void cancel_ofDoneGather_leavesRunningChildrenAlone() {
        loop.run(() -> {
            Task<String> slow = createTask(() -> sleep(seconds(5), "slow"));
            Task<String> failing = createTask(() -> {
                throw new IOException("no");
            });
            Future<List<String>> all = gather(slow, failing);
            assertThrows(IOException.class, all::await);
            assertFalse(all.cancel());
            assertEquals("slow", slow.await());
        });
    }

    @Test
    void cancel_ofOneChild_leavesTheOthersAlone() {
        loop.run(() -> {
            Task<String> one = createTask(() -> sleep(seconds(5), "one"));
            Task<String> two = createTask(() -> sleep(seconds(5), "two"));
            Future<List<String>> all = gather(one, two);
            one.cancel();
            assertThrows(CancelledError.class, all::await);
            assertEquals("two", two.await());
        });
    }

    // asyncio bpo-26923: gather took a cancel after its children were done, and dropped their values
    @Test
    void cancel_inTheTickOfTheLastCompletion_deliversToTheCallerAndKeepsTheValue() {
        loop.run(() -> {
            Future<String> source = loop.createFuture();
            var gathered = new ArrayList<Future<List<String>>>();
            Task<?> caller = createTask(() -> {
                gathered.add(gather(source));
                gathered.get(0).await();
            });
            yieldNow();
            source.setResult("value");
            assertFalse(gathered.get(0).cancel()); // all its children are done
            caller.cancel();
            assertThrows(CancelledError.class, caller::await);
            assertEquals(List.of("value"), gathered.get(0).result());
        });
    }

    @Test
    void gather_lastChildDone_resumesTheAwaitingTaskTwoIterationsLater() {
        loop.run(() -> {
            Future<String> child = loop.createFuture();
            Future<List<String>> all = gather(child);
            var resumedIn = new ArrayList<Integer>();
            var iterations = new Iterations(loop);
            Task<?> waiter = createTask(() -> {
                all.await();
                resumedIn.add(iterations.soFar());
            });
            yieldNow();
            int completedIn = iterations.soFar();
            child.setResult("x");
            waiter.await();
            iterations.close();
            // One entry is the child's callback, which completes the whole; the next the task's resumption.
            assertEquals(List.of(completedIn + 2), resumedIn);
        });
    }

    @Test
    void gather_taskThatGathersItself_canBeCancelled() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<String>>();
            var gathered = new ArrayList<Future<?>>();
            Task<String> self = createTask(() -> {
                gathered.add(gather(tasks));
                gathered.get(0).await();
                return "never";
            });
            tasks.add(self);
            yieldNow();
            assertTrue(self.cancel());
            assertTrue(self.cancel());
            assertThrows(CancelledError.class, self::await);
            assertTrue(self.cancelled());
            yieldNow();
            assertInstanceOf(CancelledError.class, gathered.get(0).exception());
        });
    }

    @Test
    void cancel_tasksAwaitingEachOther_twice_endsBoth() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<String>>();
            Task<String> first = createTask(() -> tasks.get(1).await());
            tasks.add(first);
            tasks.add(createTask(() -> first.await()));
            yieldNow();
            first.cancel();
            first.cancel();
            assertThrows(CancelledError.class, first::await);
            assertThrows(CancelledError.class, tasks.get(1)::await);
        });
    }

    @Test
    void gather_nested_cancelReachesTheLeaves() {
        loop.run(() -> {
            Task<String> leaf = createTask(() -> sleep(seconds(5), "leaf"));
            Future<List<List<String>>> all = gather(List.of(gather(leaf)));
            yieldNow();
            assertTrue(all.cancel("down"));
            assertThrows(CancelledError.class, all::await);
            assertTrue(leaf.cancelled());
            assertEquals(
                    "down", assertThrows(CancelledError.class, leaf::result).getMessage());
        });
    }

    @Test
    void gather_done_leavesNothingOnItsChildren() {
        Future<String> never = loop.createFuture();
        Future<String> failing = loop.createFuture();
        Future<List<String>> all = gather(never, failing);
        assertEquals(List.of(all), never.waiters());
        failing.setException(new IOException("no"));
        loop.runReady();
        assertTrue(all.done());
        all.exception();
        assertEquals(List.of(), failing.waiters());
        never.cancel();
        loop.runReady();
        assertEquals(List.of(), never.waiters());
        assertEquals(0, never.callbackCount());
    }

    private Future<String> done(String value) {
        Future<String> future = loop.createFuture();
        future.setResult(value);
        return future;
    }

    private static String failAfter(Future<String> future) {
        throw new IllegalStateException("should not be ignored: " + future.await());
    }

    private static Throwable failure(Future<?> future) {
        Throwable failure = future.exception();
        if (failure == null) {
            throw new AssertionError("did not fail: " + future);
        }
        return failure;
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}
