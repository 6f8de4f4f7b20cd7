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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class CapacityLimiterTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    @Test
    void acquire_available_countsTheBorrower() {
        var limiter = new CapacityLimiter(2);
        loop.run(() -> {
            assertEquals(2, limiter.total());
            limiter.acquire();
            assertEquals(1, limiter.borrowed());
            assertEquals(1, limiter.available());
            limiter.release();
            assertEquals(0, limiter.borrowed());
            assertEquals(2, limiter.available());
        });
    }

    @Test
    void acquire_sameBorrowerTwice_isRefused() {
        var limiter = new CapacityLimiter(2);
        loop.run(() -> {
            limiter.acquire();
            var e = assertThrows(IllegalStateException.class, () -> limiter.acquire());
            assertTrue(e.getMessage().contains("already"), e.getMessage());
            assertEquals(1, limiter.borrowed());
            Object somebody = new Object();
            limiter.acquireOnBehalfOf(somebody);
            assertThrows(IllegalStateException.class, () -> limiter.acquireOnBehalfOf(somebody));
        });
    }

    @Test
    void release_byANonBorrower_isRefused() {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            assertThrows(IllegalStateException.class, limiter::release);
            createTask(() -> limiter.acquire()).await();
            var e = assertThrows(IllegalStateException.class, limiter::release); // that task has it
            assertTrue(e.getMessage().contains("no token"), e.getMessage());
            assertThrows(IllegalStateException.class, () -> limiter.releaseOnBehalfOf("nobody"));
            assertEquals(1, limiter.borrowed());
        });
    }

    @Test
    void acquire_noneAvailable_waitsInOrder() {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            limiter.acquire();
            for (int i = 1; i <= 3; i++) {
                int name = i;
                createTask(() -> {
                    try (var _ = limiter.hold()) {
                        trail.add(name);
                        yieldNow();
                    }
                });
            }
            yieldNow();
            assertEquals(3, limiter.waiters());
            limiter.release();
            assertEquals(1, limiter.borrowed()); // promised to the first in line
            assertEquals(0, limiter.available());
            assertThrows(TimeoutException.class, () -> limiter.acquire(Duration.ZERO));
            sleep(seconds(1));
            assertEquals(List.of(1, 2, 3), trail);
            assertEquals(0, limiter.borrowed());
        });
    }

    @Test
    void acquire_wokenAndCancelled_tokenGoesToTheNext() {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            limiter.acquire();
            Task<?> first = createTask(() -> limiter.acquire());
            Task<?> second = createTask(() -> limiter.acquire());
            yieldNow();
            limiter.release();
            first.cancel();
            second.await();
            assertTrue(first.cancelled());
            assertEquals(1, limiter.borrowed());
            assertEquals(0, limiter.waiters());
        });
    }

    @Test
    void acquire_twoTasksForOneBorrower_secondIsRefusedAndItsTokenIsPassedOn() {
        var limiter = new CapacityLimiter(0);
        loop.run(() -> {
            Object borrower = new Object();
            Task<?> first = createTask(() -> limiter.acquireOnBehalfOf(borrower));
            Task<?> second = createTask(() -> limiter.acquireOnBehalfOf(borrower));
            Task<?> third = createTask(() -> limiter.acquire());
            yieldNow();
            limiter.setTotal(2);
            first.await();
            assertThrows(IllegalStateException.class, second::await);
            third.await();
            assertEquals(2, limiter.borrowed());
        });
    }

    @Test
    void setTotal_moreOrFewer_wakesOrHoldsBack() {
        var limiter = new CapacityLimiter(0);
        loop.run(() -> {
            List<Task<?>> tasks = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                tasks.add(createTask(() -> limiter.acquire()));
            }
            yieldNow();
            limiter.setTotal(3);
            yieldNow();
            assertEquals(3, limiter.borrowed());
            assertFalse(tasks.get(3).done());

            limiter.setTotal(1); // those that are borrowed stay so
            assertEquals(3, limiter.borrowed());
            assertEquals(0, limiter.available());
            limiter.releaseOnBehalfOf(tasks.get(0));
            limiter.releaseOnBehalfOf(tasks.get(1));
            yieldNow();
            assertFalse(tasks.get(3).done());
            limiter.releaseOnBehalfOf(tasks.get(2));
            yieldNow();
            assertTrue(tasks.get(3).done());
        });
        assertThrows(IllegalArgumentException.class, () -> limiter.setTotal(-1));
        assertThrows(IllegalArgumentException.class, () -> new CapacityLimiter(-1));
    }

    @Test
    void acquireWithLimit_noneInTime_timesOutOrPassesOn() throws Exception {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            limiter.acquire(Duration.ZERO);
            Task<?> limited = createTask(() -> limiter.acquire(seconds(1)));
            Task<?> patient = createTask(() -> limiter.acquire(null));
            Task<?> main = Asyncio.currentTask();
            loop.callLater(seconds(1), () -> limiter.releaseOnBehalfOf(main)); // before the deadline, same iteration
            sleep(seconds(2));
            assertInstanceOf(TimeoutException.class, limited.exception());
            assertTrue(patient.done());
            assertEquals(1, limiter.borrowed());
        });
    }

    @Test
    void run_bodyFails_givesTheTokenBack() throws Exception {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            assertEquals("value", limiter.run(() -> "value"));
            assertThrows(
                    IOException.class,
                    () -> limiter.run(() -> {
                        assertEquals(1, limiter.borrowed());
                        throw new IOException("body");
                    }));
            limiter.run(() -> {
                trail.add("void");
            });
            assertEquals(0, limiter.borrowed());
        });
    }

    @Test
    void held_closedTwice_givesBackOnce() {
        var limiter = new CapacityLimiter(1);
        loop.run(() -> {
            CapacityLimiter.Held held = limiter.hold();
            held.close();
            held.close();
            assertEquals(0, limiter.borrowed());
        });
    }

    @Test
    void anyCall_wrongCaller_isRefused() {
        var limiter = new CapacityLimiter(0);
        assertThrows(IllegalStateException.class, () -> limiter.acquire());
        assertThrows(IllegalStateException.class, limiter::hold);
        loop.run(() -> {
            createTask(() -> limiter.acquire());
            yieldNow();
            Asyncio.toThread(() -> {
                for (Action call : List.<Action>of(
                        () -> limiter.acquireOnBehalfOf("x"),
                        () -> limiter.releaseOnBehalfOf("x"),
                        () -> limiter.setTotal(1),
                        limiter::borrowed)) {
                    var e = assertThrows(IllegalStateException.class, call::run);
                    assertTrue(e.getMessage().contains("callSoonThreadsafe"), e.getMessage());
                }
            });
            assertEquals("CapacityLimiter[0 of 0 borrowed, 1 waiting]", limiter.toString());
        });
    }

    // ---- toThread

    @Test
    void toThread_limited_runsThatManyAtOnce() {
        var limiter = new CapacityLimiter(2);
        var running = new AtomicInteger();
        var most = new AtomicInteger();
        var twoRun = new CountDownLatch(2);
        loop.run(() -> {
            List<Task<Integer>> tasks = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                int value = i;
                tasks.add(createTask(() -> Asyncio.toThread(limiter, () -> {
                    most.accumulateAndGet(running.incrementAndGet(), Math::max);
                    twoRun.countDown();
                    twoRun.await(); // so the limit is reached
                    running.decrementAndGet();
                    return value;
                })));
            }
            for (int i = 0; i < 6; i++) {
                assertEquals(i, tasks.get(i).await());
            }
            assertEquals(2, most.get());
            assertEquals(0, limiter.borrowed());
        });
    }

    @Test
    void toThread_bodyFails_throwsItAndGivesTheTokenBack() throws Exception {
        var limiter = new CapacityLimiter(1);
        var variable = ContextVar.<String>of("variable");
        loop.run(() -> {
            assertThrows(
                    IOException.class,
                    () -> Asyncio.toThread(limiter, () -> {
                        throw new IOException("body");
                    }));
            assertEquals(0, limiter.borrowed());
            variable.set("carried over");
            assertEquals("carried over", Asyncio.toThread(limiter, () -> variable.get()));
            Asyncio.toThread(limiter, () -> {
                trail.add("void");
            });
            assertEquals(List.of("void"), trail);
        });
    }

    @Test
    void toThread_callerCancelled_threadKeepsTheTokenUntilItIsThrough() throws Exception {
        var limiter = new CapacityLimiter(1);
        var begun = new CountDownLatch(1);
        var mayEnd = new CountDownLatch(1);
        loop.run(() -> {
            Task<?> task = createTask(() -> Asyncio.toThread(limiter, () -> {
                begun.countDown();
                mayEnd.await();
                return null;
            }));
            Asyncio.toThread(() -> begun.await());
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(1, limiter.borrowed());
            Task<?> next = createTask(() -> limiter.acquire());
            yieldNow();
            assertEquals(1, limiter.waiters());
            mayEnd.countDown();
            next.await();
            assertEquals(1, limiter.borrowed());
        });
    }

    @Test
    void toThread_callerCancelledBeforeTheThreadBegan_givesTheTokenBackAtOnce() {
        var limiter = new CapacityLimiter(1);
        var mayEnd = new CountDownLatch(1);
        try (ExecutorService oneThread = Executors.newSingleThreadExecutor()) {
            loop.setDefaultExecutor(oneThread);
            loop.run(() -> {
                var busy = loop.runInExecutor(null, () -> {
                    mayEnd.await();
                    return null;
                });
                Task<?> task = createTask(() -> Asyncio.toThread(limiter, () -> {
                    trail.add("never");
                }));
                yieldNow();
                assertEquals(1, limiter.borrowed());
                task.cancel();
                assertThrows(CancelledError.class, task::await);
                assertEquals(0, limiter.borrowed());
                mayEnd.countDown();
                busy.await();
                Asyncio.toThread(limiter, () -> {
                    trail.add("ran");
                });
                assertEquals(List.of("ran"), trail);
            });
        }
    }

    @Test
    void toThread_executorRefuses_givesTheTokenBack() {
        var limiter = new CapacityLimiter(1);
        ExecutorService ended = Executors.newSingleThreadExecutor();
        ended.shutdown();
        loop.setDefaultExecutor(ended);
        loop.run(() -> {
            assertThrows(RuntimeException.class, () -> Asyncio.toThread(limiter, () -> "never"));
            assertEquals(0, limiter.borrowed());
        });
    }
}
