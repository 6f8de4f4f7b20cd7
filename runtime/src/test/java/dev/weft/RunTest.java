package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link Asyncio#run}: what comes back, and what is cleaned up. */
@Timeout(60)
final class RunTest {
    private final List<String> trail = new ArrayList<>();

    // Conformance 1: test_runners.py::RunTests::test_asyncio_run_return
    @Test
    void run_mainReturns_returnsItsValue() {
        int value = Asyncio.run(() -> {
            Asyncio.yieldNow();
            return 42;
        });
        assertEquals(42, value);
    }

    @Test
    void run_mainReturnsNull_returnsNull() {
        assertNull(Asyncio.<String, RuntimeException>run(() -> null));
    }

    // Conformance 2: test_runners.py::RunTests::test_asyncio_run_raises
    @Test
    void run_mainThrows_throwsThatVeryObject() {
        var failure = new IOException("spam");
        var thrown = assertThrows(
                IOException.class,
                () -> Asyncio.run(() -> {
                    Asyncio.yieldNow();
                    throw failure;
                }));
        assertSame(failure, thrown);
    }

    @Test
    void run_mainThrowsAnError_throwsThatVeryObject() {
        var failure = new AssertionError("spam");
        var thrown = assertThrows(
                AssertionError.class,
                () -> Asyncio.run(() -> {
                    throw failure;
                }));
        assertSame(failure, thrown);
    }

    // Conformance 3: test_runners.py::RunTests::test_asyncio_run_from_running_loop
    @Test
    void run_inATask_throwsAndDoesNotCallMain() {
        Asyncio.run(() -> {
            var thrown = assertThrows(IllegalStateException.class, () -> Asyncio.run(() -> fail("called")));
            assertTrue(thrown.getMessage().contains("cannot be called while a loop runs"), thrown.getMessage());
        });
    }

    @Test
    void run_inACallback_throwsAndDoesNotCallMain() {
        Asyncio.run(() -> {
            Future<Throwable> seen = Asyncio.createFuture();
            Asyncio.getRunningLoop()
                    .callSoon(() -> seen.setResult(
                            assertThrows(IllegalStateException.class, () -> Asyncio.run(() -> fail("called")))));
            assertTrue(seen.await().getMessage().contains("cannot be called while a loop runs"));
        });
    }

    // Conformance 4: test_runners.py::RunTests::test_asyncio_run_cancels_hanging_tasks
    @Test
    void run_tasksLeftOver_cancelsAndAwaitsThem() {
        var left = new AtomicReference<Task<?>>();
        int value = Asyncio.run(() -> {
            left.set(Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(Asyncio.seconds(1000));
                } finally {
                    Asyncio.yieldNow();
                    trail.add("cleaned up");
                }
            }));
            Asyncio.yieldNow();
            return 123;
        });
        assertEquals(123, value);
        assertTrue(left.get().cancelled());
        assertEquals(List.of("cleaned up"), trail);
    }

    // Conformance 5: test_runners.py::RunTests::test_asyncio_run_reports_hanging_tasks_errors
    @Test
    void run_leftOverTaskFails_reportsItAndReturnsMainsValue() {
        var failure = new IOException("in cleanup");
        var left = new AtomicReference<Task<?>>();
        var reports = new ArrayList<ExceptionContext>();
        int value = Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, report) -> reports.add(report));
            left.set(Asyncio.createTask(() -> {
                try {
                    Asyncio.sleep(Asyncio.seconds(1000));
                } catch (CancelledError e) {
                    throw failure;
                }
            }));
            Asyncio.yieldNow();
            return 123;
        });
        assertEquals(123, value);
        assertEquals(1, reports.size());
        ExceptionContext report = reports.getFirst();
        assertTrue(report.message().contains("task failed while the loop was shutting down"), report.message());
        assertSame(failure, report.exception());
        assertSame(left.get(), report.task());
    }

    @Test
    void run_mainAndLeftOverTaskFail_throwsMainsFailure() {
        var failure = new IOException("main");
        var reports = new ArrayList<ExceptionContext>();
        var thrown = assertThrows(
                IOException.class,
                () -> Asyncio.run(() -> {
                    Asyncio.getRunningLoop().setExceptionHandler((loop, report) -> reports.add(report));
                    Asyncio.createTask(() -> {
                        try {
                            Asyncio.sleep(Asyncio.seconds(1000));
                        } finally {
                            throwUnchecked("left over");
                        }
                    });
                    Asyncio.yieldNow();
                    throw failure;
                }));
        assertSame(failure, thrown);
        assertEquals(0, thrown.getSuppressed().length);
        assertEquals("left over", reports.getFirst().exception().getMessage());
    }

    // Conformance 7: test_runners.py::RunTests::test_asyncio_run_loop_factory
    @Test
    void run_withLoopFactory_usesItExactlyOnce() {
        var calls = new AtomicInteger();
        EventLoop made = EventLoop.create();
        RunOptions options = RunOptions.DEFAULT.loopFactory(() -> {
            calls.incrementAndGet();
            return made;
        });
        EventLoop seen = Asyncio.run(options, () -> Asyncio.getRunningLoop());
        assertSame(made, seen);
        assertEquals(1, calls.get());
        assertTrue(made.isClosed());
    }

    // Conformance 18: test_runners.py::RunnerTests::test_no_repr_is_call_on_the_task_result
    @Test
    void run_mainReturnsAnObject_neverCallsItsToString() {
        Object result = new Object() {
            @Override
            public String toString() {
                throw new AssertionError("toString called");
            }
        };
        RunOptions debug = RunOptions.DEFAULT.debug(true);
        assertSame(result, Asyncio.run(debug, () -> {
            Task<Object> task = Asyncio.createTask(() -> result);
            task.await();
            assertFalse(task.toString().isEmpty());
            return result;
        }));
    }

    @Test
    void run_twice_usesTwoLoops() {
        EventLoop first = Asyncio.run(() -> Asyncio.getRunningLoop());
        EventLoop second = Asyncio.run(() -> Asyncio.getRunningLoop());
        assertNotSame(first, second);
        assertTrue(first.isClosed());
        assertTrue(second.isClosed());
    }

    @Test
    void run_debugGiven_setsIt() {
        assertTrue(Asyncio.<Boolean, RuntimeException>run(
                RunOptions.DEFAULT.debug(true), () -> Asyncio.getRunningLoop().getDebug()));
        assertFalse(Asyncio.<Boolean, RuntimeException>run(
                RunOptions.DEFAULT.debug(false), () -> Asyncio.getRunningLoop().getDebug()));
    }

    @Test
    void run_withoutDebug_leavesTheLoopsDefault() {
        RunOptions options = RunOptions.DEFAULT.loopFactory(
                () -> EventLoop.builder().debug(true).build());
        assertTrue(Asyncio.<Boolean, RuntimeException>run(
                options, () -> Asyncio.getRunningLoop().getDebug()));
    }

    @Test
    void run_executorJobStillRunning_waitsForIt() {
        var done = new AtomicInteger();
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().runInExecutor(null, () -> {
                Thread.sleep(50);
                done.set(1);
            });
        });
        assertEquals(1, done.get());
    }

    @Test
    void run_onAVirtualThread_runsAndReturns() throws Exception {
        var seen = new AtomicReference<Object>();
        Thread.ofVirtual()
                .start(() -> seen.set(Asyncio.run(() -> {
                    Asyncio.sleep(Asyncio.millis(1));
                    return "virtual";
                })))
                .join();
        assertEquals("virtual", seen.get());
    }

    @Test
    void run_onAPlatformThread_runsAndReturns() throws Exception {
        var seen = new AtomicReference<Object>();
        Thread.ofPlatform()
                .start(() -> seen.set(Asyncio.run(() -> {
                    Asyncio.sleep(Asyncio.millis(1));
                    return "platform";
                })))
                .join();
        assertEquals("platform", seen.get());
    }

    @Test
    void run_callerHasContextVariables_mainSeesThem() {
        ContextVar<String> variable = ContextVar.of("variable");
        try (var _ = variable.set("caller")) {
            assertEquals("caller", Asyncio.run(() -> variable.get()));
        }
    }

    private static void throwUnchecked(String message) {
        throw new IllegalArgumentException(message);
    }
}
