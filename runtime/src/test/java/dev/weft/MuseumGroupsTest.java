package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.currentTask;
import static dev.weft.Asyncio.gather;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.shield;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.waitFor;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Bugs that other runtimes had in task groups, gather, shield, and in how long tasks live. */
final class MuseumGroupsTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<String> reports = new ArrayList<>();

    MuseumGroupsTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report.message()));
    }

    @AfterEach
    void closeLoop() {
        Leftovers.cancelAndClose(loop);
    }

    // asyncio gh-94398
    @Test
    void museum45_taskCreatedInAGroupThatShutsDown_isRefused() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tasks -> {
                        tasks.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } finally {
                                assertThrows(
                                        IllegalStateException.class,
                                        () -> tasks.createTask(() -> {
                                            trail.add("ran");
                                        }));
                                trail.add("refused");
                            }
                        });
                        tasks.createTask(() -> {
                            throw new IOException("first");
                        });
                    }));
            assertEquals(1, group.exceptions().size());
        });
        assertEquals(List.of("refused"), trail);
    }

    // asyncio gh-95289
    @Test
    void museum46_bodyTurnsItsCancellationIntoAFailure_isInTheGroup() {
        var failure = new IOException("instead");
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tasks -> {
                        tasks.createTask(() -> {
                            throw new IOException("child");
                        });
                        try {
                            sleep(seconds(10));
                        } catch (CancelledError e) {
                            throw failure;
                        }
                    }));
            assertEquals(2, group.exceptions().size());
            assertTrue(group.exceptions().contains(failure));
        });
    }

    // asyncio gh-116720
    @Test
    void museum47_innerAndOuterGroupFailInOneTick_bothAreTold() {
        loop.run(() -> {
            var outer = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tasks -> {
                        tasks.createTask(() -> {
                            yieldNow();
                            throw new IOException("outer");
                        });
                        try {
                            taskGroup(inner -> inner.createTask(() -> {
                                yieldNow();
                                throw new IOException("inner");
                            }));
                        } catch (ExceptionGroup e) {
                            trail.add(e.exceptions().getFirst().getMessage());
                        }
                        sleep(seconds(10)); // the outer cancellation comes here
                        trail.add("went on");
                    }));
            assertEquals("outer", outer.exceptions().getFirst().getMessage());
            assertEquals(0, currentTask().cancelling());
        });
        assertEquals(List.of("inner"), trail);
    }

    // asyncio gh-128550
    @Test
    void museum48_lastChildEndsInTheTickOfTheOuterCancel_isCancelled() {
        loop.run(() -> {
            for (boolean cancelFirst : new boolean[] {true, false}) {
                Future<Void> end = loop.createFuture();
                Task<?> outer = createTask(() -> {
                    taskGroup(tasks -> tasks.createTask(() -> {
                        end.await();
                    }));
                    trail.add("went on");
                });
                yieldNow();
                yieldNow();
                if (cancelFirst) {
                    outer.cancel();
                } else {
                    end.setResult(null);
                    yieldNow(); // the child has ended; the parent does not know yet
                    outer.cancel();
                }
                assertThrows(CancelledError.class, outer::await);
            }
        });
        assertEquals(List.of(), trail);
    }

    // asyncio gh-155433
    @Test
    void museum49_groupCancelledAndThenItsTask_taskIsCancelled() {
        loop.run(() -> {
            Task<?> outer = createTask(() -> {
                taskGroup(tasks -> {
                    tasks.createTask(() -> sleep(seconds(10)));
                    yieldNow();
                    tasks.cancel();
                    currentTask().cancel("from outside");
                });
                trail.add("went on");
            });
            var e = assertThrows(CancelledError.class, outer::await);
            assertEquals("from outside", e.getMessage());
        });
        assertEquals(List.of(), trail);
    }

    // asyncio gh-155418
    @Test
    void museum49_eagerChildCancelsItsGroup_endsIt() {
        loop.setTaskFactory(TaskFactory.EAGER);
        loop.run(() -> {
            taskGroup(tasks -> tasks.createTask(() -> {
                tasks.cancel();
                sleep(seconds(10));
                trail.add("went on");
            }));
            assertEquals(0, loop.time());
        });
        assertEquals(List.of(), trail);
    }

    // asyncio bpo-26923
    @Test
    void museum50_cancelInTheTickOfTheLastCompletion_keepsTheResult() {
        loop.run(() -> {
            Future<Integer> one = loop.createFuture();
            Future<List<Integer>> all = gather(one);
            one.setResult(1); // the gather does not know yet
            assertEquals(false, all.cancel());
            assertEquals(List.of(1), all.await());
        });
    }

    // asyncio gh-86802, gh-155143, gh-156321
    @Test
    void museum51_shieldsGivenUp_leaveNothingAndTellOfAFailureOnce() {
        loop.run(() -> {
            Future<Integer> never = loop.createFuture();
            for (int i = 0; i < 10_000; i++) {
                assertThrows(
                        TimeoutException.class,
                        () -> waitFor(() -> shield(never).await(), millis(1)));
            }
            assertTrue(never.callbackCount() <= 1, never.callbackCount() + " callbacks");
            never.setException(new IOException("later"));
            yieldNow();
            yieldNow();
            assertEquals(List.of("shielded future failed: java.io.IOException: later"), reports);
        });
    }

    // asyncio bpo-36613, gh-152569
    @Test
    void museum52_waitOverAndOver_leavesNoCallbacks() {
        loop.run(() -> {
            Future<Integer> never = loop.createFuture();
            for (int i = 0; i < 10_000; i++) {
                Task<?> soon = createTask(() -> yieldNow());
                Asyncio.wait(List.of(never, soon), ReturnWhen.FIRST_COMPLETED);
                assertEquals(0, never.callbackCount());
            }
        });
    }

    // asyncio gh-93297, gh-90467, gh-88831
    @Test
    void museum53_taskNobodyHolds_isNotCollected() throws Exception {
        endUnreferencedTasks();
        try (var child = ChildJvm.start(List.of("-Djdk.trackAllThreads=false"), Map.of(), MuseumGroupsTest.class, "")) {
            String output = child.await().output();
            assertTrue(output.contains("10 ended"), output);
        }
    }

    static void main(String[] arguments) {
        System.out.println(endUnreferencedTasks() + " ended");
    }

    private static int endUnreferencedTasks() {
        int[] ended = {0};
        try (var real = EventLoop.create()) {
            var gates = new ArrayList<WeakReference<Future<Integer>>>();
            for (int i = 0; i < 10; i++) {
                real.createTask(() -> {
                    Future<Integer> gate = real.createFuture(); // held by its task alone
                    gates.add(new WeakReference<>(gate));
                    gate.await();
                    ended[0]++;
                });
            }
            Probe.runOne(real);
            for (int i = 0; i < 5; i++) {
                System.gc();
            }
            for (var gate : gates) {
                Future<Integer> future = gate.get();
                if (future != null) {
                    future.setResult(1);
                }
            }
            Probe.runOne(real);
            Probe.runOne(real);
        }
        assertEquals(10, ended[0]);
        return ended[0];
    }

    // tokio #4624
    @Test
    void museum54_gatherOfABusyAndAReadyBranch_bothGetOn() {
        loop.run(() -> {
            boolean[] stop = {false};
            gather(
                            createTask(() -> {
                                while (!stop[0]) {
                                    yieldNow();
                                }
                            }),
                            createTask(() -> {
                                yieldNow();
                                stop[0] = true;
                            }))
                    .await();
        });
    }

    // asyncio gh-128479, gh-124858
    @Test
    void museum55_staggeredRaceCancelledMidway_leavesNoTasks() {
        loop.run(() -> {
            Coroutine<String> dead = () -> {
                try {
                    sleep(seconds(100));
                } finally {
                    trail.add("ended");
                }
                return "never";
            };
            Task<?> racing = createTask(() -> Asyncio.race(seconds(1), List.of(dead, dead, dead)));
            sleep(seconds(1).plus(millis(500)));
            racing.cancel();
            var e = assertThrows(CancelledError.class, racing::await);
            assertInstanceOf(CancelledError.class, e);
            assertEquals(Set.of(currentTask()), Asyncio.allTasks());
        });
        assertEquals(List.of("ended", "ended"), trail);
    }
}
