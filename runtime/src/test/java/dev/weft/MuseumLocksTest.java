package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bugs that other runtimes had in their locks, semaphores and conditions. */
final class MuseumLocksTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // asyncio bpo-27585
    @Test
    void museum1_waiterCancelledAtRelease_nextOneOwnsTheLockWithinTwoTicks() {
        var lock = new Lock();
        loop.run(() -> {
            lock.acquire();
            Task<?> a = createTask(() -> lock.acquire());
            Task<?> b = createTask(() -> lock.acquire());
            yieldNow();
            lock.release();
            a.cancel();
            yieldNow();
            yieldNow();
            assertTrue(a.cancelled());
            assertTrue(b.done());
            assertTrue(lock.locked());
        });
    }

    // asyncio bpo-32734, anyio #398, #387, #1145
    @Test
    void museum2And13_randomCancelsAtRelease_oneOwnerAndNobodyForgotten() {
        loop.run(() -> {
            for (int seed = 0; seed < 1_000; seed++) {
                var random = new Random(seed);
                var lock = new Lock();
                int[] owners = {0, 0};
                List<Task<?>> tasks = new ArrayList<>();
                for (int i = 0; i < 5; i++) {
                    tasks.add(createTask(() -> lock.run(() -> {
                        owners[1] = Math.max(owners[1], ++owners[0]);
                        try {
                            yieldNow();
                        } finally {
                            owners[0]--;
                        }
                    })));
                }
                for (int tick = 0; tick < 8; tick++) {
                    tasks.get(random.nextInt(5)).cancel();
                    yieldNow();
                }
                for (int tick = 0; tick < 20; tick++) {
                    yieldNow();
                }
                assertTrue(owners[1] <= 1, "seed " + seed);
                assertTrue(tasks.stream().allMatch(Task::done), "seed " + seed);
                assertFalse(lock.locked(), "seed " + seed);
                assertEquals(0, lock.waiters(), "seed " + seed);
            }
        });
    }

    // asyncio gh-90155, kotlinx #1477
    @Test
    void museum3And10_everySequenceOfAcquireCancelReleaseTick_keepsTheUnitsExact() {
        loop.run(() -> {
            for (int units = 1; units <= 2; units++) {
                for (int code = 0; code < 4 * 4 * 4 * 4 * 4 * 4; code++) {
                    var semaphore = new Semaphore(0);
                    List<Task<?>> tasks = new ArrayList<>();
                    int given = 0;
                    for (int rest = code, i = 0; i < 6; i++, rest /= 4) {
                        switch (rest % 4) {
                            case 0 -> tasks.add(createTask(() -> semaphore.acquire()));
                            case 1 -> {
                                if (!tasks.isEmpty()) {
                                    tasks.get(code % tasks.size()).cancel();
                                }
                            }
                            case 2 -> {
                                for (int unit = 0; unit < units; unit++, given++) {
                                    semaphore.release();
                                }
                            }
                            default -> yieldNow();
                        }
                    }
                    for (int tick = 0; tick < 8; tick++) {
                        yieldNow();
                    }
                    long taken = tasks.stream()
                            .filter(task -> task.done() && !task.cancelled())
                            .count();
                    assertEquals(given, taken + semaphore.value(), "units lost or made, code " + code);
                    assertTrue(semaphore.value() == 0 || semaphore.waiters() == 0, "waiter forgotten, code " + code);
                    tasks.forEach(Task::cancel);
                }
            }
        });
    }

    // asyncio bpo-45997
    @Test
    void museum4_releaserAcquiresAgainAtOnce_waiterIsServedFirst() {
        var semaphore = new Semaphore(1);
        loop.run(() -> {
            Task<?> greedy = createTask(() -> {
                for (int i = 0; i < 1_000; i++) {
                    semaphore.acquire();
                    trail.add("greedy");
                    yieldNow();
                    semaphore.release();
                }
            });
            yieldNow();
            createTask(() -> {
                semaphore.acquire();
                trail.add("waiter");
                semaphore.release();
            });
            greedy.await();
            // The greedy task's second turn began before the other one had come.
            assertTrue(trail.indexOf("waiter") <= 2, "served after " + trail.indexOf("waiter"));
        });
    }

    // asyncio bpo-45997
    @Test
    void museum4_lockReleasedAndAcquiredAgainAtOnce_waiterIsServedFirst() {
        var lock = new Lock();
        loop.run(() -> {
            lock.acquire();
            Task<?> waiter = createTask(() -> lock.run(() -> {
                trail.add("waiter");
            }));
            yieldNow();
            lock.release();
            lock.acquire();
            trail.add("again");
            lock.release();
            waiter.await();
        });
        assertEquals(List.of("waiter", "again"), trail);
    }

    // asyncio gh-111693
    @Test
    void museum5_waitCancelledTwiceWhileTheLockIsTaken_oneErrorWithItsMessageAndTheLockHeld() {
        var condition = new Condition();
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                condition.acquire();
                try {
                    condition.await();
                } catch (CancelledError e) {
                    trail.add(e.getMessage());
                    trail.add(condition.locked());
                    condition.release();
                    throw e;
                }
            });
            yieldNow();
            condition.acquire();
            task.cancel("why");
            yieldNow(); // now it wants the lock
            task.cancel("why");
            yieldNow();
            condition.release();
            assertThrows(CancelledError.class, task::await);
        });
        assertEquals(List.of("why", true), trail);
    }

    // asyncio gh-112202
    @Test
    void museum6_signalledTaskCancelledInTheSameTick_signalReachesTheNext() {
        var condition = new Condition();
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                tasks.add(createTask(() -> {
                    try (var _ = condition.hold()) {
                        condition.await();
                    }
                }));
            }
            yieldNow();
            try (var _ = condition.hold()) {
                condition.signal();
            }
            tasks.get(0).cancel();
            tasks.get(1).await();
            assertTrue(tasks.get(0).cancelled());
        });
    }

    // asyncio bpo-32841
    @Test
    void museum7_cancelledWhileTakingTheLockAgain_endsCancelled() {
        var condition = new Condition();
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                try (var _ = condition.hold()) {
                    condition.await();
                    trail.add("went on");
                }
            });
            yieldNow();
            condition.acquire();
            condition.signal();
            yieldNow(); // signalled: it waits for the lock
            task.cancel();
            yieldNow();
            condition.release();
            assertThrows(CancelledError.class, task::await);
            assertFalse(condition.locked());
        });
        assertEquals(List.of(), trail);
    }

    // asyncio bpo-22970
    @Test
    void museum8_cancelledWait_hasTheLockWhenTheErrorComes() {
        var condition = new Condition();
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                condition.acquire();
                try {
                    condition.await();
                } finally {
                    trail.add(condition.locked());
                    condition.release(); // would fail without the lock
                }
            });
            yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
        });
        assertEquals(List.of(true), trail);
    }

    // kotlinx #2390
    @Test
    void museum9_cancelledBetweenGrantAndResumption_isFreeOrWithTheNext() {
        loop.run(() -> {
            for (boolean another : new boolean[] {false, true}) {
                var lock = new Lock();
                var semaphore = new Semaphore(0);
                lock.acquire();
                List<Task<?>> tasks = List.of(createTask(() -> lock.acquire()), createTask(() -> semaphore.acquire()));
                yieldNow();
                List<Task<?>> next = another
                        ? List.of(createTask(() -> lock.acquire()), createTask(() -> semaphore.acquire()))
                        : List.of();
                yieldNow();
                lock.release();
                semaphore.release();
                tasks.forEach(Task::cancel);
                for (int tick = 0; tick < 3; tick++) {
                    yieldNow();
                }
                assertTrue(tasks.stream().allMatch(Task::cancelled));
                assertTrue(next.stream().allMatch(Task::done));
                assertEquals(another, lock.locked());
                assertEquals(another, semaphore.locked());
                if (!another) {
                    lock.acquire(); // and can be taken
                    semaphore.acquire();
                }
            }
        });
    }

    // kotlinx #80
    @Test
    void museum12_aLongLineOfTasksThatReleaseWhenTheyWake_doesNotRecurse() {
        var lock = new Lock();
        int[] served = {0};
        loop.run(() -> {
            lock.acquire();
            Task<?> last = null;
            for (int i = 0; i < 20_000; i++) {
                last = createTask(() -> {
                    lock.acquire();
                    served[0]++;
                    lock.release();
                });
            }
            yieldNow();
            lock.release();
            last.await();
            assertEquals(20_000, served[0]);
            assertFalse(lock.locked());
        });
    }

    // anyio #947
    @Test
    void museum14_limiterTokenOfACancelledTask_goesToTheNext() {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            limiter.acquire();
            Task<?> a = createTask(() -> limiter.acquire());
            Task<?> b = createTask(() -> limiter.acquire());
            yieldNow();
            limiter.release();
            a.cancel();
            b.await();
            assertEquals(1, limiter.borrowed());
        });
    }

    // trio #548
    @Test
    void museum15_manyTimedOutAcquires_leaveNoWaiters() {
        var semaphore = new Semaphore(0);
        var limiter = new CapacityLimiter(0);
        loop.run(() -> {
            for (int i = 0; i < 10_000; i++) {
                assertThrows(TimeoutException.class, () -> waitFor(() -> semaphore.acquire(), millis(1)));
                assertThrows(TimeoutException.class, () -> limiter.acquire(millis(1)));
                assertEquals(0, semaphore.waiters() + limiter.waiters());
            }
            assertFalse(semaphore.toString().contains("waiting"), semaphore::toString);
        });
    }

    // anyio #798
    @Test
    void museum16_lockAcquiredTwiceInOneTask_debugModeNamesTheHolder() {
        var lock = new Lock();
        loop.setDebug(true);
        loop.run(() -> {
            Asyncio.currentTask().setName("holder");
            lock.acquire();
            var e = assertThrows(IllegalStateException.class, () -> lock.acquire());
            assertTrue(e.getMessage().contains("locked by holder"), e.getMessage());
            lock.release();
        });
    }

    // tokio #4129, #5471, #5475
    @Test
    void museum17_doneCallbackCallsThePrimitiveThatWokeItsTask_runsAfterwardsAndOutsideOfIt() {
        var condition = new Condition();
        var event = new Event();
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                tasks.add(createTask(() -> {
                    event.await();
                    condition.acquire();
                }));
            }
            for (Task<?> task : tasks) {
                task.addDoneCallback(done -> {
                    trail.add(Asyncio.currentTask()); // nobody's step is half done
                    if (condition.locked()) {
                        condition.signalAll();
                        condition.release();
                    }
                    event.set();
                    tasks.getLast().cancel();
                });
            }
            yieldNow();
            event.set();
            for (int tick = 0; tick < 10; tick++) {
                yieldNow();
            }
            assertTrue(tasks.get(1).done() && !tasks.get(1).cancelled());
            assertTrue(tasks.get(2).cancelled());
            assertFalse(condition.locked());
            assertEquals(0, condition.waiters() + event.waiters());
        });
        assertEquals(Arrays.asList(null, null, null), trail);
    }

    // tokio #3660, #5458, #7996
    @Test
    void museum18_everyOrderOfSetClearAndWaits_wakesThoseWhoWereThere() {
        loop.run(() -> {
            for (int first = 0; first < 4; first++) {
                for (int second = 0; second < 4; second++) {
                    // Two waits, a set and a clear; the waits come at two of four places.
                    var event = new Event();
                    boolean flag = false;
                    List<Task<?>> mustWake = new ArrayList<>();
                    List<Task<?>> mustWait = new ArrayList<>();
                    for (int place = 0; place < 4; place++) {
                        for (int waits = (place == first ? 1 : 0) + (place == second ? 1 : 0); waits > 0; waits--) {
                            (flag ? mustWake : mustWait).add(createTask(() -> event.await()));
                            yieldNow(); // it waits, or went on
                        }
                        if (place == 1) {
                            event.set();
                            flag = true;
                            mustWake.addAll(mustWait);
                            mustWait.clear();
                        } else if (place == 2) {
                            event.clear();
                            flag = false;
                        }
                    }
                    yieldNow();
                    yieldNow();
                    assertTrue(mustWake.stream().allMatch(Task::done), first + ", " + second);
                    assertTrue(mustWait.stream().noneMatch(Task::done), first + ", " + second);
                    assertEquals(mustWait.size(), event.waiters());
                    mustWait.forEach(Task::cancel);
                }
            }
        });
    }
}
