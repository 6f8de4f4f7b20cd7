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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class SemaphoreTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // test_locks.py::SemaphoreTests::test_initial_value_zero
    @Test
    void semaphore_ofZero_isLocked() {
        assertTrue(new Semaphore(0).locked());
        assertFalse(new Semaphore().locked());
    }

    // Conformance 258: test_locks.py::SemaphoreTests::test_semaphore_value
    @Test
    void semaphore_negativeValue_isRefused() {
        var e = assertThrows(IllegalArgumentException.class, () -> new Semaphore(-1));
        assertTrue(e.getMessage().contains("-1"), e.getMessage());
        assertThrows(IllegalArgumentException.class, () -> new BoundedSemaphore(-1));
    }

    // Conformance 238: test_locks.py::SemaphoreTests::test_acquire
    @Test
    void acquire_severalWaiters_getUnitsInOrder() {
        var semaphore = new Semaphore(3);
        loop.run(() -> {
            semaphore.acquire();
            semaphore.acquire();
            assertFalse(semaphore.locked());
            acquireInTask(semaphore, 1);
            acquireInTask(semaphore, 2);
            acquireInTask(semaphore, 3);
            yieldNow();
            assertEquals(List.of(1), trail);
            assertTrue(semaphore.locked());
            assertEquals(2, semaphore.waiters());
            assertEquals(0, semaphore.value());

            acquireInTask(semaphore, 4);
            semaphore.release();
            semaphore.release();
            assertEquals(0, semaphore.value());

            yieldNow();
            assertEquals(List.of(1, 2, 3), trail);
            assertTrue(semaphore.locked());
            assertEquals(1, semaphore.waiters());

            semaphore.release();
            yieldNow();
            assertEquals(List.of(1, 2, 3, 4), trail);
        });
    }

    // test_locks.py::SemaphoreTests::test_acquire_cancel
    @Test
    void acquire_cancelled_leavesNoWaiter() {
        var semaphore = new Semaphore();
        loop.run(() -> {
            semaphore.acquire();
            Task<?> task = createTask(() -> semaphore.acquire());
            loop.callSoon(task::cancel);
            assertThrows(CancelledError.class, task::await);
            assertEquals(0, semaphore.waiters());
        });
    }

    // Conformance 259: test_locks.py::SemaphoreTests::test_acquire_cancel_before_awoken
    @Test
    void release_firstWaitersCancelled_wakesTheNextOne() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(createTask(() -> semaphore.acquire()));
            }
            yieldNow();
            tasks.get(0).cancel();
            tasks.get(1).cancel();
            semaphore.release();
            yieldNow();
            yieldNow();
            assertTrue(tasks.get(2).done());
            assertFalse(tasks.get(3).done());
        });
    }

    @Test
    void acquire_wokenAndThenCancelled_wakesTheNextOne() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            Task<?> first = createTask(() -> semaphore.acquire());
            Task<?> second = createTask(() -> semaphore.acquire());
            yieldNow();
            semaphore.release();
            first.cancel();
            yieldNow();
            assertTrue(first.cancelled());
            assertTrue(semaphore.locked());
            yieldNow();
            assertTrue(second.done());
            assertEquals(0, semaphore.value());
        });
    }

    // Conformance 260: test_locks.py::SemaphoreTests::test_acquire_hang
    @Test
    void release_firstWaiterCancelled_doesNotHangTheOther() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            Task<?> first = createTask(() -> semaphore.acquire());
            Task<?> second = createTask(() -> semaphore.acquire());
            yieldNow();
            first.cancel();
            semaphore.release();
            yieldNow();
            yieldNow();
            assertTrue(semaphore.locked());
            assertTrue(second.done());
        });
    }

    // Conformance 261: test_locks.py::SemaphoreTests::test_acquire_no_hang
    @Test
    void acquire_cancelledRightAfterItWasWoken_leavesTheSemaphoreAcquirable() throws Exception {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            Task<?>[] second = {null};
            Task<?> first = createTask(() -> {
                try (var _ = semaphore.hold()) {
                    yieldNow();
                }
                second[0].cancel();
            });
            second[0] = createTask(() -> {
                try (var _ = semaphore.hold()) {
                    trail.add("never");
                }
            });
            first.await();
            assertThrows(CancelledError.class, second[0]::await);
            assertEquals(List.of(), trail);
            semaphore.acquire(seconds(1));
        });
    }

    // Conformance 262: test_locks.py::SemaphoreTests::test_release_not_acquired
    @Test
    void release_boundedAndNotAcquired_isRefused() {
        var semaphore = new BoundedSemaphore();
        assertThrows(IllegalArgumentException.class, semaphore::release);
        assertEquals(1, semaphore.value());
        loop.run(() -> {
            semaphore.acquire();
            semaphore.release();
            assertThrows(IllegalArgumentException.class, semaphore::release);
            assertEquals(1, semaphore.value());
        });
    }

    @Test
    void release_unbounded_mayExceedTheInitialValue() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            semaphore.release();
            semaphore.acquire();
            semaphore.acquire();
            assertTrue(semaphore.locked());
        });
        var full = new Semaphore(Integer.MAX_VALUE);
        assertThrows(IllegalStateException.class, full::release);
        assertEquals(Integer.MAX_VALUE, full.value());
    }

    // test_locks.py::SemaphoreTests::test_release_no_waiters
    @Test
    void release_nobodyWaits_isFree() {
        var semaphore = new Semaphore();
        loop.run(() -> {
            semaphore.acquire();
            assertTrue(semaphore.locked());
            semaphore.release();
            assertFalse(semaphore.locked());
        });
    }

    // Conformance 263: test_locks.py::SemaphoreTests::test_acquire_fifo_order
    @Test
    void acquire_againRightAfterRelease_queuesBehindTheWaiters() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (String tag : List.of("c1", "c2", "c3")) {
                tasks.add(createTask(() -> {
                    for (int round = 1; round <= 2; round++) {
                        semaphore.acquire();
                        trail.add(tag + "_" + round);
                        sleep(seconds(0.01));
                        semaphore.release();
                    }
                }));
            }
            for (Task<?> task : tasks) {
                task.await();
            }
            assertEquals(List.of("c1_1", "c2_1", "c3_1", "c1_2", "c2_2", "c3_2"), trail);
        });
    }

    // test_locks.py::SemaphoreTests::test_acquire_fifo_order_2
    @Test
    void release_twice_unitsGoToThoseWhoWaitNotToTheReleaser() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            acquireInTask(semaphore, 1);
            Task<?> second = createTask(() -> {
                semaphore.acquire();
                trail.add(2);
                semaphore.release();
                semaphore.acquire();
                trail.add(4);
            });
            acquireInTask(semaphore, 3);
            yieldNow();
            semaphore.release();
            semaphore.release();
            second.await();
            assertEquals(List.of(1, 2, 3, 4), trail);
        });
    }

    // Conformance 264: test_locks.py::SemaphoreTests::test_acquire_fifo_order_3
    @Test
    void release_aWaiterWasCancelled_orderOfTheOthersStays() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            Task<?> first = acquireInTask(semaphore, 1);
            Task<?> second = acquireInTask(semaphore, 2);
            Task<?> third = acquireInTask(semaphore, 3);
            yieldNow();
            first.cancel();
            yieldNow();
            semaphore.release();
            semaphore.release();
            second.await();
            third.await();
            assertEquals(List.of(2, 3), trail);
        });
    }

    // Conformance 265: test_locks.py::SemaphoreTests::test_acquire_fifo_order_4
    @Test
    void release_moreUnitsWhileNewcomersQueue_allGetOne() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            Task<?>[] fourth = {null};
            createTask(() -> {
                semaphore.acquire(); // woken by the second task
                assertEquals(0, semaphore.value()); // and the others have been woken by now
                fourth[0] = createTask(() -> trail.add(4));
                trail.add(1);
            });
            createTask(() -> {
                semaphore.release();
                semaphore.release();
                semaphore.release();
                assertEquals(2, semaphore.value());
                assertTrue(semaphore.locked()); // the first task has not gone on yet
                semaphore.acquire();
                trail.add(2);
            });
            createTask(() -> {
                semaphore.acquire();
                assertTrue(semaphore.locked());
                trail.add(3);
            });
            yieldNow();
            assertEquals(2, semaphore.value());
            assertEquals(2, semaphore.waiters());
            assertEquals(List.of(), trail);
            yieldNow();
            fourth[0].await();
            assertEquals(List.of(1, 2, 3, 4), trail);
        });
    }

    @Test
    void acquire_pendingCancellation_isDeliveredOnlyIfItWaits() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                Asyncio.currentTask().cancel();
                semaphore.acquire();
                trail.add("free unit taken");
                semaphore.acquire();
            });
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of("free unit taken"), trail);
            semaphore.release();
            assertEquals(1, semaphore.value());
        });
    }

    @Test
    void held_closedTwice_givesOneUnitBack() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            Semaphore.Held held = semaphore.hold();
            assertTrue(semaphore.locked());
            held.close();
            held.close();
            assertEquals(1, semaphore.value());
        });
    }

    @Test
    void run_bodyFails_givesTheUnitBack() throws Exception {
        var semaphore = new BoundedSemaphore(1);
        loop.run(() -> {
            assertEquals("value", semaphore.run(() -> "value"));
            assertThrows(
                    IOException.class,
                    () -> semaphore.run(() -> {
                        assertTrue(semaphore.locked());
                        throw new IOException("body");
                    }));
            semaphore.run(() -> {
                trail.add("void");
            });
            assertEquals(1, semaphore.value());
        });
    }

    // ---- with a limit

    @Test
    void acquireWithLimit_noUnit_timesOutAndLeavesNoWaiter() throws Exception {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            semaphore.acquire(Duration.ZERO); // free: whatever the limit
            assertThrows(TimeoutException.class, () -> semaphore.acquire(Duration.ZERO));
            assertThrows(TimeoutException.class, () -> semaphore.acquire(seconds(3)));
            assertEquals(Duration.ofSeconds(3).toNanos(), loop.time());
            assertEquals(0, semaphore.waiters());
            loop.callLater(seconds(1), semaphore::release);
            semaphore.acquire(seconds(2));
            assertEquals(0, semaphore.value());
        });
    }

    @Test
    void acquireWithLimit_wokenAndThenTimedOut_handsOn() {
        var semaphore = new Semaphore(0);
        loop.run(() -> {
            loop.callLater(seconds(1), semaphore::release); // due just before the deadline, in the same iteration
            Task<?> limited = createTask(() -> semaphore.acquire(seconds(1)));
            acquireInTask(semaphore, "patient");
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertEquals(List.of("patient"), trail);
            assertEquals(0, semaphore.value());
        });
    }

    // ---- wrong use

    @Test
    void acquire_outsideATaskOrOnAnotherLoop_isRefused() {
        var semaphore = new Semaphore(0);
        var outside = assertThrows(IllegalStateException.class, () -> semaphore.acquire());
        assertTrue(outside.getMessage().contains("must be called in a task"), outside.getMessage());
        loop.run(() -> {
            loop.callSoon(semaphore::release);
            semaphore.acquire();
        });
        try (var other = new TestLoop()) {
            other.run(() -> {
                var elsewhere = assertThrows(IllegalStateException.class, () -> semaphore.acquire());
                assertTrue(elsewhere.getMessage().contains("belongs to another loop"), elsewhere.getMessage());
            });
        }
        assertEquals(0, semaphore.waiters());
    }

    @Test
    void anyCall_fromAForeignThreadWhileTheLoopRuns_isRefused() {
        var semaphore = new BoundedSemaphore(1);
        loop.run(() -> {
            semaphore.acquire();
            loop.callSoon(semaphore::release);
            semaphore.acquire();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(
                        () -> semaphore.acquire(), semaphore::release, semaphore::locked, semaphore::waiters)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertEquals(0, semaphore.value());
        });
    }

    // test_locks.py::SemaphoreTests::test_repr
    @Test
    void toString_eachState_namesItTheValueAndTheWaiters() {
        var semaphore = new Semaphore();
        loop.run(() -> {
            assertEquals("Semaphore[unlocked, value 1]", semaphore.toString());
            semaphore.acquire();
            assertEquals("Semaphore[locked]", semaphore.toString());
            acquireInTask(semaphore, 1);
            acquireInTask(semaphore, 2);
            yieldNow();
            assertEquals("Semaphore[locked, 2 waiting]", semaphore.toString());
            assertEquals("BoundedSemaphore[unlocked, value 2]", new BoundedSemaphore(2).toString());
        });
    }

    private Task<?> acquireInTask(Semaphore semaphore, Object name) {
        return createTask(() -> {
            semaphore.acquire();
            trail.add(name);
        });
    }
}
