package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EventTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final Event event = new Event();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // Conformance 239: test_locks.py::EventTests::test_wait
    @Test
    void set_severalWaiters_resumeInOrderAmongQueuedTasks() {
        loop.run(() -> {
            assertFalse(event.isSet());
            Task<?> first = createTask(() -> awaitAndNote(1));
            Task<?> second = createTask(() -> awaitAndNote(2));
            yieldNow();
            assertEquals(List.of(), trail);

            Task<?> third = createTask(() -> awaitAndNote(3));
            event.set();
            yieldNow();
            assertEquals(List.of(3, 1, 2), trail);
            assertTrue(first.done() && second.done() && third.done());
        });
    }

    // Conformance 240: test_locks.py::EventTests::test_wait_on_set
    @Test
    void await_flagUp_doesNotSuspend() throws Exception {
        loop.run(() -> {
            event.set();
            loop.callSoon(() -> trail.add("next iteration"));
            event.await();
            event.await(Duration.ZERO);
            assertEquals(List.of(), trail);
        });
    }

    // Conformance 242: test_locks.py::EventTests::test_wait_cancel
    @Test
    void await_cancelled_leavesNoWaiter() {
        loop.run(() -> {
            Task<?> task = createTask(() -> event.await());
            loop.callSoon(task::cancel);
            assertThrows(CancelledError.class, task::await);
            assertEquals(0, event.waiters());
            assertFalse(event.isSet());
        });
    }

    // test_locks.py::EventTests::test_clear
    @Test
    void clear_flagUp_putsItDown() {
        event.set();
        assertTrue(event.isSet());
        event.clear();
        assertFalse(event.isSet());
    }

    // Conformance 241: test_locks.py::EventTests::test_clear_with_waiters
    @Test
    void set_clearedRightAfter_wokenTaskReturns() {
        loop.run(() -> {
            Task<?> task = createTask(() -> awaitAndNote(1));
            yieldNow();
            assertEquals(1, event.waiters());

            event.set();
            event.clear();
            assertFalse(event.isSet());
            event.set();
            event.set();
            assertEquals(0, event.waiters());

            yieldNow();
            assertEquals(List.of(1), trail);
            assertTrue(task.done());
        });
    }

    @Test
    void set_again_wakesOnlyThoseWhoCameSince() {
        loop.run(() -> {
            createTask(() -> awaitAndNote("early"));
            yieldNow();
            event.set();
            event.clear();
            createTask(() -> awaitAndNote("late"));
            yieldNow();
            assertEquals(List.of("early"), trail);
            event.set();
            yieldNow();
            assertEquals(List.of("early", "late"), trail);
        });
    }

    @Test
    void set_oneOfTheWaitersCancelled_wakesTheOthers() {
        loop.run(() -> {
            createTask(() -> awaitAndNote(1));
            Task<?> second = createTask(() -> awaitAndNote(2));
            createTask(() -> awaitAndNote(3));
            yieldNow();
            second.cancel();
            event.set();
            yieldNow();
            assertEquals(List.of(1, 3), trail);
            assertTrue(second.cancelled());
        });
    }

    @Test
    void await_wokenAndCancelledInTheSameTick_isCancelled() {
        loop.run(() -> {
            Task<?> task = createTask(() -> awaitAndNote(1));
            yieldNow();
            event.set();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of(), trail);
            assertEquals(0, event.waiters());
        });
    }

    @Test
    void set_fromACallback_wakes() {
        loop.run(() -> {
            loop.callLater(seconds(1), event::set);
            event.await();
            assertEquals(Duration.ofSeconds(1).toNanos(), loop.time());
        });
    }

    // ---- with a limit

    @Test
    void awaitWithLimit_neverSet_timesOut() throws Exception {
        loop.run(() -> {
            assertThrows(TimeoutException.class, () -> event.await(seconds(1)));
            assertEquals(Duration.ofSeconds(1).toNanos(), loop.time());
            assertThrows(TimeoutException.class, () -> event.await(Duration.ZERO));
            assertEquals(0, event.waiters());
        });
    }

    @Test
    void awaitWithLimit_setInTime_returns() throws Exception {
        loop.run(() -> {
            loop.callLater(seconds(1), event::set);
            event.await(seconds(2));
            event.clear();
            loop.callLater(seconds(1), event::set);
            event.await(null);
            assertEquals(Duration.ofSeconds(2).toNanos(), loop.time());
        });
    }

    @Test
    void awaitWithLimit_setAndDeadlineInTheSameTick_timesOut() {
        loop.run(() -> {
            loop.callLater(seconds(1), event::set); // due before the deadline, in the same iteration
            Task<?> task = createTask(() -> event.await(seconds(1)));
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, task.exception());
            assertTrue(event.isSet());
        });
    }

    // ---- wrong use

    @Test
    void await_outsideATask_isRefused() {
        var e = assertThrows(IllegalStateException.class, () -> event.await());
        assertTrue(e.getMessage().contains("must be called in a task"), e.getMessage());
    }

    @Test
    void await_onAnotherLoop_isRefused() {
        loop.run(() -> {
            loop.callSoon(event::set);
            event.await();
            event.clear();
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                var e = assertThrows(IllegalStateException.class, () -> event.await());
                assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
            });
        }
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        loop.run(() -> {
            loop.callSoon(event::set);
            event.await();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(() -> event.await(), event::set, event::clear, event::isSet)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertTrue(event.isSet());
        });
    }

    // test_locks.py::EventTests::test_repr
    @Test
    void toString_eachState_namesItAndTheWaiters() {
        loop.run(() -> {
            assertEquals("Event[unset]", event.toString());
            createTask(() -> event.await());
            yieldNow();
            assertEquals("Event[unset, 1 waiting]", event.toString());
            event.set();
            assertEquals("Event[set]", event.toString());
        });
    }

    private void awaitAndNote(Object name) {
        event.await();
        trail.add(name);
    }
}
