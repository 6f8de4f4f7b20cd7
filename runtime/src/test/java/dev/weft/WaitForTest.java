package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.shield;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.waitFor;
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
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link Asyncio#waitFor}. */
final class WaitForTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 157: test_waitfor.py::AsyncioWaitForTest::test_wait_for_blocking
    @Test
    void waitFor_noLimit_givesTheValue() throws Exception {
        loop.run(() -> {
            assertEquals("done", waitFor(() -> "done", null));
            assertEquals("slow", waitFor(() -> sleep(Duration.ofDays(1), "slow"), null));
        });
    }

    // Conformance 158: test_waitfor.py::AsyncioWaitForTest::test_wait_for
    @Test
    void waitFor_taskTooSlow_cancelsItAndThrows() {
        loop.run(() -> {
            Task<String> task = createTask(() -> {
                trail.add("runs");
                try {
                    sleep(seconds(10));
                } finally {
                    trail.add("ended");
                }
                return "done";
            });
            assertThrows(TimeoutException.class, () -> waitFor(task, millis(100)));
            assertTrue(task.cancelled());
            assertEquals(List.of("runs", "ended"), trail);
            assertEquals(millis(100).toNanos(), loop.time());
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    @Test
    void waitFor_body_runsInTheCallingTask() throws Exception {
        loop.run(() -> {
            Task<?> caller = Asyncio.currentTask();
            waitFor(() -> assertSame(caller, Asyncio.currentTask()), seconds(1));
        });
    }

    @Test
    void waitFor_bodyThrowsCheckedException_isPrecise() throws Exception {
        loop.run(() -> {
            try {
                waitFor(() -> throwIt(new IOException("no")), seconds(1));
            } catch (IOException e) {
                trail.add(e.getMessage());
            }
        });
        assertEquals(List.of("no"), trail);
    }

    // Conformance 159: test_waitfor.py::AsyncioWaitForTest::test_asyncio_wait_for_cancelled
    @Test
    void cancel_ofTheCaller_waitsForABodyThatIgnoresIt() {
        loop.run(() -> {
            Task<?> caller = createTask(() -> waitFor(() -> ignoreCancelsFor(millis(200)), millis(400)));
            yieldNow();
            caller.cancel();
            Asyncio.wait(List.of(caller));
            assertEquals(List.of("exited"), trail);
            assertEquals(millis(200).toNanos(), loop.time());
        });
    }

    // test_waitfor.py::AsyncioWaitForTest::test_asyncio_wait_for_timeout
    @Test
    void waitFor_bodyThatIgnoresTheTimeout_isWaitedFor() throws Exception {
        loop.run(() -> {
            waitFor(() -> ignoreCancelsFor(millis(200)), millis(100));
            assertEquals(List.of("exited"), trail);
        });
        assertEquals(millis(200).toNanos(), loop.time());
    }

    // Conformance 160: test_waitfor.py::AsyncioWaitForTest::test_wait_for_timeout_less_then_0_or_0_future_done
    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void waitFor_noTimeLeftButFutureDone_givesItsValue(int seconds) throws Exception {
        loop.run(() -> {
            Future<String> future = loop.createFuture();
            future.setResult("done");
            assertEquals("done", waitFor(future, seconds(seconds)));
        });
        assertEquals(0, loop.time());
    }

    // Conformance 161:
    // test_waitfor.py::AsyncioWaitForTest::test_wait_for_timeout_less_then_0_or_0_coroutine_do_not_started
    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void waitFor_noTimeLeft_neverCallsTheBody(int seconds) {
        loop.run(() -> {
            var timeout =
                    assertThrows(TimeoutException.class, () -> waitFor(() -> trail.add("started"), seconds(seconds)));
            assertInstanceOf(CancelledError.class, timeout.getCause());
        });
        assertEquals(List.of(), trail);
        assertEquals(0, loop.time());
    }

    // Conformance 162: test_waitfor.py::AsyncioWaitForTest::test_wait_for_timeout_less_then_0_or_0
    @ParameterizedTest
    @ValueSource(ints = {0, -1})
    void waitFor_noTimeLeft_cancelsARunningTaskAndThrows(int seconds) {
        loop.run(() -> {
            Future<String> started = loop.createFuture();
            Task<String> task = createTask(() -> {
                started.setResult("yes");
                try {
                    sleep(seconds(10));
                } finally {
                    trail.add("ended");
                }
                return "done";
            });
            started.await();
            assertThrows(TimeoutException.class, () -> waitFor(task, seconds(seconds)));
            assertTrue(task.cancelled());
            assertEquals(List.of("ended"), trail);
        });
        assertEquals(0, loop.time());
    }

    // Conformance 163: test_waitfor.py::AsyncioWaitForTest::test_wait_for_race_condition
    @Test
    void waitFor_futureCompletesInTime_givesItsValue() throws Exception {
        loop.run(() -> {
            Future<String> future = loop.createFuture();
            loop.callLater(millis(100), () -> future.setResult("ok"));
            assertEquals("ok", waitFor(future, millis(200)));
            assertEquals(0, Probe.liveTimers(loop));
        });
    }

    // Conformance 164: test_waitfor.py::AsyncioWaitForTest::test_wait_for_cancel_suppressed
    @Test
    void waitFor_bodySwallowsTheCancellation_givesItsValue() throws Exception {
        loop.run(() -> {
            int value = waitFor(
                    () -> {
                        try {
                            sleep(seconds(10));
                        } catch (CancelledError e) {
                            return 42;
                        }
                        return 0;
                    },
                    millis(100));
            assertEquals(42, value);
            assertEquals(0, currentTask().cancelling());
            yieldNow();
        });
    }

    // Conformance 165: test_waitfor.py::AsyncioWaitForTest::test_wait_for_waits_for_task_cancellation
    @Test
    void waitFor_taskCleansUp_throwsAfterThatWithTheCause() {
        loop.run(() -> {
            Task<?> inner = createTask(this::cleanUpSlowly);
            var timeout = assertThrows(TimeoutException.class, () -> waitFor(inner, millis(1)));
            assertEquals(List.of("cleaned up"), trail);
            assertInstanceOf(CancelledError.class, timeout.getCause());
            assertEquals(millis(1).plus(seconds(1)).toNanos(), loop.time());
        });
    }

    // Conformance 166: test_waitfor.py::AsyncioWaitForTest::test_wait_for_waits_for_task_cancellation_w_timeout_0
    @Test
    void waitFor_noTimeLeftAndTaskCleansUp_throwsAfterThatWithTheCause() {
        loop.run(() -> {
            Task<?> inner = createTask(this::cleanUpSlowly);
            yieldNow();
            var timeout = assertThrows(TimeoutException.class, () -> waitFor(inner, Duration.ZERO));
            assertEquals(List.of("cleaned up"), trail);
            assertInstanceOf(CancelledError.class, timeout.getCause());
        });
    }

    // Conformance 167: test_waitfor.py::AsyncioWaitForTest::test_wait_for_reraises_exception_during_cancellation
    @Test
    void waitFor_taskFailsWhileCleaningUp_throwsThat() {
        loop.run(() -> {
            for (Duration limit : List.of(millis(1), Duration.ZERO)) {
                var failure = new IOException("while cleaning up");
                Task<?> inner = createTask(() -> {
                    try {
                        sleep(seconds(10));
                    } finally {
                        throwIt(failure);
                    }
                });
                yieldNow();
                assertSame(failure, assertThrows(IOException.class, () -> waitFor(inner, limit)));
            }
        });
    }

    // Conformance 168: test_waitfor.py::AsyncioWaitForTest::test_cancel_blocking_wait_for
    @Test
    void cancel_ofTheCaller_cancelsTheAwaitedTask() {
        for (Duration limit : new Duration[] {null, seconds(60)}) {
            Task<?> inner = loop.createTask(() -> loop.createFuture().await());
            Task<?> caller = loop.createTask(() -> waitFor(inner, limit));
            loop.callSoon(() -> caller.cancel("stop"));
            var error = assertThrows(CancelledError.class, () -> loop.runUntilComplete(caller));
            assertEquals("stop", error.getMessage());
            assertTrue(inner.cancelled());
            assertTrue(caller.cancelled());
            assertEquals(0, Probe.liveTimers(loop));
        }
    }

    // Conformance 169: test_waitfor.py::AsyncioWaitForTest::test_wait_for_issue86296
    @Test
    void cancel_afterTheInnerCompletedButBeforeResumption_wins() {
        loop.run(() -> {
            Future<String> inner = loop.createFuture();
            Task<?> caller = createTask(() -> {
                waitFor(inner, seconds(100));
                trail.add("went on");
            });
            yieldNow();
            inner.setResult("kept");
            assertTrue(caller.cancel());
            assertThrows(CancelledError.class, caller::await);
            assertEquals(List.of(), trail);
            assertEquals("kept", inner.result());
            assertTrue(caller.cancelled());
        });
    }

    // asyncio bpo-37658: a result completed in the tick of the cancel vanished, and with it a connection
    @Test
    void cancel_beforeTheInnerCompletesInTheSameTick_cancelsTheInner() {
        loop.run(() -> {
            Future<String> inner = loop.createFuture();
            Task<?> caller = createTask(() -> waitFor(inner, seconds(100)));
            yieldNow();
            assertTrue(caller.cancel());
            // Whoever has the connection sees that nobody takes it, and keeps it to close.
            assertTrue(inner.cancelled());
            assertThrows(InvalidStateException.class, () -> inner.setResult("connection"));
            assertThrows(CancelledError.class, caller::await);
        });
    }

    @Test
    void waitFor_completionAndTimeoutInOneIteration_isATimeoutAndTheFutureKeepsItsValue() {
        loop.run(() -> {
            Future<String> future = loop.createFuture();
            loop.callLater(seconds(1), () -> future.setResult("kept")); // due just before the timeout
            assertThrows(TimeoutException.class, () -> waitFor(future, seconds(1)));
            assertEquals("kept", future.result());
            assertEquals(0, currentTask().cancelling());
            yieldNow();
        });
    }

    // test_waitfor.py::AsyncioWaitForTest::test_wait_for_self_cancellation
    @Test
    void cancel_whileTheTimedOutTaskHoldsOut_isPassedOn() {
        loop.run(() -> {
            Task<Integer> inner = createTask(() -> {
                for (int i = 0; i < 3; i++) {
                    try {
                        sleep(millis(300));
                        return i;
                    } catch (CancelledError e) {
                        trail.add("cancelled");
                    }
                }
                return -1;
            });
            Task<?> caller = createTask(() -> waitFor(inner, millis(100)));
            sleep(millis(200));
            assertEquals(List.of("cancelled"), trail);
            caller.cancel();
            Asyncio.wait(List.of(caller));
            assertEquals(List.of("cancelled", "cancelled"), trail);
            assertEquals(2, inner.result());
        });
    }

    // Conformance 170: test_waitfor.py::WaitForShieldTests::test_zero_timeout
    @Test
    void waitFor_shieldWithoutTimeLeft_throwsWhileTheTaskGoesOn() {
        loop.run(() -> {
            Task<String> task = createTask(() -> sleep(seconds(1), "done"));
            assertThrows(TimeoutException.class, () -> waitFor(shield(task), Duration.ZERO));
            assertFalse(task.done());
            assertEquals("done", task.await());
        });
    }

    // Conformance 171: test_waitfor.py::WaitForShieldTests::test_shielded_timeout
    @Test
    void waitFor_shieldTooSlow_throwsAndTheTaskCompletesLater() {
        loop.run(() -> {
            Task<String> task = createTask(() -> sleep(seconds(2), "done"));
            assertThrows(TimeoutException.class, () -> waitFor(shield(task), seconds(1)));
            assertFalse(task.cancelled());
            assertEquals("done", task.await());
            assertEquals(seconds(2).toNanos(), loop.time());
        });
    }

    @Test
    void waitFor_outsideATask_throws() {
        Future<String> future = loop.createFuture();
        assertThrows(IllegalStateException.class, () -> waitFor(future, seconds(1)));
        assertThrows(IllegalStateException.class, () -> waitFor(() -> trail.add("called"), seconds(1)));
        assertThrows(IllegalStateException.class, () -> waitFor(() -> trail.add("called"), Duration.ZERO));
        assertEquals(List.of(), trail);
    }

    private static Task<?> currentTask() {
        Task<?> task = Asyncio.currentTask();
        if (task == null) {
            throw new AssertionError("no task here");
        }
        return task;
    }

    private void ignoreCancelsFor(Duration time) {
        long end = loop.time() + time.toNanos();
        while (loop.time() < end) {
            try {
                sleep(Duration.ofNanos(end - loop.time()));
            } catch (CancelledError e) {
                // what is tested: a body that does not give in
            }
        }
        trail.add("exited");
    }

    private void cleanUpSlowly() {
        try {
            sleep(seconds(10));
        } finally {
            sleep(seconds(1));
            trail.add("cleaned up");
        }
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}
