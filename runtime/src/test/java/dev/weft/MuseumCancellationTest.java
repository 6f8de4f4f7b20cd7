package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.currentTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.shield;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.timeout;
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

/** Bugs that other runtimes had in cancellations and timeouts. */
final class MuseumCancellationTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // asyncio bpo-37658
    @Test
    void museum28_resultAndCancelInOneTick_resultIsDeliveredOrKept() {
        loop.run(() -> {
            for (boolean resultFirst : new boolean[] {true, false}) {
                int[] open = {0};
                Future<Void> ready = loop.createFuture();
                Task<?> outer = createTask(() -> {
                    waitFor(
                            () -> {
                                open[0]++; // a connection
                                try {
                                    ready.await();
                                } finally {
                                    open[0]--;
                                }
                            },
                            seconds(10));
                    trail.add("delivered");
                });
                Task<String> connecting = createTask(() -> {
                    ready.await();
                    return "connection";
                });
                Task<?> waiting = createTask(() -> waitFor(connecting, seconds(10)));
                yieldNow();
                yieldNow();
                if (resultFirst) {
                    ready.setResult(null);
                    yieldNow(); // the inner task is done, those that wait for it have not run
                    outer.cancel();
                    waiting.cancel();
                } else {
                    outer.cancel();
                    waiting.cancel();
                    if (!ready.done()) {
                        ready.setResult(null);
                    }
                }
                for (int tick = 0; tick < 4; tick++) {
                    yieldNow();
                }
                assertTrue(waiting.cancelled());
                assertEquals(!resultFirst, outer.cancelled());
                assertEquals(0, open[0]);
                if (resultFirst) {
                    assertEquals("connection", connecting.result()); // not delivered to anybody, and still there
                } else {
                    assertTrue(connecting.cancelled());
                }
            }
        });
    }

    // asyncio gh-86296
    @Test
    void museum29_innerDoneAndOuterCancelledInOneTick_outerDoesNotGoOn() {
        loop.run(() -> {
            Future<String> inner = loop.createFuture();
            Task<?> outer = createTask(() -> {
                waitFor(inner, seconds(1));
                trail.add("went on");
            });
            yieldNow();
            inner.setResult("value");
            outer.cancel();
            assertThrows(CancelledError.class, outer::await);
            assertEquals(List.of(), trail);
            assertEquals("value", inner.result());
        });
    }

    // asyncio bpo-32751
    @Test
    void museum30_innerTaskCleansUp_timeoutComesAfterThat() {
        loop.run(() -> {
            for (Duration limit : List.of(millis(100), Duration.ZERO)) {
                trail.clear();
                Task<?> inner = createTask(() -> {
                    try {
                        sleep(seconds(3600));
                    } finally {
                        sleep(seconds(1));
                        trail.add("cleaned up");
                    }
                });
                yieldNow();
                assertThrows(TimeoutException.class, () -> waitFor(inner, limit));
                assertEquals(List.of("cleaned up"), trail);
            }
        });
    }

    // asyncio bpo-40607
    @Test
    void museum31_innerTaskFailsWhenCancelled_callerSeesThat() {
        loop.run(() -> {
            for (Duration limit : List.of(millis(100), Duration.ZERO)) {
                Task<?> inner = createTask(() -> {
                    try {
                        sleep(seconds(3600));
                    } catch (CancelledError e) {
                        throw new IOException("on the way out");
                    }
                });
                yieldNow();
                var e = assertThrows(IOException.class, () -> waitFor(inner, limit));
                assertEquals("on the way out", e.getMessage());
            }
        });
    }

    // asyncio gh-95109
    @Test
    void museum32_timeoutThatIsOverAlready_endsAtOnce() {
        loop.run(() -> {
            long began = loop.time();
            assertThrows(TimeoutException.class, () -> timeout(Duration.ZERO, () -> sleep(Duration.ofHours(1))));
            assertThrows(TimeoutException.class, () -> timeout(seconds(-1), () -> sleep(Duration.ofHours(1))));
            assertEquals(began, loop.time());
        });
    }

    // asyncio gh-102780
    @Test
    void museum33_cleanUpWaitsAfterTheTimeout_isATimeoutAllTheSame() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(seconds(1), () -> {
                        try {
                            sleep(seconds(10));
                        } finally {
                            sleep(seconds(1));
                            yieldNow();
                            trail.add("cleaned up");
                        }
                    }));
            assertEquals(List.of("cleaned up"), trail);
            assertEquals(0, currentTask().cancelling());
        });
    }

    // asyncio gh-95704
    @Test
    void museum34_childTurnsItsCancellationIntoAFailure_isReported() {
        var failure = new IOException("instead");
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tasks -> {
                        Task<?> child = tasks.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } catch (CancelledError e) {
                                throw failure;
                            }
                        });
                        yieldNow();
                        child.cancel();
                    }));
            assertEquals(List.of(failure), group.exceptions());
        });
    }

    // asyncio bpo-34872
    @Test
    void museum35_taskCancelsItself_hearsOfItOnceWhereItSuspends() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                currentTask().cancel();
                trail.add("goes on");
                try {
                    sleep(Duration.ZERO);
                } catch (CancelledError e) {
                    trail.add("cancelled");
                }
                sleep(seconds(1));
                trail.add("end");
            });
            task.await();
        });
        assertEquals(List.of("goes on", "cancelled", "end"), trail);
    }

    // asyncio bpo-38248
    @Test
    void museum36_cancelledBeforeItsFirstStep_neverRuns() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                trail.add("ran");
            });
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            Task<?> inGroup = createTask(() -> taskGroup(tasks -> {
                tasks.createTask(() -> {
                    trail.add("ran in the group");
                });
                throw new CancelledError("at once");
            }));
            assertThrows(CancelledError.class, inGroup::await);
        });
        assertEquals(List.of(), trail);
    }

    // anyio #695, #1111
    @Test
    void museum37_cancelledGroupWaitsForAChildThatGoesOn_loopSleepsMeanwhile() {
        var clock = new CountingClock();
        try (var counted = EventLoop.builder().clock(clock).build()) {
            counted.runUntilComplete(() -> taskGroup(tasks -> {
                tasks.createTask(() -> {
                    try {
                        sleep(seconds(1));
                    } finally {
                        Asyncio.shielded(() -> sleep(seconds(2)));
                        trail.add("ended");
                    }
                });
                yieldNow();
                tasks.cancel();
            }));
        }
        assertEquals(List.of("ended"), trail);
        assertTrue(clock.waits < 10, clock.waits + " waits");
    }

    // trio #860, #1175
    @Test
    void museum38_cancelledInAShieldedSectionOfAnInnerScope_reachesTheScopeThatWasMeant() {
        loop.run(() -> {
            var e = assertThrows(
                    TimeoutException.class,
                    () -> timeout(seconds(1), outer -> {
                        try {
                            timeout(seconds(100), inner -> {
                                try {
                                    sleep(seconds(10));
                                } finally {
                                    Asyncio.shielded(() -> sleep(seconds(1)));
                                    trail.add(inner.expired());
                                }
                            });
                        } finally {
                            trail.add(outer.expired());
                        }
                    }));
            assertInstanceOf(CancelledError.class, e.getCause());
        });
        assertEquals(List.of(false, true), trail);
    }

    // trio #1235
    @Test
    void museum39_timeoutsNestedTooDeep_failThatTaskAloneAndLeaveNothing() throws Exception {
        loop.run(() -> {
            nest(100);
            assertEquals(List.of("bottom"), trail);
            assertThrows(StackOverflowError.class, () -> nest(Integer.MAX_VALUE));
            assertEquals(0, currentTask().cancelling());
            assertTrue(Probe.liveTimers(loop) < 10); // where the stack was full, a cancel may have failed too
            sleep(seconds(1));
        });
    }

    private void nest(int depth) throws TimeoutException {
        if (depth == 0) {
            yieldNow();
            trail.add("bottom");
        } else {
            timeout(Duration.ofHours(1), () -> nest(depth - 1));
        }
    }

    // anyio #716, #790
    @Test
    void museum40_innerAndOuterTimeoutExpireAtOnce_nothingIsLeftOver() {
        loop.run(() -> {
            long when = loop.time() + seconds(1).toNanos();
            assertThrows(
                    TimeoutException.class,
                    () -> Asyncio.timeoutAt(when, () -> Asyncio.timeoutAt(when, () -> sleep(seconds(5)))));
            assertEquals(0, currentTask().cancelling());
            sleep(seconds(1)); // and the next wait is left alone
        });
    }

    // kotlinx #498
    @Test
    void museum41_valueExactlyAtTheDeadline_isTheValueOrATimeout() throws Exception {
        loop.run(() -> {
            for (int i = 0; i < 500; i++) {
                Future<String> future = loop.createFuture();
                boolean before = i % 2 == 0;
                if (before) {
                    loop.callLater(seconds(1), () -> future.setResult("value"));
                }
                var task = createTask(() -> Asyncio.timeoutOrEmpty(seconds(1), future::await));
                if (!before) {
                    yieldNow();
                    loop.callLater(seconds(1), () -> {
                        if (!future.done()) {
                            future.setResult("value");
                        }
                    });
                }
                var result = task.await();
                // With a timeout, the future was cancelled or keeps its value; nobody has had it twice.
                assertTrue(result.isPresent()
                        || future.cancelled()
                        || future.result().equals("value"));
                assertEquals(0, task.cancelling());
            }
        });
    }

    // tokio #4314
    @Test
    void museum42_taskThatIsAlwaysReady_isTimedOutAllTheSame() {
        try (var real = EventLoop.create()) {
            Task<?> main = real.createTask(() -> {
                long began = real.time();
                assertThrows(
                        TimeoutException.class,
                        () -> timeout(millis(10), () -> {
                            while (real.time() - began < seconds(5).toNanos()) {
                                yieldNow();
                            }
                        }));
            });
            real.runUntilComplete(main);
        }
    }

    // asyncio gh-158004
    @Test
    void museum43_oneStepOfAsCompletedCancelled_allOthersStillCome() throws Exception {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            for (int i = 1; i <= 3; i++) {
                int number = i;
                tasks.add(createTask(() -> {
                    sleep(seconds(number));
                    return number;
                }));
            }
            var completed = Asyncio.asCompleted(tasks);
            Task<?> step = createTask(() -> completed.next());
            yieldNow();
            step.cancel();
            assertThrows(CancelledError.class, step::await);
            while (completed.hasNext()) {
                trail.add(completed.next().result());
            }
        });
        assertEquals(List.of(1, 2, 3), trail);
    }

    // kotlinx #675, helidon #12290
    @Test
    void museum44_cancelledWhileAnExceptionIsUnderWay_exceptionIsKept() {
        var failure = new IOException("first");
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                var stack = new ExitStack();
                try (stack) {
                    stack.push(() -> sleep(seconds(1))); // cancelled here
                    throw failure;
                }
            });
            yieldNow();
            task.cancel("meanwhile");
            var e = assertThrows(IOException.class, task::await);
            assertSame(failure, e);
            assertInstanceOf(CancelledError.class, e.getSuppressed()[0]);
            assertFalse(Thread.currentThread().isInterrupted());
        });
    }

    // asyncio gh-86802
    @Test
    void museum37_groupCancelledAroundAShield_endsAtOnce() {
        loop.run(() -> {
            long began = loop.time();
            Future<?>[] inner = new Future<?>[1];
            taskGroup(tasks -> {
                tasks.createTask(() -> {
                    inner[0] = createTask(() -> sleep(seconds(2)));
                    shield(inner[0]).await();
                });
                yieldNow();
                tasks.cancel();
            });
            assertEquals(began, loop.time());
            assertFalse(inner[0].done());
            inner[0].await();
        });
    }

    /** Time that passes only while the loop has nothing to do; counts how often that was. */
    private static final class CountingClock implements LoopClock {
        private long now;
        private int waits;

        @Override
        public long nanos() {
            return now;
        }

        @Override
        public boolean skip(long nanos) {
            waits++;
            now += nanos;
            return true;
        }
    }
}
