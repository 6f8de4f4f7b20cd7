package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.internal.loop.LoopCore;
import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@code callLater} and {@code callAt}. */
@Timeout(60)
final class TimerTest {
    private static final Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    private final TestLoop loop = new TestLoop();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    private LoopCore core() {
        EventLoop superclass = loop;
        return superclass.core();
    }

    // Conformance 40: test_events.py::EventLoopTestsMixin::test_call_later
    @Test
    void callLater_delayOver_runsOnce() {
        loop.callLater(Asyncio.millis(100), () -> trail.add("called"));
        loop.advance(Asyncio.millis(99));
        assertEquals(List.of(), trail);
        loop.advance(Asyncio.millis(1));
        assertEquals(List.of("called"), trail);
        loop.advance(Asyncio.seconds(10));
        assertEquals(List.of("called"), trail);
    }

    @Test
    void callLater_inRealTime_isNotEarly() {
        try (var real = EventLoop.create()) {
            long began = real.time();
            long[] ran = {0};
            real.callLater(Asyncio.millis(30), () -> {
                ran[0] = real.time();
                real.stop();
            });
            real.runForever();
            assertTrue(ran[0] - began >= 30_000_000, "ran after " + (ran[0] - began) + " ns");
        }
    }

    // Conformance 41: test_base_events.py::BaseEventLoopTests::test_call_later
    @Test
    void callLater_returnsATimerHandleAndRejectsNull() {
        TimerHandle handle = loop.callLater(Asyncio.seconds(10), () -> fail("called"));
        assertEquals(Asyncio.seconds(10).toNanos(), handle.when());
        assertTrue(handle.active());
        assertThrows(NullPointerException.class, () -> loop.callLater(null, () -> fail("called")));
        assertThrows(NullPointerException.class, () -> loop.callLater(Asyncio.seconds(1), null));
        assertThrows(NullPointerException.class, () -> loop.callAt(1, null));
        assertEquals(1, core().liveTimers());
    }

    // Conformance 42: test_base_events.py::BaseEventLoopTests::test_call_later_negative_delays
    @Test
    void callLater_negativeDelays_runInDeadlineOrder() {
        loop.callLater(Asyncio.seconds(-1), () -> trail.add("b"));
        loop.callLater(Asyncio.seconds(-2), () -> trail.add("a"));
        loop.runReady();
        assertEquals(List.of("a", "b"), trail);
    }

    @Test
    void callLater_equalDeadlines_runInTheOrderOfTheCalls() {
        for (int i = 0; i < 20; i++) {
            String name = Integer.toString(i);
            loop.callLater(Asyncio.seconds(1), () -> trail.add(name));
        }
        loop.advance(Asyncio.seconds(1));
        assertEquals(
                java.util.stream.IntStream.range(0, 20)
                        .mapToObj(Integer::toString)
                        .toList(),
                trail);
    }

    // Conformance 43: test_base_events.py::BaseEventLoopTests::test_time_and_call_at
    @Test
    void callAt_firesAtTheGivenTimeNotEarlier() {
        loop.advance(Asyncio.seconds(5));
        long when = loop.time() + Asyncio.millis(100).toNanos();
        long[] ran = {-1};
        TimerHandle handle = loop.callAt(when, () -> ran[0] = loop.time());
        assertEquals(when, handle.when());
        loop.advance(Duration.ofNanos(Asyncio.millis(100).toNanos() - 1));
        assertEquals(-1, ran[0]);
        loop.advance(Duration.ofNanos(1));
        assertEquals(when, ran[0]);
    }

    @Test
    void callAt_severalDeadlines_eachSeesItsOwnTime() {
        for (int i = 3; i >= 1; i--) {
            loop.callAt(i * 1000L, () -> trail.add(Long.toString(loop.time())));
        }
        loop.advance(Duration.ofNanos(5000));
        assertEquals(List.of("1000", "2000", "3000"), trail);
    }

    // Conformance 44: test_base_events.py::BaseEventLoopTests::test__run_once_cancelled_event_cleanup
    @Test
    void cancel_manyTimers_purgesThemAndKeepsTheLiveOnes() {
        var doomed = new ArrayList<TimerHandle>();
        for (int i = 0; i < 150; i++) {
            doomed.add(loop.callLater(Asyncio.seconds(3600), () -> fail("called")));
        }
        for (int i = 0; i < 50; i++) {
            String name = Integer.toString(i);
            loop.callLater(Asyncio.seconds(1), () -> trail.add(name));
        }
        doomed.forEach(TimerHandle::cancel);
        assertEquals(50, core().liveTimers());
        assertTrue(core().timersInMemory() <= 100, "in memory: " + core().timersInMemory());
        loop.advance(Asyncio.seconds(7200));
        assertEquals(50, trail.size());
        assertEquals(0, core().timersInMemory());
    }

    @Test
    void cancel_manyTimersOneByOne_keepsMemoryProportionalToLiveOnes() {
        for (int i = 0; i < 100_000; i++) {
            loop.callLater(Asyncio.seconds(3600), () -> fail("called")).cancel();
        }
        assertTrue(core().timersInMemory() <= 101, "in memory: " + core().timersInMemory());
    }

    // Conformance 45: test_events.py::EventLoopTestsMixin::test_timeout_rounding
    @Test
    void sleep_veryShort_doesNotSpinTheLoop() {
        try (var real = EventLoop.create()) {
            Task<?> sleeper = real.createTask(() -> {
                for (long nanos : new long[] {10_000_000, 100_000, 1_000, 10, 1}) {
                    Asyncio.sleep(Duration.ofNanos(nanos));
                }
            });
            int iterations = 0;
            while (!sleeper.done()) {
                real.runOnce(Asyncio.seconds(60));
                iterations++;
            }
            assertTrue(iterations <= 20, iterations + " iterations");
        }
    }

    // Conformance 48: test_events.py::TimerTests::test_timer_comparison
    @Test
    void compareTo_timers_comparesDeadlines() {
        TimerHandle early = loop.callAt(10, () -> fail("called"));
        TimerHandle same = loop.callAt(10, () -> fail("called"));
        TimerHandle late = loop.callAt(11, () -> fail("called"));
        assertTrue(early.compareTo(late) < 0);
        assertTrue(late.compareTo(early) > 0);
        assertEquals(0, early.compareTo(same));
        assertEquals(
                List.of(early, late),
                java.util.stream.Stream.of(late, early).sorted().toList());
    }

    @Test
    void cancel_timer_neverRuns() {
        TimerHandle handle = loop.callLater(Asyncio.seconds(1), () -> fail("called"));
        handle.cancel();
        handle.cancel();
        assertTrue(handle.cancelled());
        assertFalse(handle.active());
        loop.advance(Asyncio.seconds(2));
    }

    @Test
    void cancel_timerThatIsDueAndQueued_neverRuns() {
        var handle = new TimerHandle[1];
        loop.callLater(Asyncio.seconds(1), () -> handle[0].cancel());
        handle[0] = loop.callLater(Asyncio.seconds(1), () -> fail("called"));
        loop.advance(Asyncio.seconds(2));
        assertTrue(handle[0].cancelled());
    }

    @Test
    void callLater_farFarAway_neitherFiresNorSpins() {
        TimerHandle forever = loop.callLater(FOREVER, () -> fail("called"));
        loop.callLater(Duration.ofNanos(Long.MAX_VALUE), () -> fail("called"));
        loop.callAt(Long.MAX_VALUE, () -> fail("called"));
        assertEquals(Long.MAX_VALUE, forever.when());
        loop.callLater(Asyncio.seconds(1), () -> trail.add("soon"));
        loop.advance(Duration.ofDays(365));
        assertEquals(List.of("soon"), trail);
    }

    @Test
    void callLater_farInThePast_isDueNow() {
        loop.advance(Asyncio.seconds(1));
        loop.callLater(Duration.ofSeconds(Long.MIN_VALUE), () -> trail.add("past"));
        loop.callAt(Long.MIN_VALUE, () -> trail.add("past too"));
        loop.runReady();
        assertEquals(List.of("past too", "past"), trail);
    }

    @Test
    void runOnce_onlyATimerFarAway_waitsNoLongerThanAsked() {
        try (var real = EventLoop.create()) {
            real.callLater(FOREVER, () -> fail("called"));
            real.runOnce(Asyncio.millis(5));
            real.callLater(Duration.ofSeconds(Long.MIN_VALUE), () -> trail.add("past"));
            real.runOnce(Asyncio.seconds(60));
        }
        assertEquals(List.of("past"), trail);
    }

    @Test
    void reset_movesTheDeadline() {
        TimerHandle handle = loop.callLater(Asyncio.seconds(1), () -> trail.add("called"));
        handle.reset(Asyncio.seconds(10));
        loop.advance(Asyncio.seconds(9));
        assertEquals(List.of(), trail);
        handle.delay(Asyncio.seconds(5));
        loop.advance(Asyncio.seconds(5));
        assertEquals(List.of(), trail);
        loop.advance(Asyncio.seconds(1));
        assertEquals(List.of("called"), trail);
        assertThrows(IllegalStateException.class, () -> handle.reset(Asyncio.seconds(1)));
    }

    @Test
    void active_beforeAndAfterTheCallOrACancel_tells() {
        TimerHandle handle = loop.callLater(Asyncio.seconds(2), () -> trail.add("called"));
        assertTrue(handle.active());
        long due = handle.when();
        handle.delay(Asyncio.seconds(-1));
        assertEquals(due - 1_000_000_000L, handle.when());
        loop.advance(Asyncio.seconds(1));
        assertEquals(List.of("called"), trail);
        assertFalse(handle.active());
        assertThrows(IllegalStateException.class, () -> handle.delay(Asyncio.seconds(1)));

        TimerHandle cancelled = loop.callLater(Asyncio.seconds(2), () -> trail.add("cancelled"));
        cancelled.cancel();
        assertFalse(cancelled.active());
        var failure = assertThrows(IllegalStateException.class, () -> cancelled.reset(Asyncio.seconds(1)));
        assertTrue(failure.getMessage().contains("cancelled"), failure.getMessage());
        loop.advance(Asyncio.seconds(5));
        assertEquals(List.of("called"), trail);
    }

    @Test
    void callLater_withContext_runsInExactlyThat() {
        ContextVar<String> variable = ContextVar.of("variable");
        var context = new Context();
        TimerHandle handle = loop.callLater(Asyncio.seconds(1), () -> variable.set("set"), context);
        loop.advance(Asyncio.seconds(1));
        assertSame(context, handle.getContext());
        assertEquals("set", context.get(variable));
    }
}
