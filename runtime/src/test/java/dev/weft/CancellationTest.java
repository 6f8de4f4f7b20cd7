package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CancellationTest {
    private static final Duration LONG = Asyncio.seconds(10);

    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    CancellationTest() {
        loop.setExceptionHandler((l, context) -> reports.add(context));
    }

    @AfterEach
    void close() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // ---- what is cancelled when

    // Conformance 99: test_tasks.py::BaseTaskTests::test_cancel
    @Test
    void cancel_sleepingTask_endsItCancelled() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> Asyncio.sleep(LONG));
            Asyncio.yieldNow();
            assertTrue(task.cancel());
            assertFalse(task.cancelled(), "it has not been told yet");
            assertThrows(CancelledError.class, task::await);
            assertTrue(task.done());
            assertTrue(task.cancelled());
            assertFalse(task.cancel());
        });
        assertEquals(0, loop.time(), "the timer is gone");
        assertEquals(0, liveTimers(loop));
    }

    // Conformance 100: test_tasks.py::BaseTaskTests::test_cancel_yield
    @Test
    void cancel_betweenTwoYields_endsTheTask() {
        loop.run(() -> {
            Task<Integer> task = Asyncio.createTask(() -> {
                Asyncio.yieldNow();
                Asyncio.yieldNow();
                return 12;
            });
            Asyncio.yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertTrue(task.cancelled());
            assertFalse(task.cancel());
        });
    }

    // Conformance 101: test_tasks.py::BaseTaskTests::test_cancel_inner_future
    @Test
    void cancel_ofTheAwaitedFuture_cancelsTheTask() {
        loop.run(() -> {
            Future<Integer> future = Asyncio.createFuture();
            Task<Integer> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            future.cancel();
            assertThrows(CancelledError.class, task::await);
            assertTrue(future.cancelled());
            assertTrue(task.cancelled());
            assertEquals(0, task.cancelling(), "nobody asked the task itself");
        });
    }

    // Conformance 102: test_tasks.py::BaseTaskTests::test_cancel_both_task_and_inner_future
    @Test
    void cancel_ofFutureAndTask_givesOneError() {
        loop.run(() -> {
            Future<Integer> future = Asyncio.createFuture();
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    future.await();
                } catch (CancelledError e) {
                    trail.add("cancelled");
                }
                Asyncio.yieldNow();
                trail.add("not again");
                throw new CancelledError();
            });
            Asyncio.yieldNow();
            future.cancel();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertTrue(future.cancelled());
            assertTrue(task.cancelled());
        });
        assertEquals(List.of("cancelled", "not again"), trail);
    }

    // Conformance 103: test_tasks.py::BaseTaskTests::test_cancel_task_catching
    @Test
    void cancel_caughtByTheTask_letsItReturnAValue() {
        loop.run(() -> {
            Future<Void> first = Asyncio.createFuture();
            Future<Void> second = Asyncio.createFuture();
            Task<Integer> task = Asyncio.createTask(() -> {
                first.await();
                try {
                    second.await();
                    return 0;
                } catch (CancelledError e) {
                    return 42;
                }
            });
            Asyncio.yieldNow();
            first.setResult(null);
            Asyncio.yieldNow();
            task.cancel();
            assertEquals(42, task.await());
            assertFalse(task.cancelled());
            assertEquals(1, task.cancelling());
        });
    }

    // Conformance 104: test_tasks.py::BaseTaskTests::test_task_cancel_waiter_future
    @Test
    void cancel_waitingTask_cancelsTheFutureAtOnce() {
        loop.run(() -> {
            Future<Void> future = Asyncio.createFuture();
            Task<Void> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            task.cancel("why");
            assertTrue(future.cancelled());
            assertEquals(
                    "why", assertThrows(CancelledError.class, future::result).getMessage());
            assertFalse(task.done());
            assertThrows(CancelledError.class, task::await);
        });
    }

    // Conformance 105: test_tasks.py::BaseTaskTests::test_cancel_current_task
    @Test
    void cancel_ofTheCurrentTask_comesAtItsNextSuspendingCall() {
        loop.run(() -> {
            Task<Integer> task = Asyncio.createTask(() -> {
                assertTrue(Asyncio.currentTask().cancel());
                trail.add("goes on");
                Asyncio.sleep(LONG);
                return 12;
            });
            assertThrows(CancelledError.class, task::await);
            assertTrue(task.cancelled());
            assertFalse(task.cancel());
        });
        assertEquals(List.of("goes on"), trail);
        assertEquals(0, loop.time());
    }

    // Conformance 106: test_tasks.py::BaseTaskTests::test_cancel_at_end
    @Test
    void cancel_rightBeforeTheReturn_dropsTheValue() {
        loop.run(() -> {
            Task<Integer> task = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel("at the end");
                return 12;
            });
            assertEquals(
                    "at the end",
                    assertThrows(CancelledError.class, task::await).getMessage());
            assertTrue(task.cancelled());
            assertFalse(task.cancel());
        });
    }

    @Test
    void cancel_rightBeforeAnotherException_leavesTheException() {
        var failure = new IOException("wins");
        loop.run(() -> {
            Task<Integer> task = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel();
                throw failure;
            });
            assertSame(failure, assertThrows(IOException.class, task::await));
            assertFalse(task.cancelled());
        });
    }

    // Conformance 107: test_tasks.py::BaseTaskTests::test_cancel_awaited_task
    @Test
    void cancel_pending_reachesTheTaskAwaitedNextAndSoOn() {
        loop.run(() -> {
            Future<Void> future = Asyncio.createFuture();
            Task<Void> leaf = Asyncio.createTask(() -> future.await());
            Task<Void> middle = Asyncio.createTask(() -> leaf.await());
            Asyncio.yieldNow();
            Task<Void> top = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel("down");
                assertFalse(future.cancelled());
                middle.await();
            });
            Asyncio.yieldNow();
            assertTrue(future.cancelled(), "at the moment of the await");
            var error = assertThrows(CancelledError.class, top::await);
            assertEquals("down", error.getMessage());
            for (Task<Void> task : List.of(leaf, middle, top)) {
                assertTrue(task.cancelled());
                assertEquals(1, task.cancelling());
                assertSame(error, assertThrows(CancelledError.class, task::result));
            }
        });
    }

    // Conformance 116: test_tasks.py::BaseTaskTests::test_yield_future_passes_cancel
    @Test
    void cancel_taskAwaitingAFuture_passesThroughItsCallsToTheFuture() {
        loop.run(() -> {
            Future<Void> waiter = Asyncio.createFuture();
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    waitForIt(waiter);
                    trail.add("outer: no error");
                } catch (CancelledError e) {
                    trail.add("outer");
                }
            });
            Asyncio.yieldNow();
            task.cancel();
            task.await();
            assertTrue(waiter.cancelled());
        });
        assertEquals(List.of("inner", "outer"), trail);
    }

    private void waitForIt(Future<Void> waiter) {
        try {
            waiter.await();
            trail.add("inner: no error");
        } catch (CancelledError e) {
            trail.add("inner");
            throw e;
        }
    }

    // ---- messages and errors

    // Conformance 108: test_tasks.py::BaseTaskTests::test_cancel_with_message_before_starting_task
    @Test
    void cancel_beforeTheFirstStep_neverCallsTheBodyAndKeepsTheMessage() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                trail.add("body");
            });
            task.cancel("too early");
            assertEquals(
                    "too early", assertThrows(CancelledError.class, task::await).getMessage());
            assertTrue(task.cancelled());
        });
        assertEquals(List.of(), trail);
    }

    // Conformance 109: test_tasks.py::BaseTaskTests::test_cancel_with_message_then_future_exception
    @Test
    void cancel_withAMessage_isInTheErrorOfException() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> Asyncio.sleep(LONG));
            Asyncio.yieldNow();
            task.cancel("my message");
            CancelledError awaited = assertThrows(CancelledError.class, task::await);
            CancelledError asked = assertThrows(CancelledError.class, task::exception);
            assertEquals("my message", asked.getMessage());
            assertSame(awaited, asked);
            assertSame(awaited, assertThrows(CancelledError.class, task::result));
        });
    }

    // Conformance 110: test_tasks.py::BaseTaskTests::test_cancel_traceback_for_future_result
    @Test
    void cancelledError_showsTheLineThatWasInterrupted() {
        loop.run(() -> {
            Task<Void> sleeper = Asyncio.createTask(() -> sleepHere());
            Task<Void> waiter = Asyncio.createTask(() -> awaitHere(Asyncio.createFuture()));
            Task<Void> yielder = Asyncio.createTask(() -> yieldHere());
            Asyncio.yieldNow();
            for (Task<Void> task : List.of(sleeper, waiter, yielder)) {
                task.cancel();
            }
            assertShows("sleepHere", assertThrows(CancelledError.class, sleeper::await));
            assertShows("awaitHere", assertThrows(CancelledError.class, waiter::await));
            assertShows("yieldHere", assertThrows(CancelledError.class, yielder::await));
        });
    }

    private static void sleepHere() {
        Asyncio.sleep(LONG);
    }

    private static void awaitHere(Future<Void> future) {
        future.await();
    }

    private static void yieldHere() {
        Asyncio.yieldNow();
        Asyncio.yieldNow();
    }

    private static void assertShows(String method, Throwable error) {
        for (StackTraceElement frame : error.getStackTrace()) {
            if (frame.getMethodName().equals(method)) {
                return;
            }
        }
        throw new AssertionError("no frame of " + method, error);
    }

    // Conformance 111: test_tasks.py::BaseTaskTests::test_cancellation_exception_context
    @Test
    void cancelledError_wrappedByTheAwaiter_staysTheCause() {
        loop.run(() -> {
            Task<Void> outer = Asyncio.createTask(() -> {
                Task<Void> inner = Asyncio.createTask(() -> Asyncio.sleep(LONG));
                Asyncio.yieldNow();
                loop.callSoon(() -> inner.cancel("msg"));
                try {
                    inner.await();
                } catch (CancelledError e) {
                    throw new IllegalStateException("wrapped", e);
                }
            });
            var failure = assertThrows(IllegalStateException.class, outer::await);
            assertEquals("msg", failure.getCause().getMessage());
            assertEquals(CancelledError.class, failure.getCause().getClass());
        });
    }

    @Test
    void cancelledError_everyAwaiterOfATask_getsTheSameObject() {
        loop.run(() -> {
            Task<Void> target = Asyncio.createTask(() -> Asyncio.sleep(LONG));
            var awaiters = new ArrayList<Task<Void>>();
            for (int i = 0; i < 3; i++) {
                awaiters.add(Asyncio.createTask(() -> target.await()));
            }
            Asyncio.yieldNow();
            target.cancel("once");
            for (Task<Void> awaiter : awaiters) {
                trail.add(assertThrows(CancelledError.class, awaiter::await));
            }
            trail.add(assertThrows(CancelledError.class, target::exception));
            assertEquals(1, trail.stream().distinct().count());
        });
    }

    @Test
    void cancel_twiceBeforeDelivery_givesOneErrorWithTheFirstMessage() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(LONG);
                } catch (CancelledError e) {
                    trail.add(e.getMessage());
                }
                Asyncio.yieldNow();
                trail.add("alone");
            });
            Asyncio.yieldNow();
            assertTrue(task.cancel("first"));
            assertTrue(task.cancel("second"));
            assertEquals(2, task.cancelling());
            task.await();
        });
        assertEquals(List.of("first", "alone"), trail);
    }

    @Test
    void cancel_whileWokenByAFailure_winsAndSettlesTheReport() {
        loop.run(() -> {
            Future<Void> future = Asyncio.createFuture();
            Task<Void> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            future.setException(new IOException("was about to be thrown"));
            task.cancel("won");
            assertEquals("won", assertThrows(CancelledError.class, task::await).getMessage());
        });
        loop.close(); // and no report: see close()
    }

    @Test
    void cancel_whileWokenByACancelledErrorThatWasSet_leavesThatError() {
        loop.run(() -> {
            Future<Void> future = Asyncio.createFuture();
            Task<Void> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            var error = new CancelledError("set");
            future.setException(error);
            task.cancel("later");
            assertSame(error, assertThrows(CancelledError.class, task::await));
        });
    }

    @Test
    void cancel_whileWokenByAValue_winsAndTheValueStays() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            Task<String> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            future.setResult("value");
            assertTrue(task.cancel());
            assertThrows(CancelledError.class, task::await);
            assertEquals("value", future.result());
        });
    }

    // ---- clean-up and counting

    @Test
    void cancel_caughtInFinally_leavesLaterWaitsAlone() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(LONG);
                } finally {
                    Asyncio.sleep(Asyncio.seconds(1));
                    Asyncio.yieldNow();
                    trail.add("cleaned up");
                }
            });
            Asyncio.yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
        });
        assertEquals(List.of("cleaned up"), trail);
        assertEquals(1_000_000_000L, loop.time());
    }

    @Test
    void cancel_aTaskThatSwallowedOne_worksAgain() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(LONG);
                } catch (CancelledError e) {
                    trail.add(e.getMessage());
                }
                Asyncio.sleep(LONG);
            });
            Asyncio.yieldNow();
            task.cancel("one");
            Asyncio.yieldNow();
            task.cancel("two");
            assertEquals("two", assertThrows(CancelledError.class, task::await).getMessage());
        });
        assertEquals(List.of("one"), trail);
    }

    // Conformance 112: test_tasks.py::BaseTaskTests::test_cancelling
    @Test
    void cancelling_countsCancels() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> Asyncio.sleep(LONG));
            assertEquals(0, task.cancelling());
            assertFalse(task.toString().contains("cancelling"), task.toString());
            assertTrue(task.cancel());
            assertEquals(1, task.cancelling());
            assertTrue(task.toString().contains("cancelling"), task.toString());
            assertTrue(task.cancel());
            assertEquals(2, task.cancelling());
            assertThrows(CancelledError.class, task::await);
            assertFalse(task.cancel());
            assertEquals(2, task.cancelling());
        });
    }

    // Conformance 113: test_tasks.py::BaseTaskTests::test_uncancel_basic
    @Test
    void uncancel_lowersTheCountAndNeverBelowZero() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(LONG);
                } catch (CancelledError e) {
                    assertEquals(0, Asyncio.currentTask().uncancel());
                    assertEquals(0, Asyncio.currentTask().uncancel());
                    Asyncio.sleep(LONG);
                }
            });
            Asyncio.yieldNow();
            assertTrue(task.cancel());
            assertEquals(1, task.cancelling());
            Asyncio.yieldNow();
            assertFalse(task.done());
            assertEquals(0, task.cancelling());
            assertFalse(task.toString().contains("cancelling"), task.toString());

            assertTrue(task.cancel());
            assertTrue(task.cancel());
            assertEquals(1, task.uncancel());
            assertEquals(0, task.uncancel());
            assertThrows(CancelledError.class, task::await, "it was on its way already");
            assertTrue(task.cancelled());
            assertEquals(0, task.uncancel(), "no effect on one that is done");
            assertTrue(task.cancelled());
        });
    }

    // test_tasks.py::BaseTaskTests::test_uncancel_resets_must_cancel
    @Test
    void uncancel_toZero_withdrawsACancelNotYetDelivered() {
        loop.run(() -> {
            Future<Integer> future = Asyncio.createFuture();
            Task<Integer> task = Asyncio.createTask(() -> future.await());
            Asyncio.yieldNow();
            future.setResult(42);
            assertTrue(task.cancel(), "queued to run: pending");
            assertEquals(0, task.uncancel());
            assertEquals(42, task.await());

            Task<Integer> fresh = Asyncio.createTask(() -> 43);
            fresh.cancel();
            fresh.cancel();
            assertEquals(1, fresh.uncancel());
            assertEquals(0, fresh.uncancel());
            assertEquals(43, fresh.await());

            Task<Integer> half = Asyncio.createTask(() -> 44);
            half.cancel();
            half.cancel();
            assertEquals(1, half.uncancel());
            assertThrows(CancelledError.class, half::await);
        });
    }

    // Conformance 114: test_tasks.py::BaseTaskTests::test_uncancel_structured_blocks
    @Test
    void uncancel_inAStructuredBlock_isolatesItsOwnCancel() {
        loop.run(() -> {
            // Times out by itself: the rest of the task is not disturbed.
            Task<Void> timedOut = Asyncio.createTask(() -> requestWithTimeout(LONG));
            timedOut.await();
            assertEquals(List.of("timed out", "stuff outside"), trail);
            assertEquals(0, timedOut.cancelling());

            trail.clear();
            Task<Void> fine = Asyncio.createTask(() -> requestWithTimeout(Duration.ofMillis(1)));
            fine.await();
            assertEquals(List.of("stuff inside", "stuff outside"), trail);
            assertEquals(0, fine.cancelling());

            // Cancelled from outside as well: that must not be taken for the block's own.
            trail.clear();
            Task<Void> cancelled = Asyncio.createTask(() -> requestWithTimeout(LONG));
            Asyncio.yieldNow();
            cancelled.cancel();
            assertThrows(CancelledError.class, cancelled::await);
            assertEquals(List.of(), trail);
            assertEquals(1, cancelled.cancelling());
        });
    }

    /** What Timeout does, by hand: cancels its task at the deadline and takes its own cancel back. */
    private void requestWithTimeout(Duration request) {
        Task<?> task = Asyncio.currentTask();
        var fired = new boolean[1];
        TimerHandle timer = loop.callLater(Asyncio.seconds(1), () -> {
            fired[0] = true;
            task.cancel();
        });
        try {
            Asyncio.sleep(request);
            trail.add("stuff inside");
        } catch (CancelledError e) {
            if (!fired[0] || task.uncancel() > 0) {
                throw e;
            }
            trail.add("timed out");
        } finally {
            timer.cancel();
        }
        Asyncio.yieldNow();
        trail.add("stuff outside");
    }

    @Test
    void timeout_fired_takesItsCancelBackAndNamesTheErrorAsCause() {
        loop.run(() -> {
            Task<?> self = Asyncio.currentTask();
            var timeout = assertThrows(
                    TimeoutException.class, () -> Asyncio.timeout(Asyncio.seconds(1), () -> Asyncio.sleep(LONG)));
            assertEquals(CancelledError.class, timeout.getCause().getClass());
            assertShows("sleep", timeout.getCause());
            assertEquals(0, self.cancelling());
            Asyncio.yieldNow();
        });
        assertEquals(1_000_000_000L, loop.time());
        assertEquals(0, liveTimers(loop));
    }

    // ---- outcomes

    // Conformance 115: test_tasks.py::BaseTaskTests::test_baseexception_during_cancel
    @Test
    void fatalError_thrownOnCancellation_leavesTheLoopAndIsTheOutcome() {
        var fatal = new KeyboardInterrupt();
        Task<Void> task = loop.createTask(() -> {
            try {
                Asyncio.sleep(LONG);
            } catch (CancelledError e) {
                throw fatal;
            }
        });
        loop.run(Asyncio::yieldNow);
        task.cancel();
        assertFalse(task.done());
        assertSame(fatal, assertThrows(KeyboardInterrupt.class, loop::runForever));
        assertTrue(task.done());
        assertFalse(task.cancelled());
        assertSame(fatal, task.exception());
    }

    // Conformance 117: test_tasks.py::BaseTaskTests::test_tb_logger_not_called_after_cancel
    @Test
    void cancel_ofAFailedTask_withdrawsItsReport() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                throw new IOException("not looked at");
            });
            Asyncio.yieldNow();
            assertTrue(task.done());
            assertFalse(task.cancel());
        });
        loop.close(); // and no report: see close()
    }

    @Test
    void cancel_swallowedForGood_leavesTheTaskRunning() {
        loop.run(() -> {
            Task<Integer> task = Asyncio.createTask(() -> {
                for (int caught = 0; ; ) {
                    try {
                        Asyncio.sleep(Asyncio.seconds(1));
                        return caught;
                    } catch (CancelledError e) {
                        caught++;
                    }
                }
            });
            for (int i = 0; i < 3; i++) {
                Asyncio.yieldNow();
                task.cancel();
            }
            assertEquals(3, task.await());
            assertEquals(3, task.cancelling());
        });
    }

    // ---- long chains and circles

    @Test
    void cancel_aChainOfAHundredThousandTasks_needsNoStack() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Void>>();
            tasks.add(Asyncio.createTask(() -> Asyncio.sleep(LONG)));
            for (int i = 1; i <= 100_000; i++) {
                Task<Void> before = tasks.get(i - 1);
                tasks.add(Asyncio.createTask(() -> before.await()));
            }
            Asyncio.yieldNow();
            tasks.getLast().cancel("all the way");
            CancelledError error = assertThrows(CancelledError.class, tasks.getLast()::await);
            assertEquals("all the way", error.getMessage());
            for (Task<Void> task : tasks) {
                assertTrue(task.cancelled());
                assertEquals(1, task.cancelling());
                assertSame(error, assertThrows(CancelledError.class, task::result));
            }
        });
    }

    @Test
    void cancel_tasksWaitingInACircle_endsThemAllWithOneRequestEach() {
        loop.run(() -> {
            List<Task<Void>> circle = circle(5);
            Task<Void> before = Asyncio.createTask(() -> circle.get(3).await());
            Task<Void> outside = Asyncio.createTask(() -> before.await());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            outside.cancel("round");
            CancelledError error = assertThrows(CancelledError.class, outside::await);
            assertEquals("round", error.getMessage());
            for (Task<Void> task : circle) {
                assertTrue(task.cancelled());
                assertEquals(1, task.cancelling());
            }
            assertEquals(1, before.cancelling());
            assertEquals(1, outside.cancelling());
        });
    }

    @Test
    void cancel_aCircleTwiceInOneIteration_endsItOnce() {
        loop.run(() -> {
            List<Task<Void>> circle = circle(2);
            Asyncio.yieldNow();
            circle.get(0).cancel("first");
            circle.get(1).cancel("second");
            assertEquals(
                    "second",
                    assertThrows(CancelledError.class, circle.get(1)::await).getMessage());
            assertTrue(circle.get(0).cancelled());
            assertEquals(2, circle.get(1).cancelling());
        });
    }

    @Test
    void cancel_pendingInATaskThatClosesACircle_isDeliveredToIt() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Void>>();
            tasks.add(Asyncio.createTask(() -> {
                Asyncio.yieldNow(); // until the other one waits for this
                Asyncio.currentTask().cancel("closing");
                tasks.get(1).await();
            }));
            tasks.add(Asyncio.createTask(() -> tasks.get(0).await()));
            assertEquals(
                    "closing",
                    assertThrows(CancelledError.class, tasks.get(1)::await).getMessage());
            assertTrue(tasks.get(0).cancelled());
            assertTrue(tasks.get(1).cancelled());
        });
    }

    @Test
    void cancel_aCircleWhoseMemberDeclines_goesOnAfterIt() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<String>>();
            tasks.add(Asyncio.createTask(() -> {
                try {
                    return tasks.get(1).await();
                } catch (CancelledError e) {
                    return "declined";
                }
            }));
            tasks.add(Asyncio.createTask(() -> tasks.get(0).await()));
            Asyncio.yieldNow();
            tasks.get(1).cancel();
            assertEquals("declined", tasks.get(0).await());
            assertEquals("declined", tasks.get(1).await());
            assertNull(tasks.get(1).exception());
        });
    }

    private static int liveTimers(EventLoop loop) {
        return loop.core().liveTimers();
    }

    private static List<Task<Void>> circle(int size) {
        var tasks = new ArrayList<Task<Void>>();
        for (int i = 0; i < size; i++) {
            int next = (i + 1) % size;
            tasks.add(Asyncio.createTask(() -> tasks.get(next).await()));
        }
        return tasks;
    }
}
