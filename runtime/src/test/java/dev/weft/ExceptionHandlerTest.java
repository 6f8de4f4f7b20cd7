package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
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
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** The exception handler, and the reports of failures that nobody looked at. */
@Timeout(60)
final class ExceptionHandlerTest {
    private final TestLoop loop = new TestLoop();
    private final List<ExceptionContext> reports = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    private void collectReports() {
        loop.setExceptionHandler((l, report) -> reports.add(report));
    }

    // Conformance 50: test_base_events.py::BaseEventLoopTests::test_default_exc_handler_callback
    @Test
    void defaultHandler_callbackAndTimerFail_logsBoth() {
        var inCallback = new IllegalStateException("callback");
        var inTimer = new IllegalStateException("timer");
        try (var log = new LogCapture()) {
            loop.callSoon(() -> {
                throw inCallback;
            });
            loop.callLater(Asyncio.seconds(1), () -> {
                throw inTimer;
            });
            loop.advance(Asyncio.seconds(2));
            assertEquals(2, log.messages(Level.ERROR).size());
            assertSame(
                    inCallback,
                    log.only("callback failed: java.lang.IllegalStateException: callback")
                            .thrown());
            assertSame(
                    inTimer,
                    log.only("callback failed: java.lang.IllegalStateException: timer")
                            .thrown());
        }
    }

    @Test
    void defaultHandler_report_logsMessageThenKeysSorted() {
        try (var log = new LogCapture()) {
            loop.callExceptionHandler(ExceptionContext.of("something happened")
                    .with("zebra", "z value")
                    .with("ant", "a value")
                    .with("exception", new IOException("cause")));
            LogCapture.Event event = log.only("something happened");
            assertEquals(Level.ERROR, event.level());
            assertEquals("something happened\n  ant: a value\n  zebra: z value", event.message());
            assertEquals("cause", event.thrown().getMessage());
        }
    }

    // Conformance 51: test_base_events.py::BaseEventLoopTests::test_default_exc_handler_coro
    @Test
    void defaultHandler_taskFailsUnseen_logsIt() {
        var failure = new IOException("unseen");
        try (var log = new LogCapture()) {
            loop.run(() -> {
                Asyncio.createTask(
                        () -> {
                            throw failure;
                        },
                        "careless");
                Asyncio.yieldNow();
            });
            loop.close();
            LogCapture.Event event = log.only("unretrieved exception in task");
            assertEquals(Level.ERROR, event.level());
            assertTrue(event.message().contains("careless"), event.message());
            assertSame(failure, event.thrown());
        }
    }

    // Conformance 52: test_base_events.py::BaseEventLoopTests::test_set_exc_handler_custom
    @Test
    void customHandler_set_receivesLoopAndContextUntilNullRestoresTheDefault() {
        var failure = new IllegalStateException("spam");
        ExceptionHandler handler = (l, report) -> {
            assertSame(loop, l);
            reports.add(report);
        };
        assertNull(loop.getExceptionHandler());
        loop.setExceptionHandler(handler);
        assertSame(handler, loop.getExceptionHandler());
        Handle handle = loop.callSoon(() -> {
            throw failure;
        });
        loop.runReady();
        assertEquals(1, reports.size());
        assertSame(failure, reports.getFirst().exception());
        assertSame(handle, reports.getFirst().handle());

        loop.setExceptionHandler(null);
        assertNull(loop.getExceptionHandler());
        try (var log = new LogCapture()) {
            loop.callSoon(() -> {
                throw failure;
            });
            loop.runReady();
            assertSame(failure, log.only("callback failed").thrown());
        }
        assertEquals(1, reports.size());
    }

    // Conformance 53: test_base_events.py::BaseEventLoopTests::test_set_exc_handler_broken
    @Test
    void customHandler_throws_isReportedThroughTheDefaultOne() {
        var failure = new IOException("of the handler");
        loop.setExceptionHandler((l, report) -> {
            throw failure;
        });
        try (var log = new LogCapture()) {
            loop.callSoon(() -> {
                throw new IllegalStateException("original");
            });
            loop.runReady();
            LogCapture.Event event = log.only("exception handler failed");
            assertEquals(Level.ERROR, event.level());
            assertSame(failure, event.thrown());
            assertTrue(event.message().contains("callback failed: java.lang.IllegalStateException: original"));
        }
        assertEquals("alive", loop.run(() -> "alive"));
    }

    // test_base_events.py::BaseEventLoopTests::test_default_exc_handler_broken
    @Test
    void defaultHandler_throwsToo_isLoggedAndNotPropagated() {
        var broken = new EventLoop(EventLoop.builder()) {
            @Override
            public void defaultExceptionHandler(ExceptionContext context) {
                throw new IllegalStateException("default broken");
            }
        };
        try (broken;
                var log = new LogCapture()) {
            broken.callSoon(() -> {
                throw new IllegalStateException("original");
            });
            assertEquals("alive", broken.runUntilComplete(() -> {
                Asyncio.yieldNow();
                return "alive";
            }));
            assertEquals(
                    "default broken",
                    log.only("exception handler failed, and so did reporting that")
                            .thrown()
                            .getMessage());
        }
    }

    @Test
    void customHandler_throwsAFatalError_itLeavesTheLoop() {
        loop.setExceptionHandler((l, report) -> {
            throw new KeyboardInterrupt("enough");
        });
        loop.callSoon(() -> {
            throw new IllegalStateException("original");
        });
        assertEquals(
                "enough", assertThrows(KeyboardInterrupt.class, loop::runReady).getMessage());
        loop.setExceptionHandler(null);
        assertEquals("alive", loop.run(() -> "alive"));
    }

    // Conformance 54: test_futures2.py::FutureTests::test_task_exc_handler_correct_context
    @Test
    void handler_taskFailed_runsInTheTasksContext() {
        ContextVar<String> name = ContextVar.withDefault("name", "foo");
        var seen = new ArrayList<String>();
        loop.setExceptionHandler((l, report) -> seen.add(name.get()));
        loop.run(() -> {
            Asyncio.createTask(() -> {
                name.set("bar");
                throw new ArithmeticException();
            });
            Asyncio.yieldNow();
        });
        loop.close();
        assertEquals(List.of("bar"), seen);
    }

    // Conformance 55: test_futures2.py::FutureTests::test_handle_exc_handler_correct_context
    @Test
    void handler_callbackFailed_runsInTheCallbacksContext() {
        ContextVar<String> name = ContextVar.withDefault("name", "foo");
        var seen = new ArrayList<String>();
        loop.setExceptionHandler((l, report) -> seen.add(name.get()));
        loop.callSoon(() -> {
            name.set("bar");
            throw new ArithmeticException();
        });
        loop.callLater(Asyncio.seconds(1), () -> {
            name.set("baz");
            throw new ArithmeticException();
        });
        loop.advance(Asyncio.seconds(1));
        assertEquals(List.of("bar", "baz"), seen);
        assertEquals("foo", name.get());
    }

    @Test
    void callExceptionHandler_reportNamesATask_runsInItsContext() {
        ContextVar<String> name = ContextVar.withDefault("name", "foo");
        var seen = new ArrayList<String>();
        loop.setExceptionHandler((l, report) -> seen.add(name.get()));
        var context = new Context();
        loop.run(() -> {
            Task<?> task = Asyncio.createTask(
                    () -> {
                        name.set("bar");
                        Asyncio.sleep(Asyncio.seconds(1));
                    },
                    TaskOptions.DEFAULT.context(context));
            Asyncio.yieldNow();
            loop.callExceptionHandler(ExceptionContext.of("task").with("task", task));
            loop.callExceptionHandler(ExceptionContext.of("future").with("future", task));
            loop.callExceptionHandler(ExceptionContext.of("nothing"));
            task.await();
        });
        assertEquals(List.of("bar", "bar", "foo"), seen);
    }

    @Test
    void unretrieved_futureUnreachable_isReportedByTheRunningLoop() throws InterruptedException {
        collectReports();
        loop.run(() -> {
            forget("lost");
            while (reports.isEmpty()) {
                System.gc();
                Asyncio.toThread(() -> Thread.sleep(1));
            }
        });
        assertEquals(1, reports.size());
        ExceptionContext report = reports.getFirst();
        assertTrue(report.message().startsWith("unretrieved exception in future"), report.message());
        assertEquals("lost", report.exception().getMessage());
        assertSame(report.exception(), report.future().exception());
    }

    private void forget(String message) {
        loop.createFuture().setException(new IOException(message));
    }

    @Test
    void unretrieved_taskUnreachable_isReportedInItsContext() throws InterruptedException {
        ContextVar<String> name = ContextVar.withDefault("name", "foo");
        var seen = new ArrayList<String>();
        loop.setExceptionHandler((l, report) -> {
            reports.add(report);
            seen.add(name.get());
        });
        loop.run(() -> {
            Asyncio.createTask(() -> {
                name.set("bar");
                throw new IOException("lost");
            });
            while (reports.isEmpty()) {
                System.gc();
                Asyncio.toThread(() -> Thread.sleep(1));
            }
        });
        assertTrue(reports.getFirst().message().startsWith("unretrieved exception in task"));
        assertEquals(List.of("bar"), seen);
    }

    @Test
    void unretrieved_stillReachableAtClose_isReportedOnceInOrder() {
        collectReports();
        var kept = new ArrayList<Future<?>>();
        for (int i = 0; i < 20; i++) {
            Future<?> future = loop.createFuture();
            future.setException(new IOException("number " + i));
            kept.add(future);
        }
        loop.close();
        loop.close();
        assertEquals(kept, reports.stream().map(ExceptionContext::future).toList());
    }

    @Test
    void unretrieved_lookedAtOrCancelledOrValue_isNotReported() {
        collectReports();
        Future<String> asked = failed();
        asked.exception();
        Future<String> thrown = failed();
        assertThrows(IOException.class, thrown::result);
        Future<String> cancelledLater = failed();
        cancelledLater.cancel();
        Future<String> awaited = failed();
        loop.run(() -> {
            assertThrows(IOException.class, awaited::await);
        });
        Future<String> cancelled = loop.createFuture();
        cancelled.cancel();
        Future<String> value = loop.createFuture();
        value.setResult("fine");
        loop.close();
        assertEquals(List.of(), reports);
    }

    private Future<String> failed() {
        Future<String> future = loop.createFuture();
        future.setException(new IOException("failed"));
        return future;
    }

    @Test
    void get_anyKey_returnsItsValue() {
        ExceptionContext context = ExceptionContext.of("message").with("own", 1).with("none", null);
        assertEquals("message", context.get("message"));
        assertEquals(1, context.get("own"));
        assertNull(context.get("none"));
        assertNull(context.exception());
        assertNull(context.task());
        assertNull(context.sourceTraceback());
        assertTrue(context.toString().contains("message"));
    }
}
