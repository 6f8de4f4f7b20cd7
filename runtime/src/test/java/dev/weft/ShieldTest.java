package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.gather;
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

/** {@link Asyncio#shield}. */
final class ShieldTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();

    ShieldTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 148: test_tasks.py::BaseTaskTests::test_shield_result
    @Test
    void shield_innerHasAValue_copiesIt() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        inner.setResult(42);
        assertEquals(42, loop.runUntilComplete(outer));
    }

    // test_tasks.py::BaseTaskTests::test_shield_exception
    @Test
    void shield_innerFails_copiesTheVeryException() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        loop.runReady();
        var failure = new IOException("expected");
        inner.setException(failure);
        loop.runReady();
        assertSame(failure, outer.exception());
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 149: test_tasks.py::BaseTaskTests::test_shield_cancel_inner
    @Test
    void cancel_ofTheInner_cancelsTheShield() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        loop.runReady();
        inner.cancel();
        loop.runReady();
        assertTrue(outer.cancelled());
    }

    // Conformance 150: test_tasks.py::BaseTaskTests::test_shield_cancel_outer
    @Test
    void cancel_ofTheOuter_leavesTheInnerAndNoCallback() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        loop.runReady();
        outer.cancel();
        loop.runReady();
        assertTrue(outer.cancelled());
        assertFalse(inner.done());
        assertEquals(0, outer.callbackCount());
        assertEquals(1, inner.callbackCount()); // tells of a failure nobody waits for
        assertEquals(List.of(), inner.waiters());
    }

    // Conformance 151: test_tasks.py::BaseTaskTests::test_shield_cancel_outer_result
    @Test
    void shield_valueAfterCancel_isDroppedSilently() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        loop.runReady();
        outer.cancel();
        loop.runReady();
        inner.setResult(1);
        loop.runReady();
        assertEquals(List.of(), reports);
    }

    // Conformance 152: test_tasks.py::BaseTaskTests::test_shield_cancel_outer_exception
    @Test
    void shield_failureAfterCancel_isReported() {
        Future<Integer> inner = loop.createFuture();
        Future<Integer> outer = shield(inner);
        loop.runReady();
        outer.cancel();
        loop.runReady();
        var failure = new IOException("foo");
        inner.setException(failure);
        loop.runReady();
        assertEquals(1, reports.size());
        assertTrue(
                reports.get(0).message().contains("shielded future failed"),
                reports.get(0).message());
        assertSame(failure, reports.get(0).exception());
        assertSame(inner, reports.get(0).future());
        loop.close();
        assertEquals(1, reports.size());
    }

    // Conformance 153: test_tasks.py::BaseTaskTests::test_shield_duplicate_log_once
    @Test
    void shield_twoCancelledShieldsOfOneFuture_reportOnce() {
        Future<Integer> inner = loop.createFuture();
        for (int i = 0; i < 2; i++) {
            Future<Integer> outer = shield(inner);
            loop.runReady();
            outer.cancel();
            loop.runReady();
        }
        inner.setException(new IOException("foo"));
        loop.runReady();
        loop.close();
        assertEquals(1, reports.size());
    }

    // test_tasks.py::BaseTaskTests::test_shield_shortcut
    @Test
    void shield_ofADoneFuture_isThatFuture() {
        Future<Integer> done = loop.createFuture();
        done.setResult(42);
        assertSame(done, shield(done));
    }

    // Conformance 154: test_tasks.py::BaseTaskTests::test_shield_effect
    @Test
    void cancel_ofTheCaller_leavesTheInnerTaskRunning() {
        Future<String> event = loop.createFuture();
        var proof = new ArrayList<String>();
        Task<?> outer = loop.createTask(() -> {
            shield(() -> {
                        event.await();
                        proof.add("inner");
                    })
                    .await();
            proof.add("outer");
        });
        loop.runReady();
        outer.cancel("only the caller");
        var error = assertThrows(CancelledError.class, () -> loop.runUntilComplete(outer));
        assertEquals("only the caller", error.getMessage());
        event.setResult("now");
        loop.runReady();
        assertEquals(List.of("inner"), proof);
    }

    // Conformance 155: test_tasks.py::BaseTaskTests::test_shield_gather
    @Test
    void shield_aroundGather_protectsTheChildren() {
        Future<Integer> child1 = loop.createFuture();
        Future<Integer> child2 = loop.createFuture();
        Future<List<Integer>> parent = gather(child1, child2);
        Future<List<Integer>> outer = shield(parent);
        loop.runReady();
        outer.cancel();
        loop.runReady();
        assertTrue(outer.cancelled());
        child1.setResult(1);
        child2.setResult(2);
        loop.runReady();
        assertEquals(List.of(1, 2), parent.result());
    }

    // Conformance 156: test_tasks.py::BaseTaskTests::test_gather_shield
    @Test
    void gather_ofShields_cancelReachesTheShieldsOnly() {
        Future<Integer> child1 = loop.createFuture();
        Future<Integer> child2 = loop.createFuture();
        Future<Integer> inner1 = shield(child1);
        Future<Integer> inner2 = shield(child2);
        Future<List<Integer>> parent = gather(inner1, inner2);
        loop.runReady();
        parent.cancel();
        loop.runReady();
        assertInstanceOf(CancelledError.class, parent.exception());
        assertTrue(inner1.cancelled());
        assertTrue(inner2.cancelled());
        assertFalse(child1.done());
        child1.setResult(1);
        child2.setResult(2);
        loop.runReady();
        assertEquals(List.of(), reports);
    }

    // test_tasks.py::BaseTaskTests::test_shield_coroutine_without_loop
    @Test
    void shield_lambdaWithoutALoop_throws() {
        assertThrows(IllegalStateException.class, () -> shield(() -> 42));
    }

    @Test
    void shield_innerDoneAndOuterCancelledInOneTick_keepsTheValueInTheInner() {
        loop.run(() -> {
            Future<String> inner = loop.createFuture();
            Task<?> caller = createTask(() -> shield(inner).await());
            yieldNow();
            inner.setResult("value");
            caller.cancel();
            assertThrows(CancelledError.class, caller::await);
            assertEquals("value", inner.result());
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void shield_innerFailedAndOuterCancelledInOneTick_isReportedOnceIfNeverLookedAt() {
        loop.run(() -> {
            Future<String> inner = loop.createFuture();
            Task<?> caller = createTask(() -> shield(inner).await());
            yieldNow();
            inner.setException(new IOException("lost?"));
            caller.cancel();
            assertThrows(CancelledError.class, caller::await);
        });
        loop.close();
        assertEquals(1, reports.size());
        assertEquals("lost?", report(0).getMessage());
    }

    // asyncio gh-86802, gh-155143, gh-156321: shield kept its caller, and lost or misreported the inner failure
    @Test
    void shield_overAndOverOfAFutureThatNeverIsDone_leavesNothingOnIt() {
        Future<String> never = loop.createFuture();
        loop.run(() -> {
            for (int i = 0; i < 10_000; i++) {
                assertThrows(TimeoutException.class, () -> waitFor(shield(never), Duration.ZERO));
            }
            yieldNow();
            assertEquals(1, never.callbackCount());
            assertEquals(List.of(), never.waiters());
        });
        never.setException(new IOException("later"));
        loop.runReady();
        loop.close();
        assertEquals(1, reports.size());
    }

    // anyio #695, #1111: cancelling what waits for a shield kept the loop busy
    @Test
    void cancel_ofAGroupWhoseChildIsShielded_waitsWithoutBusyLoop() {
        loop.run(() -> {
            var group = new TaskGroup();
            Task<?> canceller = createTask(() -> {
                yieldNow();
                group.cancel();
            });
            var iterations = new ArrayList<Integer>();
            group.run(tg -> tg.createTask(() -> Asyncio.shielded(() -> {
                sleep(seconds(1));
                try (var counter = new Iterations(loop)) {
                    sleep(Duration.ZERO);
                    iterations.add(counter.soFar());
                }
                sleep(seconds(1));
            })));
            canceller.await();
            assertEquals(seconds(2).toNanos(), loop.time());
            assertEquals(List.of(1), iterations);
        });
    }

    private Throwable report(int index) {
        Throwable exception = reports.get(index).exception();
        if (exception == null) {
            throw new AssertionError("no exception in " + reports.get(index));
        }
        return exception;
    }
}
