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
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LockTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final Lock lock = new Lock();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // Conformance 232: test_locks.py::LockTests::test_acquire
    @Test
    void acquire_severalWaiters_handsOnInOrder() {
        loop.run(() -> {
            lock.acquire();
            Task<?> first = createTask(() -> acquireAndNote(1));
            Task<?> second = createTask(() -> acquireAndNote(2));
            yieldNow();
            assertEquals(List.of(), trail);

            lock.release();
            yieldNow();
            assertEquals(List.of(1), trail);
            yieldNow();
            assertEquals(List.of(1), trail);

            Task<?> third = createTask(() -> acquireAndNote(3));
            lock.release();
            yieldNow();
            assertEquals(List.of(1, 2), trail);

            lock.release();
            yieldNow();
            assertEquals(List.of(1, 2, 3), trail);
            assertTrue(first.done() && second.done() && third.done());
        });
    }

    // Conformance 233: test_locks.py::LockTests::test_acquire_cancel
    @Test
    void acquire_cancelled_leavesNoWaiter() {
        loop.run(() -> {
            lock.acquire();
            Task<?> task = createTask(() -> lock.acquire());
            loop.callSoon(task::cancel);
            assertThrows(CancelledError.class, task::await);
            assertEquals(0, lock.waiters());
            assertTrue(lock.locked());
        });
    }

    // test_locks.py::LockTests::test_cancel_race
    @Test
    void release_firstWaiterCancelledInTheSameTick_goesToTheNext() {
        loop.run(() -> {
            Future<Void> blocker = loop.createFuture();
            Task<?> a = createTask(() -> lock.run(() -> {
                blocker.await();
            }));
            yieldNow();
            assertTrue(lock.locked());
            Task<?> b = createTask(() -> lock.run(() -> {}));
            yieldNow();
            assertEquals(1, lock.waiters());
            Task<?> c = createTask(() -> lock.run(() -> {}));
            yieldNow();
            assertEquals(2, lock.waiters());

            blocker.setResult(null);
            b.cancel();
            assertEquals(1, lock.waiters());
            yieldNow();
            assertFalse(lock.locked());
            assertTrue(a.done());
            assertTrue(b.cancelled());
            c.await();
        });
    }

    // Conformance 234: test_locks.py::LockTests::test_cancel_release_race
    @Test
    void release_firstOfThreeWaitersCancelled_exactlyOneOtherGetsIt() {
        loop.run(() -> {
            int[] calls = {0};
            int[] owners = {0};
            Action lockIt = () -> {
                calls[0]++;
                lock.acquire();
                owners[0]++;
            };
            lock.acquire();
            Task<?> first = createTask(lockIt);
            Task<?> second = createTask(lockIt);
            Task<?> third = createTask(lockIt);
            yieldNow();

            loop.callSoon(() -> {
                first.cancel();
                lock.release();
            });
            assertThrows(CancelledError.class, first::await);
            assertEquals(1, owners[0]);
            assertEquals(3, calls[0]);
            assertTrue(first.cancelled() && second.done());

            third.cancel();
            yieldNow();
            assertTrue(third.cancelled());
        });
    }

    // Conformance 235: test_locks.py::LockTests::test_finished_waiter_cancelled
    @Test
    void acquire_cancelledWhenItsTurnCame_handsOn() {
        loop.run(() -> {
            lock.acquire();
            Task<?> b = createTask(() -> lock.acquire());
            yieldNow();
            assertEquals(1, lock.waiters());
            Task<?> c = createTask(() -> lock.acquire());
            b.cancel();
            lock.release();
            yieldNow();
            assertTrue(lock.locked());
            assertTrue(b.cancelled());
            c.await();
        });
    }

    @Test
    void acquire_wokenAndCancelledInTheSameTick_wakesTheNextOneTickLater() {
        loop.run(() -> {
            lock.acquire();
            Task<?> b = createTask(() -> lock.acquire());
            Task<?> c = createTask(() -> lock.acquire());
            yieldNow();
            lock.release();
            b.cancel();
            yieldNow();
            assertTrue(b.cancelled());
            assertFalse(lock.locked());
            yieldNow();
            assertTrue(lock.locked());
            assertTrue(c.done());
        });
    }

    // Conformance 236: test_locks.py::LockTests::test_release_not_acquired
    @Test
    void release_free_isRefused() {
        var e = assertThrows(IllegalStateException.class, lock::release);
        assertTrue(e.getMessage().contains("not locked"), e.getMessage());
    }

    // test_locks.py::LockTests::test_release_no_waiters
    @Test
    void release_nobodyWaits_isFree() {
        loop.run(() -> {
            lock.acquire();
            lock.release();
            assertFalse(lock.locked());
        });
    }

    // Conformance 237: test_locks.py::LockTests::test_context_manager
    @Test
    void hold_leftNormallyOrByFailure_releases() {
        loop.run(() -> {
            try (var _ = lock.hold()) {
                assertTrue(lock.locked());
            }
            assertFalse(lock.locked());
            assertThrows(IOException.class, () -> {
                try (var _ = lock.hold()) {
                    throw new IOException("inside");
                }
            });
            assertFalse(lock.locked());
        });
    }

    @Test
    void held_closedTwice_releasesOnce() {
        loop.run(() -> {
            Lock.Held held = lock.hold();
            held.close();
            lock.acquire();
            held.close();
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquire_releasedAndFree_isNotTakenFromTheWokenTask() {
        loop.run(() -> {
            lock.acquire();
            createTask(() -> acquireAndNote("waiter"));
            yieldNow();
            lock.release();
            assertFalse(lock.locked()); // free until the woken task runs, yet not for us
            acquireInTask("late comer");
            yieldNow();
            assertEquals(List.of("waiter"), trail);
            lock.release();
            yieldNow();
            assertEquals(List.of("waiter", "late comer"), trail);
        });
    }

    @Test
    void acquire_allWaitersCancelled_takenAtOnce() {
        loop.run(() -> {
            lock.acquire();
            Task<?> waiter = createTask(() -> lock.acquire());
            yieldNow();
            waiter.cancel();
            lock.release();
            lock.acquire(); // the cancelled one is still to leave the line: no reason to wait for that
            assertTrue(lock.locked());
            yieldNow();
            assertTrue(waiter.cancelled());
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquire_pendingCancellation_isDeliveredOnlyIfItWaits() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                Asyncio.currentTask().cancel();
                lock.acquire();
                trail.add("free lock taken");
                lock.acquire();
            });
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of("free lock taken"), trail);
            assertTrue(lock.locked());
            assertEquals(0, lock.waiters());
        });
    }

    @Test
    void release_byAnotherTaskOrACallback_isAllowed() {
        loop.run(() -> {
            lock.acquire();
            createTask(() -> lock.release()).await();
            assertFalse(lock.locked());
            lock.acquire();
            loop.callSoon(lock::release);
            yieldNow();
            assertFalse(lock.locked());
        });
    }

    // ---- with a limit

    @Test
    void acquireWithLimit_free_isTakenWhateverTheLimit() throws Exception {
        loop.run(() -> {
            lock.acquire(Duration.ZERO);
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquireWithLimit_takenTooLong_timesOutAndLeavesNoWaiter() throws Exception {
        loop.run(() -> {
            lock.acquire();
            long began = loop.time();
            var e = assertThrows(TimeoutException.class, () -> lock.acquire(seconds(2)));
            assertInstanceOf(CancelledError.class, e.getCause());
            assertEquals(Duration.ofSeconds(2).toNanos(), loop.time() - began);
            assertEquals(0, lock.waiters());
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquireWithLimit_zeroAndTaken_timesOutAtOnce() throws Exception {
        loop.run(() -> {
            lock.acquire();
            loop.callSoon(() -> trail.add("next iteration"));
            assertThrows(TimeoutException.class, () -> lock.acquire(Duration.ZERO));
            assertThrows(TimeoutException.class, () -> lock.acquire(Duration.ofSeconds(-1)));
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void acquireWithLimit_releasedInTime_isTaken() throws Exception {
        loop.run(() -> {
            lock.acquire();
            loop.callLater(seconds(1), lock::release);
            lock.acquire(seconds(2));
            assertTrue(lock.locked());
            lock.release();
            lock.acquire();
            loop.callLater(seconds(1), lock::release);
            lock.acquire(null);
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquireWithLimit_releasedAtTheDeadline_goesToTheNext() throws Exception {
        loop.run(() -> {
            lock.acquire();
            Task<?> limited = createTask(() -> lock.acquire(seconds(1)));
            Task<?> patient = createTask(() -> acquireAndNote("patient"));
            yieldNow();
            loop.callAt(loop.time() + Duration.ofSeconds(1).toNanos(), lock::release);
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertTrue(patient.done());
            assertEquals(List.of("patient"), trail);
            assertTrue(lock.locked());
        });
    }

    @Test
    void acquireWithLimit_wokenAndThenTimedOut_handsOn() throws Exception {
        loop.run(() -> {
            lock.acquire();
            // The release comes first, the deadline right after it, in the same iteration.
            loop.callAt(loop.time() + Duration.ofSeconds(1).toNanos(), lock::release);
            Task<?> limited = createTask(() -> lock.acquire(seconds(1)));
            Task<?> patient = createTask(() -> acquireAndNote("patient"));
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertTrue(patient.done());
            assertEquals(0, lock.waiters());
        });
    }

    // ---- run

    @Test
    void run_bodyFails_releasesAndThrowsWhatItThrew() throws Exception {
        loop.run(() -> {
            assertEquals("value", lock.run(() -> "value"));
            assertFalse(lock.locked());
            assertThrows(
                    IOException.class,
                    () -> lock.run(() -> {
                        assertTrue(lock.locked());
                        throw new IOException("body");
                    }));
            assertFalse(lock.locked());
        });
    }

    @Test
    void run_cancelledWhileItWaits_neverCallsTheBody() {
        loop.run(() -> {
            lock.acquire();
            Task<?> task = createTask(() -> lock.run(() -> {
                trail.add("body");
            }));
            yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of(), trail);
            assertTrue(lock.locked());
        });
    }

    // ---- wrong use

    @Test
    void acquire_outsideATask_takesAFreeLockAndRefusesToWait() {
        lock.acquire();
        var outside = assertThrows(IllegalStateException.class, () -> lock.acquire());
        assertTrue(outside.getMessage().contains("must be called in a task"), outside.getMessage());
        assertEquals(0, lock.waiters());

        var inCallback = new AtomicReference<Throwable>();
        loop.callSoon(() -> inCallback.set(assertThrows(IllegalStateException.class, () -> lock.acquire())));
        loop.runReady();
        assertTrue(inCallback.get().getMessage().contains("this is a callback of the loop"));
        assertEquals(0, lock.waiters());
    }

    @Test
    void acquire_onAnotherLoop_isRefusedWhereItWouldWait() {
        loop.run(() -> {
            Asyncio.currentTask().setName("main");
            lock.acquire();
            loop.callSoon(lock::release);
            lock.acquire();
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                var e = assertThrows(IllegalStateException.class, () -> lock.acquire());
                assertTrue(e.getMessage().contains("belongs to another loop"), e.getMessage());
                assertTrue(e.getMessage().contains("Lock[locked by main]"), e.getMessage());
            });
        }
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        loop.run(() -> {
            Asyncio.currentTask().setName("main");
            lock.acquire();
            loop.callSoon(lock::release);
            lock.acquire();
            List<Throwable> refusals = Asyncio.toThread(() -> {
                var thrown = new ArrayList<Throwable>();
                for (Action call :
                        List.<Action>of(() -> lock.acquire(), lock::release, lock::locked, lock::hold, lock::waiters)) {
                    thrown.add(assertThrows(IllegalStateException.class, call::run));
                }
                assertEquals("Lock[locked by main]", lock.toString()); // this one may be asked from anywhere
                return thrown;
            });
            for (Throwable refusal : refusals) {
                assertTrue(refusal.getMessage().contains("callSoonThreadsafe"), refusal.getMessage());
            }
            assertTrue(lock.locked());
        });
    }

    // test_locks.py::LockTests::test_repr
    @Test
    void toString_eachState_namesItAndTheWaiters() {
        loop.run(() -> {
            Asyncio.currentTask().setName("main");
            assertEquals("Lock[unlocked]", lock.toString());
            lock.acquire();
            assertEquals("Lock[locked by main]", lock.toString());
            Task<?> waiter = createTask(() -> lock.acquire());
            yieldNow();
            assertEquals("Lock[locked by main, 1 waiting]", lock.toString());
            assertTrue(waiter.toString().contains("waiting for Lock[locked by main"), waiter.toString());
            waiter.cancel();
            assertEquals("Lock[locked by main]", lock.toString());
            lock.release();
        });
    }

    private void acquireInTask(String name) {
        createTask(() -> acquireAndNote(name));
    }

    private void acquireAndNote(Object name) {
        lock.acquire();
        trail.add(name);
    }
}
