package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.supervisorGroup;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link TaskGroup#start} and {@link Asyncio#supervisorGroup}. */
final class TaskGroupStartTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();
    private final List<String> trail = new ArrayList<>();

    TaskGroupStartTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop_nothingUnexpectedReported() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    @Test
    void start_taskReports_returnsWhileTheTaskGoesOn() {
        loop.run(() -> {
            taskGroup(tg -> {
                int port = tg.start(status -> {
                    sleep(seconds(1));
                    status.started(8080);
                    sleep(seconds(5));
                    trail.add("served");
                });
                assertEquals(8080, port);
                assertEquals(seconds(1).toNanos(), loop.time());
            });
            assertEquals(List.of("served"), trail);
            assertEquals(seconds(6).toNanos(), loop.time());
        });
    }

    @Test
    void start_taskFailsBefore_throwsToTheCallerNotTheGroup() {
        loop.run(() -> {
            var failure = new IOException("address in use");
            taskGroup(tg -> {
                assertSame(
                        failure,
                        assertThrows(
                                IOException.class,
                                () -> tg.start(status -> {
                                    sleep(seconds(1));
                                    throw failure;
                                })));
                yieldNow();
                trail.add("group goes on");
                tg.createTask(() -> trail.add("and takes tasks"));
            });
            assertEquals(List.of("group goes on", "and takes tasks"), trail);
        });
    }

    @Test
    void start_taskFailsAfterwards_isAFailureOfTheGroup() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.<String>start(status -> {
                            status.started("ready");
                            throw new IOException("later");
                        });
                        sleep(seconds(100));
                    }));
            assertEquals("later", group.exceptions().get(0).getMessage());
            assertEquals(0, loop.time());
        });
    }

    @Test
    void start_taskEndsWithoutReporting_throws() {
        loop.run(() -> taskGroup(tg -> {
            var error = assertThrows(IllegalStateException.class, () -> tg.<String>start(status -> yieldNow()));
            assertTrue(error.getMessage().contains("before it called started"), error.getMessage());
            yieldNow();
        }));
    }

    @Test
    void start_taskIsCancelledByAnotherBeforeItReports_throws() {
        loop.run(() -> taskGroup(tg -> {
            var error = assertThrows(
                    IllegalStateException.class,
                    () -> tg.<String>start(status -> {
                        Task<?> self = Asyncio.currentTask();
                        loop.callSoon(() -> {
                            if (self != null) {
                                self.cancel();
                            }
                        });
                        sleep(seconds(1));
                    }));
            assertInstanceOf(CancelledError.class, error.getCause());
            yieldNow();
        }));
    }

    @Test
    void start_reportingTwice_throwsInTheTask() {
        loop.run(() -> taskGroup(tg -> {
            assertEquals("ready", tg.<String>start(status -> {
                status.started("ready");
                assertThrows(IllegalStateException.class, () -> status.started("again"));
                trail.add("checked");
            }));
            yieldNow();
            assertEquals(List.of("checked"), trail);
        }));
    }

    @Test
    void cancel_ofTheCaller_cancelsTheTaskAndWaitsForIt() {
        loop.run(() -> {
            taskGroup(tg -> {
                Task<?> caller = tg.createTask(() -> {
                    tg.<String>start(status -> {
                        try {
                            sleep(seconds(100));
                        } finally {
                            assertThrows(CancelledError.class, () -> sleep(seconds(100))); // the second one
                            sleep(seconds(1));
                            status.started("too late");
                            trail.add("cleaned up");
                        }
                    });
                    trail.add("went on");
                });
                sleep(seconds(1));
                caller.cancel("stop");
                sleep(seconds(1));
                caller.cancel("stop at once");
                var error = assertThrows(CancelledError.class, caller::await);
                assertEquals("stop", error.getMessage());
                yieldNow();
                trail.add("group goes on");
            });
            assertEquals(List.of("cleaned up", "group goes on"), trail);
        });
    }

    @Test
    void cancel_ofTheCallerAndTheTaskFailsThen_throwsThatToTheCaller() {
        loop.run(() -> taskGroup(tg -> {
            var failure = new IOException("cleaning up");
            Task<?> caller = createTask(() -> tg.<String>start(status -> {
                try {
                    sleep(seconds(100));
                } finally {
                    throwIt(failure);
                }
            }));
            sleep(seconds(1));
            caller.cancel();
            assertSame(failure, assertThrows(IOException.class, caller::await));
            assertInstanceOf(CancelledError.class, failure.getSuppressed()[0]);
            yieldNow();
            trail.add("group goes on");
        }));
        assertEquals(List.of("group goes on"), trail);
    }

    @Test
    void cancel_ofTheCallerAfterTheReport_leavesTheTaskToTheGroup() {
        loop.run(() -> {
            taskGroup(tg -> {
                Future<String> go = loop.createFuture();
                Task<?> caller = createTask(() -> tg.<String>start(status -> {
                    go.await();
                    status.started("ready");
                    sleep(seconds(1));
                    trail.add("served");
                }));
                yieldNow();
                yieldNow();
                go.setResult("go");
                yieldNow(); // the task has reported, the caller has not been resumed
                caller.cancel();
                assertThrows(CancelledError.class, caller::await);
            });
            assertEquals(List.of("served"), trail);
        });
    }

    @Test
    void start_groupFailsMeanwhile_endsTheTask() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> {
                            sleep(seconds(1));
                            throw new IOException("sibling");
                        });
                        tg.<String>start(status -> {
                            try {
                                sleep(seconds(100));
                            } finally {
                                trail.add("ended");
                            }
                        });
                    }));
            assertEquals(
                    List.of("sibling"),
                    group.exceptions().stream().map(Throwable::getMessage).toList());
            assertEquals(List.of("ended"), trail);
            assertEquals(seconds(1).toNanos(), loop.time());
        });
    }

    @Test
    void start_inAFinishedGroup_isRefused() {
        loop.run(() -> {
            var groups = new ArrayList<TaskGroup>();
            taskGroup(groups::add);
            assertThrows(
                    IllegalStateException.class, () -> groups.get(0).<String>start(status -> trail.add("started")));
            yieldNow();
            assertEquals(List.of(), trail);
        });
    }

    @Test
    void supervisorGroup_tasksFail_leavesTheOthersAndThrowsAllAtTheEnd() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> supervisorGroup(tg -> {
                        tg.createTask(() -> {
                            throw new IOException("first");
                        });
                        tg.createTask(() -> {
                            sleep(seconds(2));
                            throw new IOException("second");
                        });
                        tg.createTask(() -> {
                            sleep(seconds(3));
                            trail.add("sibling ended");
                        });
                        sleep(seconds(1));
                        trail.add("body went on");
                        tg.createTask(() -> trail.add("later task"));
                    }));
            assertEquals(
                    List.of("first", "second"),
                    group.exceptions().stream().map(Throwable::getMessage).toList());
            assertEquals(List.of("body went on", "later task", "sibling ended"), trail);
        });
    }

    @Test
    void supervisorGroup_bodyFails_cancelsTheTasks() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> supervisorGroup(tg -> {
                        tasks.add(tg.createTask(() -> sleep(seconds(100))));
                        throw new IOException("body");
                    }));
            assertEquals(1, group.exceptions().size());
            assertTrue(tasks.get(0).cancelled());
        });
    }

    @Test
    void supervisorGroup_parentCancelled_cancelsTheTasks() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            Task<?> parent =
                    createTask(() -> supervisorGroup(tg -> tasks.add(tg.createTask(() -> sleep(seconds(100))))));
            yieldNow();
            yieldNow();
            assertFalse(parent.done());
            parent.cancel();
            assertThrows(CancelledError.class, parent::await);
            assertTrue(tasks.get(0).cancelled());
        });
    }

    private static void throwIt(IOException failure) throws IOException {
        throw failure;
    }
}
