package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class TaskTest {
    private final TestLoop loop = new TestLoop();
    private final List<Object> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();

    TaskTest() {
        loop.setExceptionHandler((l, context) -> reports.add(context));
    }

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- outcome

    // Conformance 80: test_tasks.py::BaseTaskTests::test_task_basics
    @Test
    void createTask_runsItsBodyAndGivesItsValue() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> {
                trail.add("body");
                return "value";
            });
            assertFalse(task.done(), "the body must not run before createTask returns");
            assertEquals(List.of(), trail);
            assertEquals("value", task.await());
            assertTrue(task.done());
            assertFalse(task.cancelled());
            assertEquals("value", task.result());
            assertNull(task.exception());
            assertSame(loop, task.getLoop());
        });
    }

    // Conformance 81: test_tasks.py::BaseTaskTests::test_bare_create_task
    @Test
    void createTask_withoutARunningLoop_throwsAndNeverCallsTheBody() {
        assertThrows(IllegalStateException.class, () -> Asyncio.createTask(() -> trail.add("body")));
        assertThrows(IllegalStateException.class, () -> Asyncio.ensureFuture(() -> trail.add("body")));
        assertEquals(List.of(), trail);
    }

    @Test
    void createTask_onAClosedLoop_throwsAndNeverCallsTheBody() {
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.createTask(() -> trail.add("body")));
        assertEquals(List.of(), trail);
    }

    @Test
    void createTask_beforeTheLoopRuns_startsWithIt() {
        Task<String> task = loop.createTask(() -> "early");
        assertFalse(task.done());
        assertEquals("early", loop.runUntilComplete(task));
    }

    @Test
    void createTask_severalBodies_startInTheOrderOfTheirCreation() {
        loop.run(() -> {
            for (int i = 0; i < 5; i++) {
                int number = i;
                Asyncio.createTask(() -> {
                    trail.add(number);
                });
            }
            Asyncio.yieldNow();
        });
        assertEquals(List.of(0, 1, 2, 3, 4), trail);
    }

    @Test
    void body_thatThrowsAnything_failsItsTaskAndLeavesTheLoopAlone() {
        List<Throwable> failures = List.of(
                new IOException("checked"), new RuntimeException(), new AssertionError(), new StackOverflowError());
        loop.run(() -> {
            for (Throwable failure : failures) {
                Task<Void> task = Asyncio.createTask(() -> {
                    throw Throwables.rethrow(failure);
                });
                assertSame(failure, assertThrows(failure.getClass(), task::await));
                assertSame(failure, task.exception());
                assertFalse(task.cancelled());
            }
        });
        assertEquals(List.of(), reports);
    }

    @Test
    void body_thatThrowsAFatalError_failsItsTaskAndEndsTheRun() {
        var fatal = new InternalError("thrown by a test");
        Task<Void> task = loop.createTask(() -> {
            throw fatal;
        });
        assertSame(fatal, assertThrows(InternalError.class, loop::runForever));
        assertSame(fatal, task.exception());
        loop.run(Asyncio::yieldNow); // the loop can be run again
    }

    @Test
    void body_thatThrowsACancelledError_endsItsTaskCancelled() {
        loop.run(() -> {
            var error = new CancelledError("own");
            Task<Void> task = Asyncio.createTask(() -> {
                throw error;
            });
            assertSame(error, assertThrows(CancelledError.class, task::await));
            assertTrue(task.cancelled());
            assertEquals(0, task.cancelling());
        });
    }

    // Conformance 85: test_tasks.py::BaseTaskTests::test_task_set_methods
    @Test
    void setResultAndSetException_ofATask_throwAndChangeNothing() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> "own");
            assertThrows(IllegalStateException.class, () -> task.setResult("other"));
            assertThrows(IllegalStateException.class, () -> task.setException(new IOException()));
            assertFalse(task.done());
            assertEquals("own", task.await());
            assertThrows(IllegalStateException.class, () -> task.setResult("other"));
            assertEquals("own", task.result());
        });
    }

    // ---- waiting for tasks

    // Conformance 86: test_tasks.py::BaseTaskTests::test_task_awaits_on_itself
    @Test
    void await_onItself_failsTheTask() {
        loop.run(() -> {
            var self = new ArrayList<Task<Void>>();
            self.add(Asyncio.createTask(() -> self.get(0).await()));
            var failure =
                    assertThrows(IllegalStateException.class, () -> self.get(0).await());
            assertTrue(failure.getMessage().contains("itself"), failure.getMessage());
            assertFalse(self.get(0).cancelled());
        });
    }

    // Conformance 87: test_tasks.py::BaseTaskTests::test_other_loop_future
    @Test
    void await_onAFutureOfAnotherLoop_failsTheTask() {
        try (var other = new TestLoop()) {
            Future<String> foreign = other.createFuture();
            Task<String> foreignTask = other.createTask(() -> "later");
            loop.run(() -> {
                var failure = assertThrows(IllegalStateException.class, foreign::await);
                assertTrue(failure.getMessage().contains("another loop"), failure.getMessage());
                assertThrows(IllegalStateException.class, foreignTask::await);
            });
            assertFalse(foreign.done());
            assertFalse(foreignTask.done());
            other.runUntilComplete(foreignTask);
        }
    }

    // Conformance 88: test_tasks.py::BaseTaskTests::test_ensure_future_future
    @Test
    void ensureFuture_ofAFuture_isThatFutureAndChecksTheLoop() {
        Future<String> future = loop.createFuture();
        assertSame(future, Asyncio.ensureFuture(future));
        assertSame(future, Asyncio.ensureFuture(future, loop));
        try (var other = new TestLoop()) {
            assertThrows(IllegalArgumentException.class, () -> Asyncio.ensureFuture(future, other));
        }
        Task<String> task = Asyncio.ensureFuture(() -> "made", loop);
        assertSame(task, Asyncio.ensureFuture(task));
        assertEquals("made", loop.runUntilComplete(task));
    }

    // Conformance 89: test_tasks.py::BaseTaskTests::test_exception_traceback
    @Test
    void await_failedTask_keepsTheStackTraceOfTheFailure() {
        loop.run(() -> {
            Task<Void> inner = Asyncio.createTask(() -> divide(0));
            Task<Void> outer = Asyncio.createTask(() -> inner.await());
            Throwable failure = assertThrows(ArithmeticException.class, outer::await);
            assertEquals("divide", failure.getStackTrace()[0].getMethodName());
            assertSame(failure, inner.exception());
        });
    }

    private static void divide(int by) {
        if (1 / by > 0) {
            throw new IllegalArgumentException("not a zero");
        }
    }

    // Conformance 93: test_tasks.py::BaseTaskTests::test_step_result_future
    @Test
    void await_pendingFuture_resumesWithItsValue() {
        loop.run(() -> {
            Future<Integer> future = Asyncio.createFuture();
            Task<Integer> task = Asyncio.createTask(() -> future.await() + 1);
            Asyncio.yieldNow();
            assertFalse(task.done());
            future.setResult(41);
            assertEquals(42, task.await());
        });
    }

    @Test
    void await_aChainOfAHundredThousandTasks_needsNoStack() {
        loop.run(() -> {
            Task<Integer> last = Asyncio.createTask(() -> 0);
            for (int i = 0; i < 100_000; i++) {
                Task<Integer> before = last;
                last = Asyncio.createTask(() -> before.await() + 1);
            }
            assertEquals(100_000, last.await());
        });
    }

    // ---- names

    // Conformance 82: test_tasks.py::BaseTaskTests::test_bare_create_named_task
    @Test
    void createTask_named_showsItsName() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> Thread.currentThread().getName(), "worker");
            assertEquals("worker", task.getName());
            assertTrue(task.toString().contains("worker"), task.toString());
            assertEquals("worker", task.await(), "the thread's name");
            Task<Void> other = Asyncio.createTask(() -> {}, TaskOptions.named("other"));
            assertEquals("other", other.getName());
        });
    }

    // Conformance 83: test_tasks.py::BaseTaskTests::test_task_repr_autogenerated
    @Test
    void createTask_unnamed_getsADistinctNumber() {
        loop.run(() -> {
            Task<Void> one = Asyncio.createTask(() -> {});
            Task<Void> two = Asyncio.createTask(() -> {});
            assertTrue(one.getName().matches("Task-\\d+"), one.getName());
            assertTrue(two.getName().matches("Task-\\d+"), two.getName());
            assertTrue(number(two) > number(one), one + " before " + two);
            assertTrue(one.toString().contains(one.getName()), one.toString());
        });
    }

    private static long number(Task<?> task) {
        return Long.parseLong(task.getName().substring("Task-".length()));
    }

    // test_tasks.py::BaseTaskTests::test_task_set_name_pylong
    @Test
    void setName_anyObject_isStoredAsItsText() {
        loop.run(() -> {
            Task<String> task = Asyncio.createTask(() -> Thread.currentThread().getName());
            task.setName(987654321);
            assertEquals("987654321", task.getName());
            task.setName(List.of("built"));
            assertEquals("[built]", task.getName());
            assertEquals("[built]", task.await());
            assertEquals("[built]", task.getName(), "after the end");
            assertThrows(NullPointerException.class, () -> task.setName(null));
        });
    }

    // ---- descriptions

    // Conformance 84: test_tasks.py::BaseTaskTests::test_task_repr_wait_for
    @Test
    void toString_waitingTask_namesWhatItWaitsFor() {
        loop.run(() -> {
            Future<String> future = Asyncio.createFuture();
            Task<String> inner = Asyncio.createTask(() -> future.await(), "inner");
            Task<String> outer = Asyncio.createTask(() -> inner.await(), "outer");
            assertEquals("Task[outer, pending]", outer.toString());
            Asyncio.yieldNow();
            assertEquals(
                    "Task[inner, pending, callbacks: wakeup of outer, waiting for a pending future]", inner.toString());
            assertEquals("Task[outer, pending, waiting for task inner]", outer.toString());
            outer.cancel();
            assertEquals("Task[outer, pending, cancelling, waiting for task inner]", outer.toString());
            assertThrows(CancelledError.class, outer::await);
            assertEquals("Task[outer, cancelled]", outer.toString());
            Task<Integer> value = Asyncio.createTask(() -> 3, "value");
            value.await();
            assertEquals("Task[value, done, value: 3]", value.toString());
        });
    }

    @Test
    void toString_tasksInACircleOrWithLongNames_isBounded() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Void>>();
            tasks.add(Asyncio.createTask(() -> tasks.get(1).await(), "a".repeat(100_000)));
            tasks.add(Asyncio.createTask(() -> tasks.get(0).await(), "b".repeat(100_000)));
            Asyncio.yieldNow();
            for (Task<Void> task : tasks) {
                assertTrue(
                        task.toString().length() < 1_000, () -> task.toString().length() + " characters");
            }
            tasks.get(0).cancel();
        });
    }

    @Test
    void toString_fromOtherThreadsWhileTheTaskRuns_neverFails() throws Exception {
        var stop = new AtomicBoolean();
        var watched = new Task<?>[1];
        var reader = new FutureTask<>(() -> {
            int read = 0;
            while (!stop.get()) {
                Task<?> task = watched[0];
                if (task != null) {
                    assertTrue(task.toString().startsWith("Task["));
                    read++;
                }
            }
            return read;
        });
        loop.run(() -> {
            watched[0] = Asyncio.currentTask();
            Thread.ofPlatform().start(reader);
            Future<Void> future = Asyncio.createFuture();
            DoneCallback<Void> callback = f -> {};
            for (int i = 0; i < 2_000; i++) {
                for (int k = 0; k < 5; k++) {
                    future.addDoneCallback(callback);
                }
                Asyncio.yieldNow();
                future.removeDoneCallback(callback);
                watched[0] = Asyncio.createTask(() -> future.await());
            }
            future.setResult(null);
        });
        stop.set(true);
        assertNotNull(reader.get());
    }

    // ---- stacks

    // Conformance 97: test_tasks.py::BaseTaskTests::test_get_stack
    @Test
    void getStack_suspendedTask_givesItsFramesOldestFirst() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> outer(Asyncio.createFuture()), "stacked");
            assertEquals(List.of(), task.getStack(), "not started");
            Asyncio.yieldNow();
            List<StackTraceElement> frames = task.getStack();
            List<String> methods = methods(frames);
            int outer = methods.indexOf("outer");
            assertTrue(outer > 0, methods.toString());
            assertEquals("middle", methods.get(outer + 1));
            assertEquals("inner", methods.get(outer + 2));
            for (StackTraceElement frame : frames) {
                assertFalse(frame.getClassName().startsWith("dev.weft.internal."), frame.toString());
                assertFalse(frame.getClassName().startsWith("java.lang.VirtualThread"), frame.toString());
                assertFalse(frame.getClassName().startsWith("java.util.concurrent.locks"), frame.toString());
            }
            assertEquals("inner", frames.getLast().getMethodName(), methods.toString());
            assertEquals(frames.subList(frames.size() - 2, frames.size()), task.getStack(2), "the newest");
            assertEquals(List.of(), task.getStack(0));
            assertThrows(IllegalArgumentException.class, () -> task.getStack(-1));
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals(List.of(), task.getStack(), "cancelled");
        });
    }

    private static void outer(Future<Void> future) {
        middle(future);
    }

    private static void middle(Future<Void> future) {
        inner(future);
    }

    private static void inner(Future<Void> future) {
        future.await();
    }

    private static List<String> methods(List<StackTraceElement> frames) {
        return frames.stream().map(StackTraceElement::getMethodName).toList();
    }

    @Test
    void getStack_ofTheTaskThatAsks_endsWhereItAsks() {
        loop.run(() -> {
            List<StackTraceElement> frames = askForOwnStack();
            assertEquals("askForOwnStack", frames.getLast().getMethodName());
        });
    }

    private static List<StackTraceElement> askForOwnStack() {
        return Asyncio.currentTask().getStack();
    }

    // test_tasks.py::BaseTaskTests::test_get_stack (frames of a traceback)
    @Test
    void getStack_failedTask_givesTheFramesOfTheFailureAndKeepsTheOldest() {
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> {
                Asyncio.yieldNow();
                divideIn(0);
            });
            assertThrows(ArithmeticException.class, task::await);
            List<String> methods = methods(task.getStack());
            assertEquals("divide", methods.getLast());
            assertEquals("divideIn", methods.get(methods.size() - 2));
            assertEquals(task.getStack().subList(0, 1), task.getStack(1), "the oldest");
            Task<Void> fine = Asyncio.createTask(() -> {});
            fine.await();
            assertEquals(List.of(), fine.getStack());
        });
    }

    private static void divideIn(int by) {
        divide(by);
    }

    @Test
    void printStack_suspendedAndFailed_printsFramesAndFailure() {
        loop.run(() -> {
            Task<Void> waiting = Asyncio.createTask(() -> outer(Asyncio.createFuture()), "waiting");
            Task<Void> failed = Asyncio.createTask(() -> divide(0), "failed");
            Asyncio.yieldNow();
            String stack = printed(out -> waiting.printStack(out));
            assertTrue(stack.startsWith("Stack for Task[waiting"), stack);
            assertTrue(stack.indexOf("outer") < stack.indexOf("inner"), stack);
            String one = printed(out -> waiting.printStack(1, out));
            assertTrue(one.contains("inner") && !one.contains("outer"), one);
            String trace = printed(out -> failed.printStack(out));
            assertTrue(trace.contains("divide") && trace.contains("java.lang.ArithmeticException: / by zero"), trace);
            failed.exception();
            waiting.cancel();
            assertTrue(
                    printed(out -> Asyncio.createTask(() -> {}).printStack(out)).startsWith("No stack for"));
        });
    }

    private static String printed(java.util.function.Consumer<PrintStream> print) {
        var bytes = new ByteArrayOutputStream();
        print.accept(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void getStack_fromAnotherThreadWhileTheTaskRuns_disturbsNothing() throws Exception {
        var stop = new AtomicBoolean();
        var reader = new FutureTask<>(() -> {
            while (!stop.get()) {
                for (Task<?> task : Asyncio.allTasks(loop)) {
                    assertNotNull(task.getStack());
                }
            }
            return null;
        });
        Thread thread = Thread.ofPlatform().start(reader);
        int[] steps = {0};
        loop.run(() -> {
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < 4; i++) {
                tasks.add(Asyncio.createTask(() -> {
                    for (int k = 0; k < 2_000; k++) {
                        Future<Integer> future = Asyncio.createFuture();
                        loop.callSoon(() -> future.setResult(1));
                        int step = future.await();
                        steps[0] += step;
                    }
                }));
            }
            for (Task<Void> task : tasks) {
                task.await();
            }
        });
        stop.set(true);
        thread.join();
        reader.get();
        assertEquals(8_000, steps[0]);
    }

    // ---- which task

    // Conformance 90: test_tasks.py::BaseTaskTests::test_current_task
    @Test
    void currentTask_isTheTaskInsideAndNullInCallbacks() {
        assertNull(Asyncio.currentTask(loop));
        loop.run(() -> {
            Task<Task<?>> task = Asyncio.createTask(() -> Asyncio.currentTask());
            assertSame(task, task.await());
            loop.callSoon(() -> trail.add(String.valueOf(Asyncio.currentTask())));
            task.addDoneCallback(f -> trail.add(String.valueOf(Asyncio.currentTask(loop))));
            Asyncio.yieldNow();
        });
        assertEquals(List.of("null", "null"), trail);
        assertNull(Asyncio.currentTask(loop));
    }

    // Conformance 91: test_tasks.py::BaseTaskTests::test_current_task_with_interleaving_tasks
    @Test
    void currentTask_interleavingTasks_isAlwaysTheRightOne() {
        loop.run(() -> {
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < 3; i++) {
                tasks.add(Asyncio.createTask(() -> {
                    Task<?> self = Asyncio.currentTask();
                    for (int k = 0; k < 5; k++) {
                        Asyncio.yieldNow();
                        assertSame(self, Asyncio.currentTask());
                        Future<Integer> future = Asyncio.createFuture();
                        loop.callSoon(() -> future.setResult(1));
                        future.await();
                        assertSame(self, Asyncio.currentTask());
                        trail.add(self);
                    }
                }));
            }
            for (Task<Void> task : tasks) {
                task.await();
            }
            assertEquals(Set.copyOf(tasks), Set.copyOf(trail));
        });
    }

    // Conformance 92: test_tasks.py::BaseCurrentLoopTests::test_current_task_no_running_loop_implicit
    @Test
    void currentTask_withoutARunningLoop_throws() {
        assertThrows(IllegalStateException.class, () -> Asyncio.currentTask());
        assertThrows(IllegalStateException.class, () -> Asyncio.allTasks());
    }

    @Test
    void allTasks_areThoseNotDoneInTheOrderOfTheirCreation() {
        loop.run(() -> {
            Task<?> main = Asyncio.currentTask();
            Task<Void> one = Asyncio.createTask(() -> {}, "one");
            Task<Void> two = Asyncio.createTask(() -> Asyncio.yieldNow(), "two");
            Task<Void> three = Asyncio.createTask(() -> {}, "three");
            Set<Task<?>> snapshot = Asyncio.allTasks();
            assertEquals(List.of(main, one, two, three), List.copyOf(snapshot));
            Asyncio.yieldNow();
            assertEquals(List.of(main, two), List.copyOf(Asyncio.allTasks()));
            assertEquals(4, snapshot.size(), "a snapshot");
            two.await();
            assertEquals(List.of(main), List.copyOf(Asyncio.allTasks(loop)));
        });
        assertEquals(Set.of(), Asyncio.allTasks(loop));
    }

    // ---- what keeps what in memory

    @Test
    @Timeout(60)
    void pendingTask_nobodyHolds_isKeptByTheLoopAndRunsOn() {
        var future = new ArrayList<WeakReference<Future<String>>>();
        loop.run(() -> {
            Future<String> wanted = Asyncio.createFuture();
            future.add(new WeakReference<>(wanted));
            Asyncio.createTask(() -> {
                trail.add(wanted.await());
            });
            Asyncio.yieldNow();
        });
        System.gc();
        loop.run(() -> {
            future.get(0).get().setResult("still here"); // held by the task alone
            Asyncio.yieldNow();
        });
        assertEquals(List.of("still here"), trail);
    }

    @Test
    @Timeout(60)
    void doneTask_keptByItsUser_keepsNoLaterTaskInMemory() {
        Task<Void> kept = loop.createTask(() -> {});
        var later = new ArrayList<WeakReference<Task<Void>>>();
        loop.run(() -> {
            for (int i = 0; i < 3; i++) {
                Task<Void> next = Asyncio.createTask(() -> {});
                later.add(new WeakReference<>(next));
                Asyncio.yieldNow();
            }
        });
        assertTrue(kept.done());
        while (later.stream().anyMatch(reference -> reference.get() != null)) {
            System.gc();
        }
    }

    // ---- factories

    /** Notes what it is asked for. */
    private final class NotingFactory implements TaskFactory {
        @Override
        public <T> Task<T> create(EventLoop loop, Coroutine<T> coroutine, TaskOptions options) {
            trail.add(String.valueOf(options.name()));
            return loop.newTask(coroutine, options);
        }
    }

    // Conformance 94: test_base_events.py::BaseEventLoopTests::test_set_task_factory
    @Test
    void setTaskFactory_isUsedForEveryTaskAndCanBeReset() throws Exception {
        assertNull(loop.getTaskFactory());
        var factory = new NotingFactory();
        loop.setTaskFactory(factory);
        assertSame(factory, loop.getTaskFactory());
        loop.run(() -> {
            Asyncio.createTask(() -> {}, "facade").await();
            loop.createTask(() -> 1, TaskOptions.named("loop")).await();
            Asyncio.ensureFuture(() -> 2).await();
            Asyncio.taskGroup(group -> group.createTask(() -> {}, "group"));
            Asyncio.gather(() -> 3).await();
            assertEquals(List.of("null", "facade", "loop", "null", "group", "null"), trail);
            loop.setTaskFactory(null);
            assertNull(loop.getTaskFactory());
            Asyncio.createTask(() -> {}).await();
            assertEquals(6, trail.size());
        });
    }

    // Conformance 95: test_base_events.py::BaseEventLoopTests::test_create_named_task_with_custom_factory
    @Test
    void createTask_namedWithAFactory_reachesItWithItsName() {
        loop.setTaskFactory(new NotingFactory());
        Task<Void> task = loop.createTask(() -> {}, "test_task");
        assertEquals("test_task", task.getName());
        assertEquals(List.of("test_task"), trail);
        loop.runUntilComplete(task);
    }

    // Conformance 96: test_base_events.py::BaseEventLoopTests::test_create_task_error_closes_coro
    @Test
    void createTask_factoryThatThrows_throwsAndNeverCallsTheBody() {
        var failure = new IllegalArgumentException("no tasks today");
        loop.setTaskFactory(new TaskFactory() {
            @Override
            public <T> Task<T> create(EventLoop l, Coroutine<T> coroutine, TaskOptions options) {
                throw failure;
            }
        });
        assertSame(
                failure, assertThrows(IllegalArgumentException.class, () -> loop.createTask(() -> trail.add("body"))));
        loop.setTaskFactory(null);
        loop.run(Asyncio::yieldNow);
        assertEquals(List.of(), trail);
        assertEquals(Set.of(), Asyncio.allTasks(loop));
    }

    @Test
    void createTask_factoryThatReturnsNull_throws() {
        loop.setTaskFactory(new TaskFactory() {
            @Override
            public <T> Task<T> create(EventLoop l, Coroutine<T> coroutine, TaskOptions options) {
                return null;
            }
        });
        assertThrows(NullPointerException.class, () -> loop.createTask(() -> {}));
        loop.setTaskFactory(null);
    }

    // ---- what a task is made of

    // Conformance 98: test_tasks.py::BaseTaskTests::test_get_context
    @Test
    void getContext_isTheContextTheTaskRunsIn() {
        ContextVar<String> variable = ContextVar.of("variable");
        var context = new Context();
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(
                    () -> {
                        variable.set("inside");
                    },
                    TaskOptions.DEFAULT.context(context));
            assertSame(context, task.getContext());
            task.await();
            assertEquals("inside", context.get(variable));
            Task<Void> own = Asyncio.createTask(() -> {
                variable.set("its own");
            });
            assertNotEquals(context, own.getContext());
            own.await();
            assertEquals("its own", own.getContext().get(variable));
        });
    }

    @Test
    void getCoroutine_isTheBody() {
        Coroutine<String> body = () -> "x";
        Task<String> task = loop.createTask(body);
        assertSame(body, task.getCoroutine());
        loop.runUntilComplete(task);
        assertSame(body, task.getCoroutine());
    }

    @Test
    void createTask_nullBody_throws() {
        assertThrows(NullPointerException.class, () -> loop.createTask((Coroutine<String>) null));
        assertThrows(NullPointerException.class, () -> loop.createTask((Action) null));
        assertThrows(NullPointerException.class, () -> loop.createTask(() -> {}, (String) null));
        assertThrows(NullPointerException.class, () -> loop.createTask(() -> {}, (TaskOptions) null));
    }

    // ---- stacks that cannot be put aside

    /** Waits in its initialiser: the frame of the JVM below pins the stack. */
    private static final class WaitsWhileItIsInitialised {
        static final String OUTCOME = tryToYield();

        private static String tryToYield() {
            try {
                Asyncio.yieldNow();
                return "yielded";
            } catch (IllegalStateException e) {
                return e.getMessage();
            }
        }
    }

    @Test
    void yieldNow_pinnedStack_isRefusedOrWorksAndLeavesNothingBehind() {
        loop.run(() -> {
            String outcome = WaitsWhileItIsInitialised.OUTCOME;
            boolean confined = loop.mode() == EventLoop.Mode.CONFINED;
            assertTrue(outcome.contains(confined ? "cannot suspend here" : "yielded"), outcome);
            // An entry left in the queue would resume one of these waits too early.
            for (int i = 0; i < 3; i++) {
                Future<Integer> future = Asyncio.createFuture();
                int number = i;
                loop.callSoon(() -> loop.callSoon(() -> future.setResult(number)));
                assertEquals(number, future.await());
            }
        });
    }
}
