package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.timeout;
import static dev.weft.Asyncio.timeoutAt;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Timeout}. */
final class TimeoutTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<Timeout> scopes = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 172: test_timeouts.py::TimeoutTests::test_timeout_basic
    @Test
    void timeout_deadlinePasses_throwsAndIsExpired() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(millis(10), scope -> {
                        scopes.add(scope);
                        sleep(seconds(10));
                    }));
            assertTrue(scopes.get(0).expired());
            assertEquals(millis(10).toNanos(), loop.time());
        });
    }

    // Conformance 173: test_timeouts.py::TimeoutTests::test_timeout_at_basic
    @Test
    void timeoutAt_deadlineOfTheLoopsClock_throwsThen() {
        loop.run(() -> {
            sleep(seconds(5));
            long deadline = loop.time() + millis(10).toNanos();
            assertThrows(
                    TimeoutException.class,
                    () -> timeoutAt(deadline, scope -> {
                        scopes.add(scope);
                        sleep(seconds(10));
                    }));
            assertTrue(scopes.get(0).expired());
            assertEquals(OptionalLong.of(deadline), scopes.get(0).when());
            assertEquals(deadline, loop.time());
        });
    }

    // test_timeouts.py::TimeoutTests::test_nested_timeouts
    @Test
    void timeout_nestedWithOneDeadline_onlyTheOuterConverts() {
        loop.run(() -> {
            long deadline = millis(10).toNanos();
            assertThrows(
                    TimeoutException.class,
                    () -> timeoutAt(deadline, outer -> {
                        scopes.add(outer);
                        try {
                            timeoutAt(deadline, inner -> {
                                scopes.add(inner);
                                sleep(seconds(10));
                            });
                        } catch (CancelledError e) {
                            trail.add("cancelled");
                            throw e;
                        }
                    }));
            assertEquals(List.of("cancelled"), trail);
            assertTrue(scopes.get(0).expired());
            assertTrue(scopes.get(1).expired());
            // anyio #716, #790: requests were charged to the wrong scope, and the task stayed cancelling
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    // Conformance 174: test_timeouts.py::TimeoutTests::test_waiter_cancelled
    @Test
    void timeout_inTheBody_isACancelledError() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(millis(10), () -> {
                        try {
                            sleep(seconds(10));
                        } catch (CancelledError e) {
                            trail.add("cancelled");
                            throw e;
                        }
                    }));
            assertEquals(List.of("cancelled"), trail);
        });
    }

    // Conformance 175: test_timeouts.py::TimeoutTests::test_timeout_not_called
    @Test
    void timeout_bodyEndsInTime_isUnaffected() throws Exception {
        loop.run(() -> {
            timeout(seconds(10), scope -> {
                scopes.add(scope);
                sleep(millis(10));
            });
            assertFalse(scopes.get(0).expired());
            assertEquals(OptionalLong.of(seconds(10).toNanos()), scopes.get(0).when());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // Conformance 176: test_timeouts.py::TimeoutTests::test_timeout_disabled
    @Test
    void timeout_null_neverFires() throws Exception {
        loop.run(() -> {
            timeout(null, scope -> {
                scopes.add(scope);
                assertEquals(0, Probe.liveTimers(loop));
                sleep(Duration.ofDays(1000));
            });
            assertFalse(scopes.get(0).expired());
            assertEquals(OptionalLong.empty(), scopes.get(0).when());
        });
    }

    // Conformance 177: test_timeouts.py::TimeoutTests::test_timeout_zero
    // asyncio gh-95109: a timeout that had expired already came late
    @Test
    void timeout_zero_firesAtTheFirstSuspension() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(Duration.ZERO, scope -> {
                        scopes.add(scope);
                        sleep(Duration.ofHours(1));
                    }));
            assertTrue(scopes.get(0).expired());
            assertEquals(0, loop.time());
        });
    }

    // Conformance 178: test_timeouts.py::TimeoutTests::test_timeout_zero_sleep_zero
    @Test
    void timeout_zeroOrPast_interruptsEvenAYield() {
        loop.run(() -> {
            sleep(seconds(100));
            for (Duration limit : List.of(Duration.ZERO, seconds(-11))) {
                assertThrows(TimeoutException.class, () -> timeout(limit, () -> yieldNow()));
            }
            assertEquals(seconds(100).toNanos(), loop.time());
        });
    }

    @Test
    void timeout_zeroAndABodyThatNeverSuspends_doesNotInterrupt() throws Exception {
        loop.run(() -> {
            timeout(Duration.ZERO, () -> trail.add("body"));
            yieldNow();
            assertEquals(0, current().cancelling());
        });
        assertEquals(List.of("body"), trail);
    }

    // Conformance 179: test_timeouts.py::TimeoutTests::test_foreign_exception_passed
    @Test
    void timeout_bodyFails_passesAndIsNotExpired() {
        loop.run(() -> {
            var failure = new IOException("no");
            assertSame(
                    failure,
                    assertThrows(
                            IOException.class,
                            () -> timeout(millis(10), scope -> {
                                scopes.add(scope);
                                throw failure;
                            })));
            assertFalse(scopes.get(0).expired());
            assertEquals(0, failure.getSuppressed().length);
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // Conformance 180: test_timeouts.py::TimeoutTests::test_timeout_exception_context
    @Test
    void timeout_exception_hasTheCancellationAsCause() {
        loop.run(() -> {
            var timeout = assertThrows(TimeoutException.class, () -> timeout(Duration.ZERO, () -> sleep(seconds(1))));
            assertInstanceOf(CancelledError.class, timeout.getCause());
        });
    }

    // Conformance 181: test_timeouts.py::TimeoutTests::test_foreign_exception_on_timeout
    @Test
    void timeout_bodyFailsWhileExpiring_passesWithTheTimeoutAttached() {
        loop.run(() -> {
            var failure = new ArithmeticException();
            assertSame(
                    failure,
                    assertThrows(
                            ArithmeticException.class,
                            () -> timeout(millis(10), () -> {
                                try {
                                    sleep(seconds(1));
                                } finally {
                                    throwIt(failure);
                                }
                            })));
            assertInstanceOf(TimeoutException.class, failure.getSuppressed()[0]);
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    // Conformance 182: test_timeouts.py::TimeoutTests::test_foreign_cancel_doesnt_timeout_if_not_expired
    @Test
    void cancel_byAnybodyElse_isNotConverted() {
        Task<?> task = loop.createTask(() -> timeout(seconds(10), scope -> {
            scopes.add(scope);
            current().cancel();
            sleep(seconds(10));
        }));
        assertThrows(CancelledError.class, () -> loop.runUntilComplete(task));
        assertFalse(scopes.get(0).expired());
        assertTrue(task.cancelled());
    }

    @Test
    void cancel_byAnybodyElseAfterExpiry_isNotConverted() {
        loop.run(() -> {
            Task<?> task = createTask(() -> timeout(seconds(1), scope -> {
                scopes.add(scope);
                try {
                    sleep(seconds(10));
                } finally {
                    sleep(seconds(10));
                }
            }));
            sleep(seconds(2));
            task.cancel();
            Asyncio.wait(List.of(task));
            assertTrue(task.cancelled());
            assertTrue(scopes.get(0).expired());
        });
    }

    // Conformance 183: test_timeouts.py::TimeoutTests::test_outer_task_is_not_cancelled
    @Test
    void timeout_handled_leavesTheTaskUncancelled() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                assertThrows(TimeoutException.class, () -> timeout(millis(1), () -> sleep(seconds(10))));
                yieldNow();
            });
            task.await();
            assertFalse(task.cancelled());
            assertEquals(0, task.cancelling());
        });
    }

    // Conformance 184: test_timeouts.py::TimeoutTests::test_nested_timeouts_concurrent
    @Test
    void timeout_onlyTheOuterIsDue_theInnerIsUnaffected() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(
                            millis(2),
                            () -> timeout(millis(100), scope -> {
                                scopes.add(scope);
                                sleep(seconds(1));
                            })));
            assertFalse(scopes.get(0).expired());
        });
    }

    // test_timeouts.py::TimeoutTests::test_nested_timeouts_loop_busy
    @Test
    void timeout_innerAndOuterDueAfterABusyStretch_theOuterReports() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(millis(100), () -> {
                        try {
                            timeout(millis(10), () -> {
                                loop.clock().advance(millis(100));
                                sleep(seconds(1));
                            });
                        } catch (TimeoutException e) {
                            trail.add("the inner one");
                        }
                        sleep(seconds(10));
                    }));
            assertEquals(List.of(), trail);
            assertEquals(millis(100).toNanos(), loop.time());
        });
    }

    // Conformance 185: test_timeouts.py::TimeoutTests::test_reschedule
    @Test
    void reschedule_andDisable_moveTheDeadline() {
        Future<Timeout> entered = loop.createFuture();
        long first = seconds(10).toNanos();
        long second = seconds(30).toNanos();
        loop.run(() -> {
            Task<?> task = createTask(() -> timeoutAt(first, scope -> {
                entered.setResult(scope);
                sleep(seconds(50));
            }));
            Timeout scope = entered.await();
            assertEquals(OptionalLong.of(first), scope.when());
            scope.reschedule(second);
            assertEquals(OptionalLong.of(second), scope.when());
            scope.disable();
            assertEquals(OptionalLong.empty(), scope.when());
            sleep(seconds(40));
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertFalse(scope.expired());
        });
    }

    @Test
    void reschedule_later_keepsTheBodyAlive() throws Exception {
        loop.run(() -> {
            timeout(seconds(1), scope -> {
                scope.reschedule(seconds(5));
                sleep(seconds(3));
            });
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(seconds(100), scope -> {
                        scope.reschedule(seconds(1));
                        sleep(seconds(50));
                    }));
            assertEquals(seconds(4).toNanos(), loop.time());
        });
    }

    @Test
    void reschedule_afterAPastDeadlineWasQueued_withdrawsIt() throws Exception {
        loop.run(() -> timeout(seconds(100), scope -> {
            scope.reschedule(seconds(-1)); // would fire in the next iteration
            scope.reschedule(seconds(10));
            sleep(seconds(5));
            assertFalse(scope.expired());
        }));
    }

    // Conformance 186: test_timeouts.py::TimeoutTests::test_nested_timeout_in_finally
    // asyncio gh-102780: a timeout surfaced as a cancellation when the clean-up waited
    @Test
    void timeout_inTheFinallyOfATimedOutBody_works() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(millis(10), () -> {
                        try {
                            sleep(seconds(1));
                        } finally {
                            sleep(millis(5));
                            assertThrows(TimeoutException.class, () -> timeout(millis(10), () -> sleep(seconds(10))));
                            trail.add("cleaned up");
                        }
                    }));
            assertEquals(List.of("cleaned up"), trail);
            assertEquals(millis(25).toNanos(), loop.time());
        });
    }

    // Conformance 187: test_timeouts.py::TimeoutTests::test_timeout_after_cancellation
    @Test
    void timeout_afterASwallowedCancel_stillThrows() {
        loop.run(() -> {
            current().cancel();
            assertThrows(CancelledError.class, () -> sleep(seconds(1)));
            assertThrows(TimeoutException.class, () -> timeout(Duration.ZERO, () -> sleep(seconds(1))));
        });
    }

    // Conformance 188: test_timeouts.py::TimeoutTests::test_cancel_in_timeout_after_cancellation
    @Test
    void cancel_inATimeoutAfterASwallowedCancel_isACancellation() {
        loop.run(() -> {
            current().cancel();
            assertThrows(CancelledError.class, () -> sleep(seconds(1)));
            assertThrows(
                    CancelledError.class,
                    () -> timeout(seconds(1), () -> {
                        current().cancel();
                        sleep(seconds(2));
                    }));
        });
    }

    // Conformance 189: test_timeouts.py::TimeoutTests::test_timeout_finished
    @Test
    void reschedule_afterTheEnd_throws() throws Exception {
        loop.run(() -> {
            timeout(millis(10), scopes::add);
            var error = assertThrows(
                    IllegalStateException.class, () -> scopes.get(0).reschedule(millis(20)));
            assertTrue(error.getMessage().contains("finished"), error.getMessage());
            assertThrows(IllegalStateException.class, () -> scopes.get(0).disable());
        });
    }

    // Conformance 190: test_timeouts.py::TimeoutTests::test_timeout_expired
    @Test
    void reschedule_afterExpiry_throws() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(millis(10), scope -> {
                        scopes.add(scope);
                        sleep(seconds(10));
                    }));
            var error = assertThrows(
                    IllegalStateException.class, () -> scopes.get(0).reschedule(millis(20)));
            assertTrue(error.getMessage().contains("expired"), error.getMessage());
        });
    }

    // Conformance 191: test_timeouts.py::TimeoutTests::test_timeout_expiring
    @Test
    void reschedule_whileExpiring_throws() {
        loop.run(() -> assertThrows(
                TimeoutException.class,
                () -> timeout(millis(10), scope -> {
                    try {
                        sleep(seconds(10));
                    } finally {
                        var error = assertThrows(IllegalStateException.class, () -> scope.reschedule(millis(20)));
                        trail.add(error.getMessage());
                    }
                })));
        assertTrue(((String) trail.get(0)).contains("expiring"), trail.toString());
    }

    // Conformance 192: test_timeouts.py::TimeoutTests::test_timeout_not_entered
    @Test
    void reschedule_beforeEntry_throws() {
        loop.run(() -> {
            // Users get the scope inside the body only.
            var scope = new Timeout(current(), OptionalLong.of(10));
            var error = assertThrows(IllegalStateException.class, () -> scope.reschedule(millis(20)));
            assertTrue(error.getMessage().contains("not entered"), error.getMessage());
        });
    }

    // Conformance 193: test_timeouts.py::TimeoutTests::test_timeout_without_task
    @Test
    void timeout_outsideATask_throwsWithoutCallingTheBody() {
        assertThrows(IllegalStateException.class, () -> timeout(seconds(1), () -> trail.add("called")));
        loop.callSoon(() -> {
            assertThrows(IllegalStateException.class, () -> timeout(seconds(1), () -> trail.add("called")));
            trail.add("checked");
        });
        loop.runReady();
        assertEquals(List.of("checked"), trail);
    }

    @Test
    void timeout_bodySwallowsTheCancellation_endsNormallyAndIsExpired() throws Exception {
        loop.run(() -> {
            int value = Timeout.call(seconds(1), scope -> {
                scopes.add(scope);
                try {
                    sleep(seconds(10));
                } catch (CancelledError e) {
                    return 42;
                }
                return 0;
            });
            assertEquals(42, value);
            assertTrue(scopes.get(0).expired());
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    @Test
    void timeout_valueForms_giveTheValue() throws Exception {
        loop.run(() -> {
            assertEquals("a", timeout(seconds(1), () -> "a"));
            assertEquals("b", timeoutAt(seconds(1).toNanos(), () -> "b"));
            assertEquals("c", Timeout.call(seconds(1), scope -> "c"));
            assertEquals("d", Timeout.callAt(seconds(1).toNanos(), scope -> "d"));
            timeoutAt(seconds(1).toNanos(), () -> trail.add("e"));
            assertEquals(List.of("e"), trail);
        });
    }

    // test_timeouts.py::TimeoutTests::test_repr_active, test_repr_expired, test_repr_finished, test_repr_disabled
    @Test
    void toString_namesTheState() throws Exception {
        loop.run(() -> {
            timeout(seconds(10), scope -> {
                scopes.add(scope);
                assertEquals("Timeout[active, when=10000000000]", scope.toString());
                scope.disable();
                assertEquals("Timeout[active]", scope.toString());
            });
            assertEquals("Timeout[finished]", scopes.get(0).toString());
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(seconds(1), scope -> {
                        scopes.add(scope);
                        sleep(seconds(10));
                    }));
            assertEquals("Timeout[expired]", scopes.get(1).toString());
        });
    }

    // trio #1235: nested scopes overflowed the stack
    @Test
    void timeout_hundredNested_passThroughTheInnerOnes() {
        loop.run(() -> {
            assertThrows(TimeoutException.class, () -> timeout(seconds(1), () -> nest(100)));
            assertEquals(0, current().cancelling());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // tokio #4314: a busy body starved its timeout
    @Test
    void timeout_bodyThatIsAlwaysReady_stillFires() {
        loop.run(() -> assertThrows(
                TimeoutException.class,
                () -> timeout(millis(10), () -> {
                    while (true) {
                        loop.clock().advance(Duration.ofNanos(100_000)); // works for 0.1 ms
                        yieldNow();
                    }
                })));
        assertTrue(loop.time() <= millis(11).toNanos(), () -> "fired at " + loop.time());
    }

    private static void nest(int depth) throws TimeoutException {
        if (depth == 0) {
            sleep(seconds(10));
        } else {
            timeout(seconds(100), () -> nest(depth - 1));
        }
    }

    private static Task<?> current() {
        Task<?> task = Asyncio.currentTask();
        if (task == null) {
            throw new AssertionError("no task here");
        }
        return task;
    }

    private static void throwIt(RuntimeException failure) {
        throw failure;
    }

    @Test
    void timeout_overAtOnceWhileACancellationIsPending_isCancelled() {
        loop.run(() -> {
            Task<?> task = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel("before the scope");
                timeout(Duration.ZERO, scope -> {
                    sleep(seconds(10));
                });
            });
            assertEquals(
                    "before the scope",
                    assertThrows(CancelledError.class, task::await).getMessage());
            assertTrue(task.cancelled());
        });
    }
}
