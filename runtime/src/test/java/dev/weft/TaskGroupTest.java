package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.yieldNow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** {@link TaskGroup}; {@link EagerTaskGroupTest} runs the same with tasks that start eagerly. */
class TaskGroupTest {
    final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();
    private final List<String> trail = new ArrayList<>();

    TaskGroupTest() {
        loop.setExceptionHandler((where, report) -> reports.add(report));
    }

    @AfterEach
    void closeLoop_nothingUnexpectedReported() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // Conformance 194: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_01
    @Test
    void group_severalTasks_endsWhenAllHave() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            taskGroup(tg -> {
                tasks.add(tg.createTask(() -> sleep(millis(100), 42)));
                tasks.add(tg.createTask(() -> sleep(millis(200), 11)));
            });
            assertEquals(42, tasks.get(0).result());
            assertEquals(11, tasks.get(1).result());
            assertEquals(millis(200).toNanos(), loop.time());
        });
    }

    // Conformance 195: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_02
    @Test
    void createTask_whileTheBodyWaits_joinsTheGroup() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            taskGroup(tg -> {
                tasks.add(tg.createTask(() -> sleep(millis(100), 42)));
                sleep(millis(150));
                tasks.add(tg.createTask(() -> sleep(millis(200), 11)));
            });
            assertEquals(42, tasks.get(0).result());
            assertEquals(11, tasks.get(1).result());
        });
    }

    // Conformance 196: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_03
    @Test
    void cancel_ofOneTask_isNoFailure() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            taskGroup(tg -> {
                tasks.add(tg.createTask(() -> sleep(seconds(1), 42)));
                sleep(millis(150));
                tasks.get(0).cancel();
                tasks.add(tg.createTask(() -> sleep(millis(200), 11)));
            });
            assertTrue(tasks.get(0).cancelled());
            assertEquals(11, tasks.get(1).result());
        });
    }

    // Conformance 197: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_04
    @Test
    void group_oneTaskFails_cancelsTheOthersAndThrowsTheGroup() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            Task<?> runner = createTask(() -> {
                taskGroup(tg -> {
                    tg.createTask(() -> failAfter(millis(100), new ArithmeticException("child")));
                    tasks.add(tg.createTask(() -> noteCancellation("sibling")));
                });
                trail.add("went on");
            });
            var group = assertThrows(ExceptionGroup.class, runner::await);
            assertEquals("task group failed", group.getMessage());
            assertEquals(List.of(ArithmeticException.class), types(group));
            assertEquals(List.of("sibling cancelled"), trail);
            assertTrue(tasks.get(0).cancelled());
            assertEquals(millis(100).toNanos(), loop.time());
        });
    }

    // Conformance 198: test_taskgroups.py::BaseTestTaskGroup::test_cancel_children_on_child_error
    @Test
    void group_oneTaskFails_interruptsTheBody() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> {
                taskGroup(tg -> {
                    for (int i = 0; i < 3; i++) {
                        tg.createTask(() -> failAfter(millis(100), new ArithmeticException()));
                    }
                    tg.createTask(() -> noteCancellation("sibling"));
                    noteCancellation("body");
                });
                trail.add("went on");
            });
            var group = assertThrows(ExceptionGroup.class, runner::await);
            // All three were due in one iteration: the first to be seen did not stop the others.
            assertEquals(
                    List.of(ArithmeticException.class, ArithmeticException.class, ArithmeticException.class),
                    types(group));
            assertEquals(List.of("sibling cancelled", "body cancelled"), trail);
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_cancellation
    @Test
    void cancel_ofTheParentWhileItWaitsForTasks_cancelsThemAndKeepsTheMessage() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                for (int i = 0; i < 5; i++) {
                    tg.createTask(() -> noteCancellation("child"));
                }
            }));
            sleep(millis(100));
            assertFalse(runner.done());
            runner.cancel("test");
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("test", error.getMessage());
            assertEquals(5, trail.size());
            assertTrue(runner.cancelled());
        });
    }

    // Conformance 199: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_07
    @Test
    void cancel_whileTheBodyWaits_isSeenByBodyAndTasks() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                for (int i = 0; i < 5; i++) {
                    tg.createTask(() -> noteCancellation("child"));
                }
                noteCancellation("body");
            }));
            sleep(millis(100));
            runner.cancel();
            assertThrows(CancelledError.class, runner::await);
            assertEquals("body cancelled", trail.get(0));
            assertEquals(6, trail.size());
        });
    }

    // Conformance 200: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_08
    @Test
    void cancel_childrenFailWhileBeingCancelled_throwsTheGroup() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                for (int i = 0; i < 5; i++) {
                    tg.createTask(() -> {
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(new ArithmeticException());
                        }
                    });
                }
                sleep(seconds(10));
            }));
            sleep(millis(100));
            runner.cancel();
            var group = assertThrows(ExceptionGroup.class, runner::await);
            assertEquals(5, group.exceptions().size());
            assertEquals(5, group.find(ArithmeticException.class).size());
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_cancellation_in_body
    @Test
    void cancel_inTheTickOfChildrensFailures_winsIfItIsFirst() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                for (int i = 0; i < 5; i++) {
                    tg.createTask(() -> failAfter(millis(200), new ArithmeticException()));
                }
                sleep(seconds(10));
            }));
            sleep(millis(100));
            runner.cancel("test");
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("test", error.getMessage());
        });
    }

    // Conformance 201: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_09
    @Test
    void group_bodyFails_cancelsTheTasksAndJoinsTheGroup() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            var failure = new IOException("body");
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tasks.add(tg.createTask(() -> sleep(seconds(1))));
                        tasks.add(tg.createTask(() -> sleep(seconds(2))));
                        sleep(millis(100));
                        throw failure;
                    }));
            assertEquals(List.of(failure), group.exceptions());
            assertTrue(tasks.get(0).cancelled());
            assertTrue(tasks.get(1).cancelled());
            assertEquals(millis(100).toNanos(), loop.time());
        });
    }

    // Conformance 202: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_10
    @Test
    void group_bodyFailsBeforeItsFirstSuspension_cancelsTheTasks() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tasks.add(tg.createTask(() -> sleep(seconds(1))));
                        tasks.add(tg.createTask(() -> sleep(seconds(2))));
                        throw new ArithmeticException();
                    }));
            assertEquals(List.of(ArithmeticException.class), types(group));
            assertTrue(tasks.get(0).cancelled());
            assertTrue(tasks.get(1).cancelled());
        });
    }

    // Conformance 203: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_11
    @Test
    void group_innerTasksFailWhileBeingCancelled_nestsTheGroups() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(outer -> taskGroup(inner -> {
                for (int i = 0; i < 5; i++) {
                    inner.createTask(() -> {
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(new ArithmeticException());
                        }
                    });
                }
                sleep(seconds(10));
            })));
            sleep(millis(100));
            runner.cancel();
            var group = assertThrows(ExceptionGroup.class, runner::await);
            assertEquals(List.of(ExceptionGroup.class), types(group));
            assertEquals(
                    5, ((ExceptionGroup) group.exceptions().get(0)).exceptions().size());
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_12
    @Test
    void cancel_ofNestedGroups_withoutFailures_isTheCancellation() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(outer -> {
                outer.createTask(() -> noteCancellation("outer's"));
                taskGroup(inner -> {
                    inner.createTask(() -> noteCancellation("inner's"));
                    sleep(seconds(10));
                });
            }));
            sleep(millis(100));
            runner.cancel("all");
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("all", error.getMessage());
            assertEquals(List.of("inner's cancelled", "outer's cancelled"), trail);
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_13
    @Test
    void group_outerTaskFails_endsTheInnerGroupAndIsNotNested() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(outer -> {
                        outer.createTask(() -> failAfter(millis(100), new IllegalStateException("outer")));
                        taskGroup(inner ->
                                inner.createTask(() -> failAfter(seconds(10), new IllegalStateException("inner"))));
                    }));
            assertEquals(List.of(IllegalStateException.class), types(group));
            assertEquals("outer", group.exceptions().get(0).getMessage());
        });
    }

    // Conformance 204: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_14
    @Test
    void group_innerTaskFails_failsTheOuterWithANestedGroup() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(outer -> {
                        outer.createTask(() -> failAfter(seconds(10), new IllegalStateException("outer")));
                        taskGroup(inner ->
                                inner.createTask(() -> failAfter(millis(100), new IllegalStateException("inner"))));
                    }));
            assertEquals(List.of(ExceptionGroup.class), types(group));
            assertEquals(List.of(IllegalStateException.class), types((ExceptionGroup)
                    group.exceptions().get(0)));
            assertEquals(millis(100).toNanos(), loop.time());
        });
    }

    // Conformance 205: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_15
    @Test
    void cancel_childFailsWhileTheBodyCleansUp_throwsTheGroup() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                tg.createTask(() -> {
                    try {
                        sleep(millis(300));
                    } catch (CancelledError e) {
                        trail.add("too early");
                    }
                    throw new ArithmeticException();
                });
                try {
                    sleep(seconds(10));
                } finally {
                    sleep(millis(500)); // the child fails meanwhile: the group has not heard of the cancellation yet
                }
            }));
            sleep(millis(100));
            runner.cancel();
            var group = assertThrows(ExceptionGroup.class, runner::await);
            assertEquals(List.of(ArithmeticException.class), types(group));
            assertEquals(List.of(), trail);
        });
    }

    // Conformance 206: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_17
    @Test
    void cancel_ofAnEmptyGroupsBody_isTheCancellation() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> noteCancellation("body")));
            sleep(millis(100));
            runner.cancel();
            assertThrows(CancelledError.class, runner::await);
            assertEquals(List.of("body cancelled"), trail);
            assertTrue(runner.cancelled());
        });
    }

    // Conformance 207: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_18
    // asyncio gh-95289: what replaced a cancellation was lost when the group ended
    @Test
    void cancel_bodyTurnsItIntoAnotherException_throwsTheGroupWithThat() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                try {
                    sleep(seconds(10));
                } catch (CancelledError e) {
                    throw new IOException("instead");
                }
            }));
            sleep(millis(100));
            runner.cancel();
            var group = assertThrows(ExceptionGroup.class, runner::await);
            assertEquals(List.of(IOException.class), types(group));
        });
    }

    // Conformance 208: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_19
    @Test
    void group_taskAndBodyFail_hasBothWithTheBodyLast() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> failAfter(millis(100), new ArithmeticException()));
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } finally {
                                sleep(seconds(1)); // fails long after the body
                                throwIt(new UnsupportedOperationException());
                            }
                        });
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(new IllegalStateException("body"));
                        }
                    }));
            assertEquals(
                    List.of(
                            ArithmeticException.class,
                            UnsupportedOperationException.class,
                            IllegalStateException.class),
                    types(group));
        });
    }

    // Conformance 209: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_20a
    @Test
    void group_bodyThrowsAnErrorBesideATasksException_isAnErrorGroup() {
        loop.run(() -> {
            var group = assertThrows(
                    ErrorGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> failAfter(millis(100), new ArithmeticException()));
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(new AssertionError("body"));
                        }
                    }));
            assertEquals("task group failed", group.getMessage());
            assertEquals(List.of(ArithmeticException.class, AssertionError.class), types(group));
        });
    }

    // Conformance 210: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_21a
    @Test
    void group_taskThrowsAnError_isAnErrorGroup() {
        loop.run(() -> {
            var group = assertThrows(
                    ErrorGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> {
                            sleep(millis(100));
                            throw new AssertionError("child");
                        });
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(new IllegalStateException("body"));
                        }
                    }));
            assertEquals(List.of(AssertionError.class, IllegalStateException.class), types(group));
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_20
    @Test
    void group_bodyThrowsAFatalError_throwsItBareAndReportsTheOthers() {
        loop.run(() -> {
            var fatal = new KeyboardInterrupt();
            var thrown = assertThrows(
                    KeyboardInterrupt.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> failAfter(millis(100), new ArithmeticException()));
                        try {
                            sleep(seconds(10));
                        } finally {
                            throwIt(fatal);
                        }
                    }));
            assertSame(fatal, thrown);
            assertEquals(1, reports.size());
            assertInstanceOf(ArithmeticException.class, reports.get(0).exception());
            reports.clear();
        });
    }

    // Conformance 211: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_23
    @Test
    void group_finishedTasks_areNotKept() {
        loop.run(() -> taskGroup(tg -> {
            for (int i = 0; i < 10; i++) {
                sleep(millis(100));
                tg.createTask(() -> sleep(millis(300)));
                if (i == 5) {
                    assertEquals("TaskGroup[4 tasks, entered]", tg.toString());
                }
            }
            sleep(millis(1350));
            assertEquals("TaskGroup[0 tasks, entered]", tg.toString());
        }));
    }

    // Conformance 212: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_24
    @Test
    void createTask_byATaskAfterTheBodyEnded_joinsTheGroup() {
        loop.run(() -> {
            taskGroup(tg -> tg.createTask(() -> {
                sleep(millis(100));
                tg.createTask(() -> sleep(millis(100)));
                tg.createTask(() -> {
                    sleep(millis(200));
                    trail.add("last");
                });
            }));
            assertEquals(List.of("last"), trail);
            assertEquals(millis(300).toNanos(), loop.time());
        });
    }

    // Conformance 213: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_25
    @Test
    void group_selfMultiplyingTasks_areAllStoppedByOneFailure() {
        loop.run(() -> {
            var heads = new AtomicInteger();
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> hydra(tg, heads));
                        tg.createTask(() -> {
                            while (heads.get() < 10) {
                                sleep(millis(15));
                            }
                            throw new ArithmeticException();
                        });
                    }));
            assertEquals(List.of(ArithmeticException.class), types(group));
            assertTrue(heads.get() >= 10);
            assertEquals(1, Asyncio.allTasks().size());
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_task_name, test_taskgroup_task_context
    @Test
    void createTask_nameAndContext_arePassedOn() {
        loop.run(() -> {
            ContextVar<Integer> variable = ContextVar.of("variable");
            taskGroup(tg -> {
                assertEquals("yolo", tg.createTask(() -> "x", "yolo").getName());
                assertEquals("void", tg.createTask(() -> {}, "void").getName());
                Context context = Context.copyCurrent();
                Task<?> task = tg.createTask(() -> variable.set(1), TaskOptions.DEFAULT.context(context));
                task.await();
                assertEquals(1, context.get(variable));
                Task<?> action = tg.createTask(
                        () -> {
                            variable.set(2);
                        },
                        TaskOptions.DEFAULT.context(context));
                action.await();
                assertEquals(2, context.get(variable));
            });
        });
    }

    // Conformance 214: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_no_create_task_after_failure
    // asyncio gh-94398: tasks could be added to a group that was shutting down
    @Test
    void createTask_afterAFailure_isRefused() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> failAfter(millis(1), new ArithmeticException()));
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(1));
                            } finally {
                                var error = assertThrows(
                                        IllegalStateException.class, () -> tg.createTask(() -> trail.add("started")));
                                trail.add(error.getMessage());
                            }
                        });
                    }));
            assertEquals(List.of(ArithmeticException.class), types(group));
            assertEquals(1, trail.size());
            assertTrue(trail.get(0).contains("shutting down"), trail.get(0));
        });
    }

    // Conformance 215: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_context_manager_exit_raises
    @Test
    void group_taskFailsAndAResourcesCloseToo_reportsBoth() {
        loop.run(() -> {
            Task<?> main = createTask(() -> {
                var group = assertThrows(
                        ExceptionGroup.class,
                        () -> taskGroup(tg -> {
                            try (AutoCloseable _ = () -> throwChecked(new IOException("close"))) {
                                tg.createTask(() -> failAfter(Duration.ZERO, new IOException("child")));
                                try {
                                    sleep(seconds(1));
                                } catch (CancelledError e) {
                                    trail.add(
                                            "cancelled"); // as Python: what close throws takes the cancellation's place
                                }
                            }
                        }));
                assertEquals(0, current().cancelling());
                assertEquals(List.of("child", "close"), messages(group));
            });
            main.await();
            assertEquals(List.of("cancelled"), trail);
        });
    }

    // Conformance 216: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_double_enter
    @Test
    void run_aSecondTime_throws() {
        loop.run(() -> {
            var group = new TaskGroup();
            group.run(tg -> {
                // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_already_entered
                var error = assertThrows(IllegalStateException.class, () -> tg.run(again -> trail.add("body called")));
                assertTrue(error.getMessage().contains("already entered"), error.getMessage());
            });
            var error = assertThrows(IllegalStateException.class, () -> group.run(again -> trail.add("body called")));
            assertTrue(error.getMessage().contains("already entered"), error.getMessage());
            assertEquals(List.of(), trail);
        });
    }

    // Conformance 217: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_finished
    @Test
    void createTask_inAFinishedGroup_isRefusedAndNeverRuns() {
        loop.run(() -> {
            var groups = new ArrayList<TaskGroup>();
            taskGroup(groups::add);
            var error = assertThrows(
                    IllegalStateException.class, () -> groups.get(0).createTask(() -> trail.add("started")));
            assertTrue(error.getMessage().contains("finished"), error.getMessage());
            yieldNow();
            assertEquals(List.of(), trail);
        });
    }

    // Conformance 218: test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_not_entered
    @Test
    void createTask_beforeEntry_isRefused() {
        loop.run(() -> {
            var error = assertThrows(
                    IllegalStateException.class, () -> new TaskGroup().createTask(() -> trail.add("started")));
            assertTrue(error.getMessage().contains("not entered"), error.getMessage());
            yieldNow();
            assertEquals(List.of(), trail);
        });
    }

    // test_taskgroups.py::BaseTestTaskGroup::test_taskgroup_without_parent_task
    @Test
    void group_outsideATask_throwsWithoutCallingTheBody() {
        assertThrows(IllegalStateException.class, () -> taskGroup(tg -> trail.add("called")));
        loop.callSoon(() -> {
            assertThrows(IllegalStateException.class, () -> taskGroup(tg -> trail.add("called")));
            trail.add("checked");
        });
        loop.runReady();
        assertEquals(List.of("checked"), trail);
    }

    // Conformance 219: test_taskgroups.py::BaseTestTaskGroup::test_cancelling_level_preserved
    @Test
    void group_taskFails_preservesTheCancellingCount() {
        loop.run(() -> {
            assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> tg.createTask(() -> failAfter(Duration.ZERO, new ArithmeticException()))));
            assertEquals(0, current().cancelling());
        });
    }

    // Conformance 220: test_taskgroups.py::BaseTestTaskGroup::test_nested_groups_both_cancelled
    // asyncio gh-116720: the inner group swallowed the outer one's cancellation
    @Test
    void group_innerAndOuterTaskFailInOneTick_eachReportsItsOwn() {
        loop.run(() -> {
            var outerGroup = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(outer -> {
                        var innerGroup = assertThrows(
                                ExceptionGroup.class,
                                () -> taskGroup(inner -> {
                                    inner.createTask(
                                            () -> failAfter(Duration.ZERO, new IllegalStateException("inner")));
                                    outer.createTask(() -> failAfter(Duration.ZERO, new IOException("outer")));
                                }));
                        assertEquals(List.of("inner"), messages(innerGroup));
                        assertEquals(1, current().cancelling());
                    }));
            assertEquals(List.of("outer"), messages(outerGroup));
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    // Conformance 221: test_taskgroups.py::BaseTestTaskGroup::test_error_and_cancel
    @Test
    void group_failureAndOutsideCancel_throwsTheGroupAndThenTheCancellation() {
        loop.run(() -> {
            Future<String> event = loop.createFuture();
            Task<?> inner = createTask(() -> {
                var group = assertThrows(
                        ExceptionGroup.class,
                        () -> taskGroup(tg -> {
                            tg.createTask(() -> {
                                event.setResult("now");
                                yieldNow();
                                throw new IllegalStateException("child");
                            });
                            sleep(seconds(1));
                            trail.add("body went on");
                        }));
                assertEquals(List.of("child"), messages(group));
                assertEquals(1, current().cancelling());
                sleep(seconds(1));
                trail.add("went on");
            });
            event.await();
            assertEquals(0, inner.cancelling());
            inner.cancel("outside");
            assertEquals(1, inner.cancelling());
            var error = assertThrows(CancelledError.class, inner::await);
            assertEquals("outside", error.getMessage());
            assertTrue(inner.cancelled());
            assertEquals(List.of(), trail);
            assertEquals(0, loop.time());
        });
    }

    // Conformance 222: test_taskgroups.py::BaseTestTaskGroup::test_cancels_task_if_created_during_creation
    @Test
    void createTask_ofATaskThatFailsAtOnce_cancelsTheCreatorLater() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> tg.createTask(() -> {
                        tg.createTask(() -> throwChecked(new IOException("third task failed")));
                        trail.add("created");
                        assertThrows(CancelledError.class, () -> {
                            yieldNow(); // eager tasks are cancelled here
                            yieldNow(); // others here
                        });
                        trail.add("cancelled");
                    })));
            assertEquals(List.of("created", "cancelled"), trail);
            assertEquals(List.of("third task failed"), messages(group));
        });
    }

    // Conformance 223: test_taskgroups.py::BaseTestTaskGroup::test_cancellation_does_not_leak_out_of_tg
    @Test
    void group_taskFailsAtOnce_noCancellationLeaksOut() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> tg.createTask(() -> throwChecked(new IOException("no")))));
            assertEquals(List.of("no"), messages(group));
            yieldNow();
        });
    }

    // asyncio gh-95704: an exception thrown after a cancellation was caught disappeared
    @Test
    void group_taskTurnsItsCancellationIntoAFailure_reportsIt() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } catch (CancelledError e) {
                                throw new IOException("instead");
                            }
                        });
                        yieldNow();
                        throw new IllegalStateException("body");
                    }));
            assertEquals(List.of("instead", "body"), messages(group));
        });
    }

    // asyncio gh-128550: a shortcut for tasks that were done already missed a cancellation
    @Test
    void cancel_inTheTickInWhichTheLastTaskEnds_cancels() {
        loop.run(() -> {
            Future<String> event = loop.createFuture();
            Task<?> runner = createTask(() -> taskGroup(tg -> tg.createTask(() -> event.await())));
            yieldNow();
            yieldNow();
            event.setResult("now"); // the task ends in the next iteration
            runner.cancel("outside");
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("outside", error.getMessage());
            assertTrue(runner.cancelled());
        });
    }

    @Test
    void cancel_repeatedlyWhileTasksCleanUp_isAbsorbedUntilTheyAreDone() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> tg.createTask(() -> {
                try {
                    sleep(seconds(10));
                } finally {
                    sleep(seconds(1));
                    trail.add("cleaned up");
                }
            })));
            yieldNow();
            yieldNow();
            for (int i = 0; i < 3; i++) {
                runner.cancel("number " + i);
                yieldNow();
            }
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("number 0", error.getMessage());
            assertEquals(List.of("cleaned up"), trail);
        });
    }

    @Test
    void group_bodySwallowsTheCancellation_stillThrowsTheFailures() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> failAfter(Duration.ZERO, new IOException("child")));
                        assertThrows(CancelledError.class, () -> sleep(seconds(10)));
                    }));
            assertEquals(List.of("child"), messages(group));
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    @Test
    void call_givesTheBodysValue() {
        loop.run(() -> {
            int value = TaskGroup.call(tg -> {
                Task<Integer> one = tg.createTask(() -> sleep(seconds(1), 1));
                Task<Integer> two = tg.createTask(() -> sleep(seconds(2), 2));
                return one.await() + two.await();
            });
            assertEquals(3, value);
        });
    }

    @Test
    void group_generatorExitAlone_isThrownBare() {
        loop.run(() -> {
            var exit = new GeneratorExit();
            assertSame(exit, assertThrows(GeneratorExit.class, () -> taskGroup(tg -> throwIt(exit))));
            var group = assertThrows(
                    ErrorGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } finally {
                                throwChecked(new IOException("child"));
                            }
                        });
                        yieldNow();
                        throwIt(exit);
                    }));
            assertEquals(2, group.exceptions().size());
        });
    }

    @Test
    void toString_tellsCountsAndState() {
        loop.run(() -> {
            var group = new TaskGroup();
            assertEquals("TaskGroup[0 tasks]", group.toString());
            assertThrows(
                    ExceptionGroup.class,
                    () -> group.run(tg -> {
                        Task<?> failing = tg.createTask(() -> throwChecked(new IOException("no")));
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } finally {
                                trail.add(tg.toString());
                            }
                        });
                        assertTrue(tg.toString().endsWith(" tasks, entered]"), tg.toString());
                        failing.getLoop();
                    }));
            assertEquals(List.of("TaskGroup[1 tasks, 1 errors, cancelling]"), trail);
        });
    }

    /** The JVM's name for a lambda has a number that differs from run to run and tells nobody anything. */
    @Test
    void toString_ofATaskInAGroup_namesTheGroupAsWhatWaitsForIt() {
        loop.run(() -> Asyncio.taskGroup(group -> {
            Task<?> task = group.createTask(() -> sleep(seconds(1)), "child");
            assertTrue(task.toString().contains("callbacks: TaskGroup lambda"), task.toString());
        }));
    }

    // ---- TaskGroup.cancel, after 3.15's test_taskgroups.py

    @Test
    void groupCancel_fromTheBody_endsWithoutCancellation() {
        loop.run(() -> {
            taskGroup(tg -> {
                tg.createTask(() -> noteCancellation("task"));
                yieldNow();
                tg.cancel();
                tg.cancel(); // idempotent
                noteCancellation("body");
                trail.add("body went on");
            });
            assertEquals(
                    List.of("task cancelled", "body cancelled"),
                    trail.stream().sorted().toList().reversed());
            assertEquals(0, current().cancelling());
            yieldNow();
            assertEquals(0, loop.time());
        });
    }

    @Test
    void groupCancel_fromATaskWhileTheGroupWaits_endsWithoutCancellation() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<?>>();
            taskGroup(tg -> {
                tasks.add(tg.createTask(() -> sleep(seconds(100))));
                tg.createTask(() -> {
                    sleep(seconds(1));
                    tg.cancel();
                });
            });
            assertTrue(tasks.get(0).cancelled());
            assertEquals(seconds(1).toNanos(), loop.time());
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    @Test
    void groupCancel_beforeEntry_cancelsOnEntry() {
        loop.run(() -> {
            var group = new TaskGroup();
            group.cancel();
            group.run(tg -> {
                trail.add("entered");
                assertThrows(IllegalStateException.class, () -> tg.createTask(() -> trail.add("started")));
                yieldNow();
                trail.add("went on");
            });
            assertEquals(List.of("entered"), trail);
            assertEquals(0, current().cancelling());
            group.cancel(); // after the end: without effect
            yieldNow();
        });
    }

    @Test
    void groupCancel_tasksFailWhileBeingCancelled_throwsTheGroup() {
        loop.run(() -> {
            var group = assertThrows(
                    ExceptionGroup.class,
                    () -> taskGroup(tg -> {
                        tg.createTask(() -> {
                            try {
                                sleep(seconds(10));
                            } finally {
                                throwChecked(new IOException("cleaning up"));
                            }
                        });
                        yieldNow();
                        tg.cancel();
                    }));
            assertEquals(List.of("cleaning up"), messages(group));
            assertEquals(0, current().cancelling());
            yieldNow();
        });
    }

    // asyncio gh-155433: a cancellation from outside was lost after group.cancel()
    @Test
    void groupCancel_thenACancelFromOutside_isACancellation() {
        loop.run(() -> {
            var groups = new ArrayList<TaskGroup>();
            Task<?> runner = createTask(() -> {
                taskGroup(tg -> {
                    groups.add(tg);
                    tg.createTask(() -> {
                        try {
                            sleep(seconds(100));
                        } finally {
                            sleep(seconds(1));
                        }
                    });
                });
                trail.add("went on");
            });
            yieldNow();
            yieldNow();
            groups.get(0).cancel();
            yieldNow();
            runner.cancel("outside");
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("outside", error.getMessage());
            assertEquals(List.of(), trail);
            assertEquals(seconds(1).toNanos(), loop.time());
        });
    }

    // asyncio gh-155418: an eager task that cancelled its group before it belonged to it was waited for for ever
    @Test
    void groupCancel_byATaskInItsEagerFirstStep_cancelsThatTaskToo() {
        loop.run(() -> {
            taskGroup(tg -> tg.createTask(
                    () -> {
                        tg.cancel();
                        sleep(seconds(1000));
                        trail.add("went on");
                    },
                    TaskOptions.DEFAULT.eagerStart(true)));
            assertEquals(List.of(), trail);
            assertEquals(0, loop.time());
        });
    }

    @Test
    void groupCancel_callsValue_isNull() {
        assertNull(loop.run(() -> TaskGroup.call(tg -> {
            tg.cancel();
            yieldNow();
            return "value";
        })));
    }

    @Test
    void group_lastTaskDone_resumesTheParentTwoIterationsLater() {
        loop.run(() -> {
            Future<String> event = loop.createFuture();
            var iterations = new Iterations(loop);
            Task<Integer> runner = createTask(() -> {
                taskGroup(tg -> tg.createTask(() -> event.await()));
                return iterations.soFar();
            });
            yieldNow();
            yieldNow();
            int before = iterations.soFar();
            event.setResult("now");
            // One for the task's resumption, one for its callback in the group, one for the parent's resumption.
            assertEquals(before + 3, runner.await());
            iterations.close();
        });
    }

    @Test
    void group_whileItWaits_isSeenOnItsTasks() {
        var tasks = new ArrayList<Task<?>>();
        Task<?> runner = loop.createTask(() -> taskGroup(tg -> tasks.add(tg.createTask(() -> sleep(seconds(1))))));
        loop.runReady();
        assertEquals(List.of(runner), tasks.get(0).waiters());
        loop.advance(seconds(2));
        assertTrue(runner.done());
        assertEquals(List.of(), tasks.get(0).waiters());
    }

    @Test
    void group_bodyInterruptedByItsCancellation_isCancelled() {
        loop.run(() -> {
            Task<?> runner = createTask(() -> taskGroup(tg -> {
                current().cancel("stop");
                throw new InterruptedException(); // as a blocking JDK call does, which the cancel interrupts
            }));
            var error = assertThrows(CancelledError.class, runner::await);
            assertEquals("stop", error.getMessage());
            assertInstanceOf(InterruptedException.class, error.getCause());
        });
    }

    private void hydra(TaskGroup group, AtomicInteger heads) {
        heads.incrementAndGet();
        sleep(millis(10));
        group.createTask(() -> hydra(group, heads));
        group.createTask(() -> hydra(group, heads));
    }

    private void noteCancellation(String who) {
        try {
            sleep(seconds(10));
        } catch (CancelledError e) {
            trail.add(who + " cancelled");
            throw e;
        }
        trail.add(who + " slept");
    }

    private static void failAfter(Duration delay, Exception failure) throws Exception {
        sleep(delay);
        throw failure;
    }

    private static void throwIt(RuntimeException failure) {
        throw failure;
    }

    private static void throwIt(Error failure) {
        throw failure;
    }

    private static void throwChecked(IOException failure) throws IOException {
        throw failure;
    }

    private static Task<?> current() {
        Task<?> task = Asyncio.currentTask();
        if (task == null) {
            throw new AssertionError("no task here");
        }
        return task;
    }

    private static List<? extends Class<?>> types(ThrowableGroup group) {
        return group.exceptions().stream().map(Object::getClass).toList();
    }

    private static List<@Nullable String> messages(ThrowableGroup group) {
        return group.exceptions().stream().map(Throwable::getMessage).toList();
    }
}
