package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.shielded;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.timeout;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link Asyncio#shielded}. */
final class ShieldedTest {
    private final TestLoop loop = new TestLoop();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    @Test
    void shielded_cancelMeanwhile_comesAtTheFirstSuspendingCallAfterwards() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                String value = shielded(() -> {
                    sleep(seconds(1));
                    trail.add("slept once");
                    return sleep(seconds(1), "slept twice");
                });
                trail.add(value);
                sleep(seconds(1));
                trail.add("went on");
            });
            yieldNow();
            assertTrue(task.cancel("later"));
            assertEquals(1, task.cancelling());
            var error = assertThrows(CancelledError.class, task::await);
            assertEquals("later", error.getMessage());
            assertEquals(List.of("slept once", "slept twice"), trail);
            assertEquals(seconds(2).toNanos(), loop.time());
        });
    }

    @Test
    void shielded_nothingSuspendsAfterwards_theTaskEndsCancelled() {
        loop.run(() -> {
            Task<?> task = createTask(() -> shielded(() -> sleep(seconds(1))));
            yieldNow();
            task.cancel();
            Asyncio.wait(List.of(task));
            assertTrue(task.cancelled());
        });
    }

    @Test
    void shielded_notCancelled_changesNothing() throws Exception {
        loop.run(() -> {
            assertEquals("value", shielded(() -> sleep(seconds(1), "value")));
            assertThrows(IOException.class, () -> shielded(() -> throwIt(new IOException("no"))));
            yieldNow();
        });
    }

    @Test
    void shielded_cancelPendingBefore_waitsToo() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                current().cancel("pending");
                shielded(() -> {
                    yieldNow();
                    trail.add("not disturbed");
                });
                yieldNow();
                trail.add("went on");
            });
            var error = assertThrows(CancelledError.class, task::await);
            assertEquals("pending", error.getMessage());
            assertEquals(List.of("not disturbed"), trail);
        });
    }

    @Test
    void shielded_inFinally_cleansUpUndisturbed() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                try {
                    sleep(seconds(100));
                } finally {
                    shielded(() -> {
                        sleep(seconds(1));
                        trail.add("cleaned up");
                    });
                }
            });
            yieldNow();
            task.cancel();
            yieldNow();
            task.cancel(); // impatient
            Asyncio.wait(List.of(task));
            assertTrue(task.cancelled());
            assertEquals(List.of("cleaned up"), trail);
        });
    }

    @Test
    void shielded_timeoutInside_works() {
        loop.run(() -> {
            Task<?> task = createTask(() -> shielded(() -> {
                try {
                    timeout(seconds(1), () -> sleep(seconds(100)));
                } catch (TimeoutException e) {
                    trail.add("timed out");
                }
            }));
            yieldNow();
            task.cancel("from outside");
            Asyncio.wait(List.of(task));
            assertEquals(List.of("timed out"), trail);
            assertEquals(seconds(1).toNanos(), loop.time());
            assertTrue(task.cancelled());
        });
    }

    @Test
    void shielded_timeoutAround_firesAfterwards() {
        loop.run(() -> {
            assertThrows(
                    TimeoutException.class,
                    () -> timeout(seconds(1), () -> {
                        shielded(() -> {
                            sleep(seconds(5));
                            trail.add("whole body");
                        });
                        yieldNow();
                        trail.add("went on");
                    }));
            assertEquals(List.of("whole body"), trail);
            assertEquals(seconds(5).toNanos(), loop.time());
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    @Test
    void shielded_groupInside_isCancelledByItsOwnFailures() {
        loop.run(() -> {
            Task<?> task = createTask(() -> shielded(() -> {
                try {
                    taskGroup(tg -> {
                        tg.createTask(() -> {
                            sleep(seconds(1));
                            throw new IOException("child");
                        });
                        sleep(seconds(100));
                    });
                } catch (ExceptionGroup e) {
                    trail.add(e.exceptions().get(0).getMessage());
                }
                yieldNow();
                trail.add("still shielded");
            }));
            yieldNow();
            task.cancel();
            Asyncio.wait(List.of(task));
            assertEquals(List.of("child", "still shielded"), trail);
            assertEquals(seconds(1).toNanos(), loop.time());
            assertTrue(task.cancelled());
        });
    }

    @Test
    void shielded_nested_holdsUntilTheOuterEnds() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                shielded(() -> {
                    shielded(() -> sleep(seconds(1)));
                    yieldNow();
                    trail.add("in the outer one");
                });
                yieldNow();
                trail.add("went on");
            });
            yieldNow();
            task.cancel();
            Asyncio.wait(List.of(task));
            assertTrue(task.cancelled());
            assertEquals(List.of("in the outer one"), trail);
        });
    }

    @Test
    void shielded_timeoutBetweenTwoSections_waitsForTheInnerOnly() {
        loop.run(() -> {
            Task<?> task = createTask(() -> shielded(() -> {
                try {
                    timeout(seconds(1), () -> {
                        shielded(() -> sleep(seconds(2)));
                        trail.add("inner over");
                        sleep(seconds(100));
                    });
                } catch (TimeoutException e) {
                    trail.add("timed out");
                }
                yieldNow();
                trail.add("outer goes on");
            }));
            yieldNow();
            task.cancel();
            Asyncio.wait(List.of(task));
            assertEquals(List.of("inner over", "timed out", "outer goes on"), trail);
            assertEquals(seconds(2).toNanos(), loop.time());
            assertTrue(task.cancelled());
        });
    }

    @Test
    void uncancel_ofWhatIsHeldBack_withdrawsIt() {
        loop.run(() -> {
            Task<?> task = createTask(() -> {
                shielded(() -> {
                    sleep(seconds(1));
                    assertEquals(0, current().uncancel());
                });
                yieldNow();
                trail.add("went on");
            });
            yieldNow();
            task.cancel();
            task.await();
            assertEquals(List.of("went on"), trail);
        });
    }

    @Test
    void cancel_ofAwaiter_stopsAtTheShieldedSectionOfTheAwaited() {
        loop.run(() -> {
            Task<?> inner = createTask(() -> {
                shielded(() -> sleep(seconds(1)));
                yieldNow();
                trail.add("went on");
            });
            Task<?> outer = createTask(() -> inner.await());
            yieldNow();
            outer.cancel("down");
            assertFalse(inner.isDone());
            assertEquals(
                    "down", assertThrows(CancelledError.class, outer::await).getMessage());
            assertTrue(inner.cancelled());
            assertEquals(List.of(), trail);
            assertEquals(seconds(1).toNanos(), loop.time());
        });
    }

    @Test
    void shielded_outsideATask_throws() {
        assertThrows(IllegalStateException.class, () -> shielded(() -> trail.add("called")));
        assertEquals(List.of(), trail);
    }

    private static Task<?> current() {
        Task<?> task = Asyncio.currentTask();
        if (task == null) {
            throw new AssertionError("no task here");
        }
        return task;
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}
