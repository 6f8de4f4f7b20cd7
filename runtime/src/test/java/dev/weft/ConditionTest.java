package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ConditionTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final Condition condition = new Condition();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // test_locks.py::ConditionTests::test_wait
    @Test
    void signal_lockHeld_wokenTasksGoOnAsTheyGetTheLock() {
        loop.run(() -> {
            for (int i = 1; i <= 3; i++) {
                int name = i;
                createTask(() -> {
                    condition.acquire();
                    condition.await();
                    trail.add(name); // and keeps the lock
                });
            }
            yieldNow();
            assertEquals(List.of(), trail);
            assertFalse(condition.locked());

            condition.acquire();
            condition.signal();
            yieldNow();
            assertEquals(List.of(), trail);
            assertTrue(condition.locked());

            condition.release();
            yieldNow();
            assertEquals(List.of(1), trail);
            assertTrue(condition.locked());

            condition.signal(2);
            yieldNow();
            assertEquals(List.of(1), trail);

            condition.release();
            yieldNow();
            assertEquals(List.of(1, 2), trail);

            condition.release();
            yieldNow();
            assertEquals(List.of(1, 2, 3), trail);
            assertTrue(condition.locked());
        });
    }

    // Conformance 244: test_locks.py::ConditionTests::test_wait_cancel
    @Test
    void await_cancelled_leavesNoWaiterAndHoldsTheLock() {
        loop.run(() -> {
            condition.acquire();
            Task<?> task = createTask(() -> condition.await());
            loop.callSoon(task::cancel);
            assertThrows(CancelledError.class, task::await);
            assertEquals(0, condition.waiters());
            assertTrue(condition.locked());
        });
    }

    // Conformance 247: test_locks.py::ConditionTests::test_wait_cancel_contested
    @Test
    void await_cancelledAfterSignalWithContestedLock_endsWithTheLockHeld() {
        loop.run(() -> {
            condition.acquire();
            Task<?> task = createTask(() -> condition.await());
            yieldNow();
            assertFalse(condition.locked());

            condition.acquire();
            condition.signal();
            loop.callSoon(task::cancel);
            loop.callSoon(condition::release);
            try {
                task.await();
            } catch (CancelledError e) {
                trail.add("cancelled"); // may be, may not be; the lock is what counts
            }
            assertTrue(condition.locked());
        });
    }

    // Conformance 246: test_locks.py::ConditionTests::test_wait_cancel_after_notify
    @Test
    void await_cancelledWhileTakingTheLockAgain_isCancelledWithTheLockHeld() {
        loop.run(() -> {
            Task<?> waiter = createTask(() -> {
                try (var _ = condition.hold()) {
                    trail.add("waits");
                    try {
                        condition.await();
                    } finally {
                        trail.add("locked " + condition.locked());
                    }
                }
            });
            yieldNow();

            condition.acquire();
            condition.signal();
            yieldNow(); // it gets as far as acquire
            waiter.cancel();
            yieldNow();
            condition.release();
            yieldNow();
            assertTrue(waiter.cancelled());
            assertEquals(List.of("waits", "locked true"), trail);
            assertFalse(condition.locked());
        });
    }

    // Conformance 243: test_locks.py::ConditionTests::test_wait_unacquired
    @Test
    void await_lockNotHeld_isRefused() {
        loop.run(() -> {
            var e = assertThrows(IllegalStateException.class, () -> condition.await());
            assertTrue(e.getMessage().contains("not held"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> condition.await(seconds(1)));
            assertThrows(IllegalStateException.class, () -> condition.await(Duration.ZERO));
        });
    }

    // Conformance 248: test_locks.py::ConditionTests::test_wait_for
    @Test
    void awaitUntil_signalledInVain_waitsOn() {
        loop.run(() -> {
            boolean[] ready = {false};
            Task<?> task = createTask(() -> {
                condition.acquire();
                condition.awaitUntil(() -> ready[0]);
                trail.add(1);
                condition.release();
            });
            yieldNow();
            assertEquals(List.of(), trail);

            signalLocked(1);
            yieldNow();
            assertEquals(List.of(), trail);

            ready[0] = true;
            signalLocked(1);
            yieldNow();
            assertEquals(List.of(1), trail);
            assertTrue(task.done());
        });
    }

    // test_locks.py::ConditionTests::test_wait_for_unacquired
    @Test
    void awaitUntil_lockNotHeld_isRefusedOnlyIfItWouldWait() throws Exception {
        loop.run(() -> {
            condition.awaitUntil(() -> true);
            condition.awaitUntil(() -> true, Duration.ZERO);
            assertEquals(List.of(1, 2, 3), condition.awaitUntil(() -> List.of(1, 2, 3), list -> !list.isEmpty()));
            assertThrows(IllegalStateException.class, () -> condition.awaitUntil(() -> false));
            assertThrows(IllegalStateException.class, () -> condition.awaitUntil(() -> false, seconds(1)));
            assertThrows(IllegalStateException.class, () -> condition.awaitUntil(() -> 0, value -> value > 0));
        });
    }

    @Test
    void awaitUntil_valueWanted_returnsTheValue() {
        loop.run(() -> {
            var level = new AtomicInteger();
            Task<Integer> task = createTask(() -> {
                try (var _ = condition.hold()) {
                    return condition.awaitUntil(level::get, value -> value >= 2);
                }
            });
            for (int i = 1; i <= 3; i++) {
                yieldNow();
                level.set(i);
                signalLocked(1);
            }
            assertEquals(2, task.await());
        });
    }

    // Conformance 249: test_locks.py::ConditionTests::test_notify
    @Test
    void signal_numbers_wakeThatManyInOrder() {
        loop.run(() -> {
            for (int i = 1; i <= 3; i++) {
                waitAndNote(i);
            }
            yieldNow();
            assertEquals(List.of(), trail);

            signalLocked(1);
            yieldNow();
            assertEquals(List.of(1), trail);

            condition.acquire();
            condition.signal(1);
            condition.signal(2048);
            condition.release();
            yieldNow();
            assertEquals(List.of(1, 2, 3), trail);
        });
    }

    @Test
    void signal_zeroOrNegative_wakesNobodyOrIsRefused() {
        loop.run(() -> {
            waitAndNote(1);
            yieldNow();
            signalLocked(0);
            assertEquals(1, condition.waiters());
            condition.acquire();
            var e = assertThrows(IllegalArgumentException.class, () -> condition.signal(-1));
            assertTrue(e.getMessage().contains("-1"), e.getMessage());
            condition.release();
            assertEquals(1, condition.waiters());
        });
    }

    // Conformance 250: test_locks.py::ConditionTests::test_notify_all
    @Test
    void signalAll_severalWait_wakesEveryone() {
        loop.run(() -> {
            waitAndNote(1);
            waitAndNote(2);
            yieldNow();
            condition.acquire();
            condition.signalAll();
            condition.release();
            yieldNow();
            assertEquals(List.of(1, 2), trail);
        });
    }

    // Conformance 251: test_locks.py::ConditionTests::test_notify_unacquired
    @Test
    void signal_lockNotHeld_isRefused() {
        assertThrows(IllegalStateException.class, condition::signal);
        assertThrows(IllegalStateException.class, () -> condition.signal(2));
        assertThrows(IllegalStateException.class, condition::signalAll); // test_notify_all_unacquired
    }

    // Conformance 245: test_locks.py::ConditionTests::test_context_manager
    @Test
    void hold_left_releasesTheLock() {
        loop.run(() -> {
            assertFalse(condition.locked());
            try (var _ = condition.hold()) {
                assertTrue(condition.locked());
            }
            assertFalse(condition.locked());
        });
    }

    // Conformance 252: test_locks.py::ConditionTests::test_explicit_lock
    @Test
    void condition_withALockGiven_sharesIt() {
        loop.run(() -> {
            var lock = new Lock();
            var shared = new Condition(lock);
            try (var _ = shared.hold()) {
                assertTrue(lock.locked() && shared.locked());
            }
            assertFalse(lock.locked() || shared.locked());
            try (var _ = lock.hold()) {
                assertTrue(lock.locked() && shared.locked());
                shared.signalAll(); // holding the lock is holding the condition
            }
            assertFalse(lock.locked() || shared.locked());
        });
        assertThrows(NullPointerException.class, () -> new Condition(null));
    }

    // Conformance 253: test_locks.py::ConditionTests::test_ambiguous_loops
    @Test
    void await_onAnotherLoop_isRefused() {
        var lock = new Lock();
        var shared = new Condition(lock);
        loop.run(() -> {
            lock.acquire();
            loop.callSoon(lock::release);
            lock.acquire(); // had to wait: the lock is this loop's now
            lock.release();
            Task<?> waiter = createTask(() -> {
                try (var _ = condition.hold()) {
                    condition.await();
                }
            });
            yieldNow();
            signalLocked(1); // and so is the condition
            waiter.await();
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                try (var _ = lock.hold()) { // free, so no loop is asked
                    var e = assertThrows(IllegalStateException.class, () -> shared.acquire());
                    assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
                }
                try (var _ = condition.hold()) {
                    var e = assertThrows(IllegalStateException.class, () -> condition.await());
                    assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
                    assertTrue(condition.locked()); // refused before the lock was given away
                }
            });
        }
    }

    // test_locks.py::ConditionTests::test_timeout_in_block
    @Test
    void await_timedOutInsideHold_holdsTheLock() {
        loop.run(() -> {
            try (var _ = condition.hold()) {
                assertThrows(TimeoutException.class, () -> waitFor(() -> condition.await(), seconds(0.5)));
                assertTrue(condition.locked());
                assertThrows(TimeoutException.class, () -> condition.await(seconds(0.5)));
                assertTrue(condition.locked());
                assertThrows(TimeoutException.class, () -> condition.await(Duration.ZERO));
                assertThrows(TimeoutException.class, () -> condition.awaitUntil(() -> false, seconds(0.5)));
                assertTrue(condition.locked());
            }
            assertFalse(condition.locked());
            assertEquals(Duration.ofMillis(1500).toNanos(), loop.time());
            assertEquals(0, condition.waiters());
        });
    }

    @Test
    void awaitWithLimit_signalledInTime_returns() throws Exception {
        loop.run(() -> {
            Task<?> signaller = createTask(() -> {
                sleep(seconds(1));
                signalLocked(1);
                sleep(seconds(1));
                signalLocked(1);
            });
            try (var _ = condition.hold()) {
                condition.await(seconds(2));
                int[] asked = {0};
                condition.awaitUntil(() -> ++asked[0] == 2, seconds(2));
                assertEquals(Duration.ofSeconds(2).toNanos(), loop.time());
            }
            signaller.await();
        });
    }

    @Test
    void awaitWithLimit_signalledAtTheDeadline_passesTheSignalOn() {
        loop.run(() -> {
            Task<?> limited = createTask(() -> {
                sleep(seconds(1));
                try (var _ = condition.hold()) {
                    condition.await(seconds(1)); // until 2 s
                }
            });
            sleep(seconds(1.5));
            waitAndNote("patient");
            loop.callAt(Duration.ofSeconds(2).toNanos(), () -> {
                condition.acquire(); // free
                condition.signal();
                condition.release();
            });
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertEquals(List.of("patient"), trail);
        });
    }

    // Conformance 254: test_locks.py::ConditionTests::test_cancelled_error_wakeup
    @Test
    void await_cancelledWhileWaiting_throwsTheOriginalError() {
        loop.run(() -> {
            CancelledError[] raised = {null};
            Task<?> task = createTask(() -> {
                try (var _ = condition.hold()) {
                    raised[0] = assertThrows(CancelledError.class, () -> condition.awaitUntil(() -> false));
                    throw raised[0];
                }
            });
            yieldNow();
            task.cancel("foo");
            var thrown = assertThrows(CancelledError.class, task::await);
            assertEquals("foo", thrown.getMessage());
            assertSame(raised[0], thrown);
        });
    }

    // Conformance 255: test_locks.py::ConditionTests::test_cancelled_error_re_aquire
    @Test
    void await_cancelledWhileTakingTheLockAgain_throwsTheOriginalError() {
        loop.run(() -> {
            boolean[] ready = {false};
            CancelledError[] raised = {null};
            Task<?> task = createTask(() -> {
                try (var _ = condition.hold()) {
                    raised[0] = assertThrows(CancelledError.class, () -> condition.awaitUntil(() -> ready[0]));
                    assertTrue(condition.locked());
                    throw raised[0];
                }
            });
            yieldNow();
            condition.acquire();
            ready[0] = true;
            condition.signal();
            yieldNow(); // it waits for the lock now
            task.cancel("foo");
            condition.release();
            var thrown = assertThrows(CancelledError.class, task::await);
            assertEquals("foo", thrown.getMessage());
            assertSame(raised[0], thrown);
        });
    }

    @Test
    void await_cancelledTwiceWhileTakingTheLockAgain_throwsTheLastErrorWithTheLockHeld() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                try (var _ = condition.hold()) {
                    try {
                        condition.await();
                    } catch (CancelledError e) {
                        trail.add(e.getMessage() + ", locked " + condition.locked());
                        throw e;
                    }
                }
            });
            yieldNow();
            condition.acquire();
            task.cancel("first");
            yieldNow();
            task.cancel("second");
            yieldNow();
            assertFalse(task.done());
            condition.release();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of("second, locked true"), trail);
            assertFalse(condition.locked());
        });
    }

    // Conformance 256: test_locks.py::ConditionTests::test_cancelled_wakeup
    @Test
    void signal_wokenTaskCancelledInTheSameTick_isPassedOn() {
        loop.run(() -> consumeThoughOneIsCancelled(false));
    }

    // Conformance 257: test_locks.py::ConditionTests::test_cancelled_wakeup_relock
    @Test
    void signal_wokenTaskCancelledWhileTakingTheLockAgain_isPassedOn() {
        loop.run(() -> consumeThoughOneIsCancelled(true));
    }

    private void consumeThoughOneIsCancelled(boolean whileTakingTheLock) {
        int[] state = {0};
        Action consumer = () -> {
            try (var _ = condition.hold()) {
                while (true) {
                    condition.awaitUntil(() -> state[0] != 0);
                    if (state[0] < 0) {
                        return;
                    }
                    state[0]--;
                }
            }
        };
        Task<?> first = createTask(consumer);
        Task<?> second = createTask(consumer);
        yieldNow();
        try (var _ = condition.hold()) {
            state[0]++;
            condition.signal();
            if (whileTakingTheLock) {
                yieldNow();
            }
            first.cancel();
            // Nobody tells this task when the item is consumed.
            assertThrows(TimeoutException.class, () -> condition.awaitUntil(() -> state[0] == 0, seconds(0.01)));
            assertEquals(0, state[0]);
            state[0] = -1;
            condition.signalAll();
        }
        second.await();
        assertTrue(first.cancelled());
    }

    @Test
    void await_cancelledWithoutASignal_wakesAnotherOneInVain() {
        // As in asyncio: a wait that is cancelled cannot tell whether it had been signalled, so it signals.
        loop.run(() -> {
            Task<?> first = createTask(() -> {
                try (var _ = condition.hold()) {
                    condition.await();
                }
            });
            waitAndNote("spurious");
            yieldNow();
            first.cancel();
            sleep(seconds(1));
            assertTrue(first.cancelled());
            assertEquals(List.of("spurious"), trail);
        });
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        loop.run(() -> {
            waitAndNote(1);
            yieldNow();
            condition.acquire();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(
                        () -> condition.await(), condition::signal, condition::signalAll, condition::waiters)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertEquals(1, condition.waiters());
            condition.release();
        });
    }

    // test_locks.py::ConditionTests::test_repr
    @Test
    void toString_eachState_namesItAndTheWaiters() {
        loop.run(() -> {
            assertEquals("Condition[unlocked]", condition.toString());
            waitAndNote(1);
            waitAndNote(2);
            yieldNow();
            condition.acquire();
            assertTrue(condition.toString().startsWith("Condition[locked by Task-"), condition.toString());
            assertTrue(condition.toString().endsWith(", 2 waiting]"), condition.toString());
            condition.release();
        });
    }

    private void waitAndNote(Object name) {
        createTask(() -> {
            try (var _ = condition.hold()) {
                condition.await();
                trail.add(name);
            }
        });
    }

    private void signalLocked(int count) {
        condition.acquire();
        condition.signal(count);
        condition.release();
    }
}
