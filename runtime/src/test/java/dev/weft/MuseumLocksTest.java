package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
}
