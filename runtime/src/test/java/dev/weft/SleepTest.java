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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#sleep} and {@link Asyncio#yieldNow}. */
final class SleepTest {
    private final TestLoop loop = new TestLoop();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // test_tasks.py::BaseTaskTests::test_sleep
    @Test
    void sleep_someTime_takesItAndGivesTheValue() {
        String value = loop.run(() -> {
            sleep(millis(50));
            return sleep(millis(50), "yeah");
        });
        assertEquals("yeah", value);
        assertEquals(millis(100).toNanos(), loop.time());
    }

    // Conformance 119: test_tasks.py::BaseTaskTests::test_sleep_cancel
    @Test
    void sleep_cancelled_leavesNoTimer() {
        Task<String> sleeper = loop.createTask(() -> sleep(seconds(10), "yeah"));
        loop.runReady();
        assertEquals(1, Probe.liveTimers(loop));
        sleeper.cancel();
        loop.runReady();
        assertTrue(sleeper.cancelled());
        assertEquals(0, Probe.liveTimers(loop));
        assertEquals(0, loop.time());
    }

    // Conformance 120: test_tasks.py::BaseTaskTests::test_task_cancel_sleeping_task
    @Test
    void cancel_ofSleepingTask_endsItAtOnce() {
        String result = loop.run(() -> {
            Task<?> sleeper = createTask(() -> sleep(seconds(5000)));
            loop.callLater(millis(100), sleeper::cancel);
            try {
                sleeper.await();
            } catch (CancelledError e) {
                return "cancelled";
            }
            return "slept in";
        });
        assertEquals("cancelled", result);
        assertEquals(millis(100).toNanos(), loop.time());
    }

    // Conformance 121: test_tasks.py::SleepTests::test_sleep_zero
    @Test
    void yieldNow_callbacksQueuedBefore_runFirst() {
        var trail = new ArrayList<String>();
        loop.run(() -> {
            loop.callSoon(() -> trail.add("queued before"));
            trail.add("running");
            yieldNow();
            trail.add("resumed");
        });
        assertEquals(List.of("running", "queued before", "resumed"), trail);
    }

    @Test
    void yieldNow_once_takesExactlyOneIteration() {
        loop.run(() -> {
            try (var iterations = new Iterations(loop)) {
                yieldNow();
                assertEquals(1, iterations.soFar());
                yieldNow();
                assertEquals(2, iterations.soFar());
            }
        });
    }

    @Test
    void sleep_zeroOrNegative_isAYield() {
        loop.run(() -> {
            try (var iterations = new Iterations(loop)) {
                assertEquals("a", sleep(Duration.ZERO, "a"));
                assertEquals(1, iterations.soFar());
                sleep(seconds(-3));
                assertEquals(2, iterations.soFar());
            }
            assertEquals(0, Probe.liveTimers(loop));
        });
        assertEquals(0, loop.time());
    }

    // Conformance 122: test_tasks.py::BaseTaskTests::test_sleep_when_delay_is_nan
    @Test
    void seconds_notANumber_isRejected() {
        assertThrows(IllegalArgumentException.class, () -> seconds(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> seconds(Double.POSITIVE_INFINITY));
    }

    @Test
    void sleep_equalDeadlines_endInTheOrderTheyBegan() {
        var trail = new ArrayList<String>();
        loop.run(() -> {
            for (String name : List.of("a", "b", "c")) {
                createTask(() -> {
                    sleep(seconds(1));
                    trail.add(name);
                });
            }
            sleep(seconds(2));
        });
        assertEquals(List.of("a", "b", "c"), trail);
    }

    @Test
    void sleep_longerThanTheClockCanCount_doesNotEndAtOnce() {
        Task<?> sleeper = loop.createTask(() -> sleep(Duration.ofSeconds(Long.MAX_VALUE)));
        loop.advance(Duration.ofDays(400));
        assertFalse(sleeper.done());
        sleeper.cancel();
        loop.runReady();
        assertTrue(sleeper.cancelled());
    }

    @Test
    void sleep_outsideATask_throws() {
        var failures = new ArrayList<Throwable>();
        loop.setExceptionHandler((where, context) -> failures.add(context.exception()));
        loop.callSoon(() -> sleep(seconds(1)));
        loop.runReady();
        assertEquals(IllegalStateException.class, failures.get(0).getClass());
        assertThrows(IllegalStateException.class, () -> sleep(seconds(1)));
    }
}
