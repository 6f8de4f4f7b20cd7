package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class EagerTaskTest {
    private static final TaskOptions EAGER = TaskOptions.DEFAULT.eagerStart(true);
    private static final TaskOptions LAZY = TaskOptions.DEFAULT.eagerStart(false);

    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    EagerTaskTest() {
        loop.setExceptionHandler((l, context) -> reports.add(context));
        loop.setTaskFactory(TaskFactory.EAGER);
    }

    @AfterEach
    void close() {
        loop.close();
        assertEquals(List.of(), reports);
    }

    // test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_eager_completion
    @Test
    void eagerTask_thatNeverSuspends_isDoneWhenCreateTaskReturns() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> "value");
            assertTrue(task.done());
            assertEquals("value", task.result());
            assertNull(task.getCoroutine());
            assertFalse(Asyncio.allTasks().contains(task));
            assertEquals("value", task.await());
        });
    }

    // test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_exceptions
    @Test
    void eagerTask_thatThrows_failsItsTaskAndNotItsCreator() {
        loop.run(() -> {
            var failure = new IOException();
            Task<Void> task = Asyncio.createTask(() -> {
                throw failure;
            });
            assertTrue(task.done());
            assertSame(failure, task.exception());
            Task<Void> cancelled = Asyncio.createTask(() -> {
                throw new CancelledError("itself");
            });
            assertTrue(cancelled.cancelled());
        });
    }

    @Test
    void eagerTask_doneCallbacks_goThroughTheLoop() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> "value");
            task.addDoneCallback(f -> trail.add(f.result()));
            assertEquals(List.of(), trail);
            Asyncio.yieldNow();
            assertEquals(List.of("value"), trail);
        });
    }

    // Conformance 224: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_block_after_eager_step
    @Test
    void eagerTask_thatSuspends_continuesAsAnOrdinaryTask() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            Task<String> task = Asyncio.createTask(() -> {
                trail.add("first step");
                String value = future.await();
                trail.add("second step");
                Asyncio.yieldNow();
                return value;
            });
            assertEquals(List.of("first step"), trail);
            assertFalse(task.done());
            assertTrue(Asyncio.allTasks().contains(task));
            assertNotNull(task.getCoroutine());
            future.setResult("there");
            assertEquals(List.of("first step"), trail);
            assertEquals("there", task.await());
            assertEquals(List.of("first step", "second step"), trail);
        });
    }

    // Conformance 225: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_await_future_during_eager_step
    @Test
    void eagerTask_awaitingADoneFuture_endsInItsFirstStep() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> {
                Future<String> future = Asyncio.createFuture();
                future.setResult("at once");
                return future.await();
            });
            assertTrue(task.done());
            assertEquals("at once", task.result());
        });
    }

    // Conformance 226: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_cancellation_after_eager_completion
    @Test
    void cancel_afterEagerCompletion_hasNoEffect() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> "done");
            assertFalse(task.cancel());
            assertEquals("done", task.await());
            assertFalse(task.cancelled());
        });
    }

    // Conformance 227: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_cancellation_after_eager_step_blocks
    @Test
    void cancel_afterAnEagerStep_cancelsWithItsMessage() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> Asyncio.sleep(Asyncio.seconds(10)));
            assertFalse(task.done());
            assertTrue(task.cancel("cancel message"));
            assertEquals(
                    "cancel message",
                    assertThrows(CancelledError.class, task::await).getMessage());
            assertTrue(task.cancelled());
        });
    }

    @Test
    void cancel_ofItselfDuringTheEagerStep_comesAtItsNextSuspension() {
        loop.run(() -> {
            Task<Void> suspends = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel("own");
                trail.add("goes on");
                Future<Void> future = Asyncio.createFuture();
                try {
                    future.await();
                } finally {
                    trail.add(future.cancelled());
                }
            });
            assertFalse(suspends.done());
            assertEquals(List.of("goes on"), trail);
            assertEquals(
                    "own", assertThrows(CancelledError.class, suspends::await).getMessage());
            assertEquals(List.of("goes on", true), trail);

            Task<String> returns = Asyncio.createTask(() -> {
                Asyncio.currentTask().cancel("at the end");
                return "dropped";
            });
            assertTrue(returns.done());
            assertTrue(returns.cancelled());
        });
    }

    @Test
    void cancel_ofTheCreatorByTheEagerStep_comesAtTheCreatorsNextSuspension() {
        loop.run(() -> {
            Task<Void> creator = loop.createTask(
                    () -> {
                        Task<?> self = Asyncio.currentTask();
                        Asyncio.createTask(() -> {
                            self.cancel("from below");
                        });
                        trail.add("creator goes on");
                        Asyncio.yieldNow();
                        trail.add("never");
                    },
                    LAZY);
            assertEquals(
                    "from below",
                    assertThrows(CancelledError.class, creator::await).getMessage());
        });
        assertEquals(List.of("creator goes on"), trail);
    }

    // Conformance 228: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_current_task
    @Test
    void currentTask_duringTheEagerStep_isTheEagerTaskAndIsRestored() {
        loop.run(() -> {
            Task<?> main = Asyncio.currentTask();
            Task<Task<?>> task = Asyncio.createTask(() -> {
                Task<?> before = Asyncio.currentTask();
                assertTrue(Asyncio.allTasks().contains(before), "eager tasks count too");
                Asyncio.yieldNow();
                assertSame(before, Asyncio.currentTask());
                return before;
            });
            assertSame(main, Asyncio.currentTask());
            assertSame(task, task.await());
            assertSame(main, Asyncio.currentTask());
        });
    }

    @Test
    void eagerTask_startedInACallback_runsInsideItAndGivesTheTurnBack() {
        loop.run(() -> {
            loop.callSoon(() -> {
                trail.add("callback " + Asyncio.currentTask());
                Task<?> task = Asyncio.createTask(() -> {
                    trail.add("step");
                    Asyncio.yieldNow();
                    trail.add("second step");
                });
                trail.add("callback again " + Asyncio.currentTask() + " " + task.done());
            });
            loop.callSoon(() -> trail.add("next callback"));
            Asyncio.yieldNow();
            Asyncio.yieldNow();
        });
        assertEquals(
                List.of("callback null", "step", "callback again null false", "next callback", "second step"), trail);
    }

    // Conformance 229: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_context_vars
    @Test
    void contextVariable_setInAnEagerStep_doesNotLeak() {
        ContextVar<Integer> variable = ContextVar.withDefault("variable", 0);
        loop.run(() -> {
            variable.set(1);
            Task<Integer> task = Asyncio.createTask(() -> {
                trail.add(variable.get());
                variable.set(2);
                Asyncio.yieldNow();
                trail.add(variable.get());
                variable.set(3);
                return variable.get();
            });
            assertEquals(1, variable.get());
            variable.set(4);
            assertEquals(3, task.await());
            assertEquals(4, variable.get());
        });
        assertEquals(List.of(1, 2), trail);
    }

    @Test
    void contextVariable_eagerTaskInAGivenContext_isSetThere() {
        ContextVar<Integer> variable = ContextVar.withDefault("variable", 0);
        var context = new Context();
        loop.run(() -> {
            variable.set(1);
            Asyncio.createTask(
                    () -> {
                        trail.add(variable.get());
                        variable.set(2);
                    },
                    TaskOptions.DEFAULT.context(context));
            assertEquals(1, variable.get());
        });
        assertEquals(List.of(0), trail);
        assertEquals(2, context.get(variable));
    }

    // Conformance 230: test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_eager_start_false
    @Test
    void eagerStartFalse_overridesTheEagerFactory() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(
                    () -> {
                        trail.add("body");
                    },
                    LAZY);
            assertEquals(List.of(), trail);
            task.await();
            assertEquals(List.of("body"), trail);
        });
    }

    // Conformance 231:
    // test_eager_task_factory.py::DefaultTaskFactoryEagerStart::test_eager_start_true_with_default_factory
    @Test
    void eagerStartTrue_worksWithTheDefaultFactory() {
        loop.setTaskFactory(null);
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> "now", EAGER);
            assertTrue(task.done());
            assertEquals("now", task.result());
            Task<String> lazy = Asyncio.createTask(() -> "later");
            assertFalse(lazy.done());
            assertEquals("later", lazy.await());
        });
    }

    @Test
    void eagerStart_loopNotRunning_isAnOrdinaryStart() {
        Task<String> task = loop.createTask(
                () -> {
                    trail.add("body");
                    return "value";
                },
                EAGER);
        assertFalse(task.done());
        assertEquals(List.of(), trail);
        assertEquals("value", loop.runUntilComplete(task));
    }

    /** Counts what it is asked for, and makes tasks as the loop does. */
    private final class Delegate implements TaskFactory {
        @Override
        public <T> Task<T> create(EventLoop l, Coroutine<T> coroutine, TaskOptions options) {
            trail.add(options.name() + " eager=" + options.eagerStart());
            return l.newTask(coroutine, options);
        }
    }

    // test_eager_task_factory.py::AsyncTaskCounter (create_eager_task_factory with a custom constructor)
    @Test
    void eagerFactoryOfADelegate_letsItMakeTheTasks() {
        loop.setTaskFactory(TaskFactory.eager(new Delegate()));
        loop.run(() -> {
            assertTrue(Asyncio.createTask(() -> {}, "one").done());
            assertFalse(Asyncio.createTask(() -> {}, LAZY.name("two")).done());
            assertEquals(List.of("null eager=true", "one eager=true", "two eager=false"), trail);
            Asyncio.yieldNow();
        });
        assertThrows(NullPointerException.class, () -> TaskFactory.eager(null));
    }

    // test_eager_task_factory.py::EagerTaskFactoryLoopTests::test_recursive_await
    @Test
    void eagerTasks_nestedThousandsDeep_eachGiveTheTurnBackToTheirCreator() {
        loop.run(() -> {
            Future<Void> gate = Asyncio.createFuture();
            Task<Integer> outermost = nest(3_000, gate);
            assertFalse(outermost.done());
            assertEquals(3_001, trail.size());
            gate.setResult(null);
            assertEquals(3_000, outermost.await());
        });
    }

    private Task<Integer> nest(int depth, Future<Void> gate) {
        return Asyncio.createTask(() -> {
            trail.add(depth);
            if (depth == 0) {
                gate.await();
                return 0;
            }
            return nest(depth - 1, gate).await() + 1;
        });
    }

    @Test
    void eagerTask_takingAStepOfAGenerator_givesTheTurnBackWhenThatSuspends() {
        loop.run(() -> {
            Future<Integer> second = Asyncio.createFuture();
            var numbers = Asyncio.<Integer>generator(emitter -> {
                emitter.emit(1);
                emitter.emit(second.await());
            });
            Task<Integer> sum = Asyncio.createTask(() -> {
                int total = 0;
                for (int number : numbers) {
                    trail.add(number);
                    total += number;
                }
                return total;
            });
            trail.add("creator goes on");
            second.setResult(2);
            assertEquals(3, sum.await());
        });
        assertEquals(List.of(1, "creator goes on", 2), trail);
    }
}
