package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class ContextTest {
    private final TestLoop loop = new TestLoop();
    private final ContextVar<String> variable = ContextVar.of("variable");
    private final List<Object> trail = new ArrayList<>();

    @AfterEach
    void close() {
        loop.close();
    }

    // ---- variables

    // Conformance 455: ../test_context.py::ContextTest::test_context_getset_1
    @Test
    void get_withoutAValue_throwsUnlessThereIsAnArgumentOrADefault() {
        new Context().run(() -> {
            var missing = assertThrows(NoSuchElementException.class, () -> variable.get());
            assertTrue(missing.getMessage().contains("variable"), missing.getMessage());
            assertEquals("argument", variable.get("argument"));
            assertNull(variable.get(null));
            assertThrows(NoSuchElementException.class, () -> variable.get(), "an argument is not kept");

            ContextVar<String> defaulted = ContextVar.withDefault("defaulted", "default");
            assertEquals("default", defaulted.get());
            assertEquals("argument", defaulted.get("argument"), "the argument comes before the default");

            Token<String> token = variable.set("value");
            assertEquals("value", variable.get());
            assertEquals("value", variable.get("argument"));
            variable.reset(token);
            assertThrows(NoSuchElementException.class, () -> variable.get());

            variable.set(null);
            assertNull(variable.get());
            assertNull(variable.get("argument"), "null is a value");
        });
    }

    @Test
    void variable_identity_isNotItsName() {
        ContextVar<String> namesake = ContextVar.of("variable");
        new Context().run(() -> {
            variable.set("one");
            namesake.set("two");
            assertEquals("one", variable.get());
            assertEquals("two", namesake.get());
        });
        assertEquals("variable", variable.name());
        assertTrue(variable.toString().contains("variable"), variable.toString());
        assertThrows(NullPointerException.class, () -> ContextVar.of(null));
    }

    // ---- tokens

    // Conformance 456: ../test_context.py::ContextTest::test_context_getset_2
    @Test
    void reset_withATokenOfAnotherVariable_isRefused() {
        ContextVar<String> other = ContextVar.of("other");
        new Context().run(() -> {
            Token<String> token = variable.set("value");
            assertThrows(IllegalArgumentException.class, () -> other.reset(token));
            assertEquals("value", variable.get());
            variable.reset(token); // the refusal has not used it up
            assertThrows(NullPointerException.class, () -> variable.reset(null));
        });
    }

    // Conformance 457: ../test_context.py::ContextTest::test_context_getset_3
    @Test
    void defaults_doNotCountAsPresent_andResetRemovesTheValue() {
        ContextVar<Integer> defaulted = ContextVar.withDefault("defaulted", 42);
        var context = new Context();
        context.run(() -> {
            assertEquals(42, defaulted.get());
            assertFalse(Context.copyCurrent().contains(defaulted));
            assertThrows(
                    NoSuchElementException.class, () -> Context.copyCurrent().get(defaulted));
            assertEquals(7, Context.copyCurrent().getOrDefault(defaulted, 7));

            Token<Integer> token = defaulted.set(1);
            assertTrue(Context.copyCurrent().contains(defaulted));
            assertEquals(1, Context.copyCurrent().get(defaulted));
            assertEquals(Map.of(defaulted, 1), Context.copyCurrent().asMap());
            defaulted.reset(token);
            assertFalse(Context.copyCurrent().contains(defaulted));
            assertEquals(0, Context.copyCurrent().size());
            assertEquals(42, defaulted.get());
        });
    }

    // Conformance 458: ../test_context.py::ContextTest::test_context_getset_4
    @Test
    void reset_withATokenOfAnotherContext_isRefused() {
        var context = new Context();
        Token<String> token = context.run(() -> variable.set("there"));
        new Context().run(() -> {
            assertThrows(IllegalArgumentException.class, () -> variable.reset(token));
        });
        assertThrows(IllegalArgumentException.class, () -> variable.reset(token));
        assertEquals("there", context.get(variable));
        context.run(() -> variable.reset(token));
        assertFalse(context.contains(variable));
    }

    // ../test_context.py::ContextTest::test_context_getset_5, test_token_contextmanager_reuse
    @Test
    void reset_twiceWithOneToken_isRefused() {
        new Context().run(() -> {
            Token<String> token = variable.set("value");
            variable.reset(token);
            var refused = assertThrows(IllegalStateException.class, () -> variable.reset(token));
            assertTrue(refused.getMessage().contains("token already used"), refused.getMessage());
            assertThrows(IllegalStateException.class, token::close);
        });
    }

    @Test
    void reset_inAnyOrder_bringsBackWhatWasBeforeThatSet() {
        new Context().run(() -> {
            Token<String> first = variable.set("one");
            Token<String> second = variable.set("two");
            variable.set("three");
            variable.reset(second);
            assertEquals("one", variable.get());
            variable.reset(first);
            assertThrows(NoSuchElementException.class, () -> variable.get());
        });
    }

    @Test
    void token_knowsItsVariableAndTheValueBefore() {
        new Context().run(() -> {
            Token<String> first = variable.set("one");
            assertSame(variable, first.var());
            assertFalse(first.hadValue());
            assertEquals(Optional.empty(), first.oldValue());
            Token<String> second = variable.set(null);
            assertTrue(second.hadValue());
            assertEquals(Optional.of("one"), second.oldValue());
            Token<String> third = variable.set("three");
            assertTrue(third.hadValue());
            assertEquals(Optional.empty(), third.oldValue(), "it was null");
            variable.reset(third);
            assertNull(variable.get());
        });
    }

    // Conformance 463: ../test_context.py::ContextTest::test_token_contextmanager_on_exception
    @Test
    void token_asAScope_restoresTheValueAlsoAfterAnException() {
        new Context().run(() -> {
            variable.set("before");
            try (Token<String> scope = variable.set("inside")) {
                assertEquals("inside", variable.get());
                assertSame(variable, scope.var());
            }
            assertEquals("before", variable.get());
            var failure = new IllegalArgumentException("thrown");
            var thrown = assertThrows(IllegalArgumentException.class, () -> {
                try (Token<String> scope = variable.set("inside")) {
                    assertTrue(scope.hadValue());
                    throw failure;
                }
            });
            assertSame(failure, thrown);
            assertEquals(0, thrown.getSuppressed().length);
            assertEquals("before", variable.get());
        });
    }

    // ---- run

    // ../test_context.py::ContextTest::test_context_run_4
    @Test
    void run_whatTheBodySets_staysInThatContext() {
        var context = new Context();
        assertEquals("value", context.run(() -> {
            variable.set("inside");
            return "value";
        }));
        assertThrows(NoSuchElementException.class, () -> variable.get());
        assertEquals("inside", context.get(variable));
        context.run(() -> {
            assertEquals("inside", variable.get());
            var inner = new Context();
            inner.run(() -> {
                assertThrows(NoSuchElementException.class, () -> variable.get());
                variable.set("innermost");
            });
            assertEquals("inside", variable.get());
        });
    }

    // Conformance 459: ../test_context.py::ContextTest::test_context_run_5
    @Test
    void run_bodyThatThrows_passesItOnAndLeavesTheCallersContextAlone() {
        var failure = new IOException("x");
        var context = new Context();
        new Context().run(() -> {
            variable.set("caller");
            try {
                context.run(() -> {
                    variable.set("inside");
                    throw failure;
                });
            } catch (IOException e) {
                trail.add(e);
            }
            assertEquals("caller", variable.get());
        });
        assertEquals(List.of(failure), trail);
        assertEquals("inside", context.get(variable));
        context.run(() -> trail.add("can be entered again"));
        assertEquals(2, trail.size());
    }

    // Conformance 460: ../test_context.py::ContextTest::test_context_run_7
    @Test
    void run_enteredContext_isRefused() {
        var context = new Context();
        context.run(() -> {
            var refused = assertThrows(IllegalStateException.class, () -> context.run(() -> trail.add("body")));
            assertTrue(refused.getMessage().contains("already entered"), refused.getMessage());
            new Context().run(() -> {
                assertThrows(IllegalStateException.class, () -> context.run(() -> trail.add("body")));
            });
        });
        assertEquals(List.of(), trail);
        context.run(() -> trail.add("once more"));
        assertEquals(List.of("once more"), trail);
    }

    @Test
    void run_contextEnteredByAnotherThread_isRefused() throws Exception {
        var context = new Context();
        var inside = new CountDownLatch(1);
        var leave = new CountDownLatch(1);
        var other = new FutureTask<>(() -> context.run(() -> {
            inside.countDown();
            leave.await();
            return "left";
        }));
        Thread.ofPlatform().start(other);
        inside.await();
        assertThrows(IllegalStateException.class, () -> context.run(() -> trail.add("body")));
        leave.countDown();
        assertEquals("left", other.get());
        context.run(() -> trail.add("free again"));
        assertEquals(List.of("free again"), trail);
    }

    @Test
    void run_bodyThatSuspends_keepsTheContextEnteredAndTakesItAlong() {
        var context = new Context();
        loop.run(() -> {
            variable.set("main");
            Future<Void> gate = Asyncio.createFuture();
            Task<String> inside = Asyncio.createTask(() -> {
                variable.set("task");
                context.run(() -> {
                    variable.set("inside");
                    gate.await();
                    trail.add(variable.get());
                    variable.set("after the wait");
                });
                return variable.get();
            });
            Asyncio.yieldNow();
            assertEquals("main", variable.get());
            assertEquals("inside", context.get(variable));
            assertThrows(IllegalStateException.class, () -> context.run(() -> trail.add("body")));
            gate.setResult(null);
            assertEquals("task", inside.await());
            assertEquals("after the wait", context.get(variable));
            context.run(() -> trail.add("free again"));
        });
        assertEquals(List.of("inside", "free again"), trail);
    }

    @Test
    void run_suspendedBodyThatIsCancelled_leavesTheContext() {
        var context = new Context();
        loop.run(() -> {
            Task<Void> task = Asyncio.createTask(() -> context.run(() -> {
                variable.set("inside");
                Asyncio.sleep(Asyncio.seconds(10));
            }));
            Asyncio.yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            context.run(() -> trail.add(variable.get()));
        });
        assertEquals(List.of("inside"), trail);
    }

    @Test
    void run_theTasksOwnContext_isRefused() {
        var context = new Context();
        loop.run(() -> {
            Asyncio.createTask(
                            () -> {
                                assertThrows(IllegalStateException.class, () -> context.run(() -> trail.add("body")));
                                new Context().run(() -> {
                                    assertThrows(
                                            IllegalStateException.class, () -> context.run(() -> trail.add("body")));
                                });
                            },
                            TaskOptions.DEFAULT.context(context))
                    .await();
            context.run(() -> trail.add("not while another task runs"));
        });
        assertEquals(List.of("not while another task runs"), trail);
    }

    // ---- copies and views

    // Conformance 461: ../test_context.py::ContextTest::test_context_copy_1
    @Test
    void copy_isASnapshotInBothDirections() {
        var context = new Context();
        context.run(() -> {
            variable.set("one");
            Context copy = context.copy();
            Context current = Context.copyCurrent();
            variable.set("two");
            assertEquals("one", copy.get(variable));
            assertEquals("one", current.get(variable));
            copy.run(() -> variable.set("three"));
            assertEquals("three", copy.get(variable));
            assertEquals("two", variable.get());
            assertEquals("one", current.get(variable));
        });
        assertEquals("two", context.get(variable));
        Context ofSuspended = context.copy();
        assertEquals("two", ofSuspended.get(variable));
    }

    @Test
    void view_ofAContext_isReadOnlyAndASnapshot() {
        ContextVar<Integer> number = ContextVar.of("number");
        var context = new Context();
        assertEquals(0, context.size());
        assertEquals(Map.of(), context.asMap());
        context.run(() -> {
            variable.set("text");
            number.set(1_000);
        });
        Map<ContextVar<?>, Object> map = context.asMap();
        assertEquals(Map.of(variable, "text", number, 1_000), map);
        assertEquals(map, Map.of(variable, "text", number, 1_000));
        assertEquals(2, context.size());
        assertTrue(context.contains(number));
        assertEquals(1_000, context.get(number));
        assertThrows(UnsupportedOperationException.class, () -> map.put(variable, "x"));
        context.run(() -> variable.set("later"));
        assertEquals("text", map.get(variable));
        assertTrue(context.toString().contains("2"), context.toString());
    }

    @Test
    void context_ofManyVariables_findsAndRemovesEach() {
        var variables = new ArrayList<ContextVar<Integer>>();
        var tokens = new ArrayList<Token<Integer>>();
        new Context().run(() -> {
            for (int i = 0; i < 100; i++) {
                variables.add(ContextVar.of("v" + i));
                tokens.add(variables.get(i).set(i));
            }
            for (int i = 0; i < 100; i += 2) {
                variables.get(i).reset(tokens.get(i));
            }
            for (int i = 0; i < 100; i++) {
                assertEquals(i % 2 == 0 ? -1 : i, variables.get(i).get(-1));
            }
            assertEquals(50, Context.copyCurrent().size());
        });
    }

    // ---- threads

    // Conformance 462: ../test_context.py::ContextTest::test_context_threads_1
    @Test
    void threads_haveSeparateContextsEmptyAtStart() throws Exception {
        Token<String> token = variable.set("this thread's");
        try {
            var other = new FutureTask<>(() -> {
                String before = variable.get("empty");
                variable.set("the other's");
                return before + ", " + variable.get();
            });
            Thread thread = Thread.ofPlatform().start(other);
            thread.join();
            assertEquals("empty, the other's", other.get());
            assertEquals("this thread's", variable.get());
        } finally {
            variable.reset(token);
        }
    }

    @Test
    void threads_manyAtOnce_eachSeeTheirOwnValue() throws Exception {
        var jobs = new ArrayList<FutureTask<Integer>>();
        ContextVar<Integer> number = ContextVar.of("number");
        for (int i = 0; i < 10; i++) {
            int own = i;
            var job = new FutureTask<>(() -> {
                number.set(own);
                for (int k = 0; k < 1_000; k++) {
                    assertEquals(own, number.get());
                    Thread.onSpinWait();
                }
                return number.get();
            });
            jobs.add(job);
            Thread.ofVirtual().start(job);
        }
        for (int i = 0; i < 10; i++) {
            assertEquals(i, jobs.get(i).get());
        }
    }

    @Test
    void threadLocals_ofTasks_areTheirOwn() {
        ThreadLocal<String> local = new ThreadLocal<>();
        loop.run(() -> {
            local.set("main's");
            Task<String> task = Asyncio.createTask(() -> {
                String before = local.get();
                local.set("task's");
                Asyncio.yieldNow();
                return before + ", " + local.get();
            });
            assertEquals("null, task's", task.await());
            assertEquals("main's", local.get());
        });
    }

    // ---- tasks

    // Conformance 464: test_tasks.py::BaseTaskTests::test_context_1
    @Test
    void childTask_doesNotChangeItsParentsVariables() {
        loop.run(() -> {
            variable.set("parent");
            Task<Void> child = Asyncio.createTask(() -> {
                assertEquals("parent", variable.get());
                variable.set("child");
                Asyncio.yieldNow();
                assertEquals("child", variable.get());
            });
            assertEquals("parent", variable.get());
            Asyncio.yieldNow();
            assertEquals("parent", variable.get());
            variable.set("parent again");
            child.await();
            assertEquals("parent again", variable.get());
        });
        assertThrows(NoSuchElementException.class, () -> variable.get());
    }

    // Conformance 465: test_tasks.py::BaseTaskTests::test_context_2
    @Test
    void doneCallback_seesTheContextOfItsRegistration() {
        loop.run(() -> {
            variable.set("at registration");
            Task<Void> task = Asyncio.createTask(() -> {
                variable.set("task's");
            });
            task.addDoneCallback(f -> {
                trail.add(variable.get());
                variable.set("callback's");
            });
            variable.set("after registration");
            var given = new Context();
            task.addDoneCallback(f -> trail.add(variable.get("given: none")), given);
            task.addDoneCallback(f -> variable.set("changed"), given);
            task.await();
            Asyncio.yieldNow();
            assertEquals("after registration", variable.get());
            assertEquals("changed", given.get(variable), "a given context sees the changes");
        });
        assertEquals(List.of("at registration", "given: none"), trail);
    }

    @Test
    void loopCallbacks_seeTheContextOfTheirRegistrationOrTheGivenOne() throws Exception {
        var given = new Context();
        loop.run(() -> {
            variable.set("registered");
            Handle handle = loop.callSoon(() -> trail.add("soon " + variable.get()));
            loop.callSoonThreadsafe(() -> trail.add("threadsafe " + variable.get()));
            loop.callLater(Asyncio.millis(1), () -> trail.add("later " + variable.get()));
            loop.callAt(loop.time() + 2_000_000, () -> trail.add("at " + variable.get()));
            variable.set("changed");
            assertEquals("registered", handle.getContext().get(variable));
            loop.callSoon(() -> variable.set("given one"), given);
            loop.callSoon(() -> trail.add("soon " + variable.get()), given);
            loop.callLater(Asyncio.millis(3), () -> trail.add("later " + variable.get()), given);
            loop.callSoonThreadsafe(() -> trail.add("threadsafe " + variable.get()), given);
            Asyncio.sleep(Asyncio.millis(5));
            assertEquals("changed", variable.get());
        });
        assertEquals(
                List.of(
                        "soon registered",
                        "threadsafe registered",
                        "soon given one",
                        "threadsafe given one",
                        "later registered",
                        "at registered",
                        "later given one"),
                trail);
    }

    @Test
    void callback_ofACallback_seesWhatThatHadSet() {
        loop.run(() -> {
            loop.callSoon(() -> {
                variable.set("outer");
                loop.callSoon(() -> trail.add(variable.get()));
                Asyncio.createTask(() -> trail.add(variable.get()));
            });
            loop.callSoon(() -> trail.add(variable.get("none")));
            Asyncio.yieldNow();
            Asyncio.yieldNow();
        });
        assertEquals(List.of("none", "outer", "outer"), trail);
    }

    // Conformance 466: test_tasks.py::BaseTaskTests::test_context_3
    @Test
    void hundredTasks_keepTheirOwnValues() {
        ContextVar<Integer> number = ContextVar.withDefault("number", 0);
        loop.run(() -> {
            var tasks = new ArrayList<Task<Integer>>();
            for (int i = 0; i < 100; i++) {
                int own = i;
                tasks.add(Asyncio.createTask(() -> {
                    for (int k = 0; k < 10; k++) {
                        number.set(number.get() + own);
                        Asyncio.yieldNow();
                    }
                    return number.get();
                }));
            }
            for (int i = 0; i < 100; i++) {
                assertEquals(10 * i, tasks.get(i).await());
            }
            assertEquals(0, number.get());
        });
    }

    // Conformance 467: test_tasks.py::BaseTaskTests::test_context_4
    @Test
    void givenContext_collectsTheChangesOfItsTasks() {
        ContextVar<Integer> number = ContextVar.withDefault("number", 0);
        var context = new Context();
        loop.run(() -> {
            TaskOptions shared = TaskOptions.DEFAULT.context(context);
            var tasks = new ArrayList<Task<Void>>();
            for (int i = 0; i < 3; i++) {
                tasks.add(Asyncio.createTask(
                        () -> {
                            for (int k = 0; k < 10; k++) {
                                number.set(number.get() + 1);
                                Asyncio.yieldNow();
                            }
                        },
                        shared));
            }
            for (Task<Void> task : tasks) {
                assertSame(context, task.getContext());
                task.await();
            }
            assertEquals(0, number.get());
            assertEquals(30, context.get(number));
        });
    }

    // test_runners.py::RunnerTests::test_run_keeps_context
    @Test
    void runner_severalRuns_shareOneContextAndLeaveTheThreadsAlone() {
        variable.get("make sure the thread has a context");
        try (var runner = new Runner()) {
            assertEquals("none", runner.run(() -> {
                String before = variable.get("none");
                variable.set("first run");
                return before;
            }));
            assertEquals("first run", runner.run(() -> variable.get()));
            var given = new Context();
            assertEquals("none", runner.run(given, () -> {
                String before = variable.get("none");
                variable.set("given");
                return before;
            }));
            assertEquals("given", given.get(variable));
            assertEquals("first run", runner.run(() -> variable.get()));
        }
        assertThrows(NoSuchElementException.class, () -> variable.get());
    }

    @Test
    void generatorBody_runsInItsConsumersContext() {
        loop.run(() -> {
            variable.set("consumer's");
            var values = Asyncio.<String>generator(emitter -> {
                emitter.emit(variable.get());
                variable.set("set by the body");
                emitter.emit("second");
            });
            for (String value : values) {
                trail.add(value);
            }
            assertEquals("set by the body", variable.get());
        });
        assertEquals(List.of("consumer's", "second"), trail);
    }

    @Test
    void exceptionHandler_runsInTheContextOfWhatFailed() {
        loop.setExceptionHandler((l, report) -> trail.add(variable.get("none")));
        loop.run(() -> {
            loop.callSoon(() -> {
                variable.set("callback's");
                throw new IOException();
            });
            var given = new Context();
            given.run(() -> variable.set("given"));
            loop.callSoon(
                    () -> {
                        throw new IOException();
                    },
                    given);
            // A report from inside the very context must not try to enter it again.
            loop.callSoon(
                    () -> new Context().run(() -> {
                        throw new IOException();
                    }),
                    given);
            Asyncio.yieldNow();
        });
        assertEquals(List.of("callback's", "given", "given"), trail);
    }

    @Test
    void enteredElsewhere_onAnExecutorThread_isRefusedThere() {
        var context = new Context();
        loop.run(() -> {
            context.run(() -> {
                Future<Object> job = loop.runInExecutor(null, () -> context.run(() -> "entered"));
                assertThrows(IllegalStateException.class, job::await);
            });
        });
    }
}
