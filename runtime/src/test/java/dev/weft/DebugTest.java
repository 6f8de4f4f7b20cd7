package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** What debug mode adds. */
@Timeout(120)
final class DebugTest {
    private final EventLoop loop = EventLoop.builder().debug(true).build();
    private final List<ExceptionContext> reports = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 56: test_base_events.py::BaseEventLoopWithSelectorTests::test_log_slow_callbacks
    @Test
    void slowEntry_callbackOrTaskStep_isLoggedByName() {
        loop.setSlowCallbackDuration(Duration.ofNanos(1));
        assertEquals(Duration.ofNanos(1), loop.getSlowCallbackDuration());
        try (var log = new LogCapture()) {
            loop.callSoon(DebugTest::callback);
            loop.runUntilComplete(loop.createTask(() -> Asyncio.yieldNow(), "slowpoke"));
            List<String> warnings = log.messages(Level.WARN);
            assertTrue(
                    warnings.stream()
                            .anyMatch(w -> w.matches("slow entry: Handle\\[dev\\.weft\\.DebugTest.*] took \\d+ ms")),
                    warnings.toString());
            assertTrue(
                    warnings.stream().anyMatch(w -> w.matches("slow entry: Task\\[slowpoke.*] took \\d+ ms")),
                    warnings.toString());
        }
    }

    private static void callback() {}

    @Test
    void slowEntry_tookLonger_namesTheTime() {
        try (var log = new LogCapture()) {
            loop.runUntilComplete(loop.createTask(
                    () -> {
                        long until = System.nanoTime() + 120_000_000;
                        while (System.nanoTime() < until) {
                            Thread.onSpinWait();
                        }
                    },
                    "busy"));
            String warning = log.only("slow entry: Task[busy").message();
            int millis = Integer.parseInt(warning.replaceAll(".*took (\\d+) ms", "$1"));
            assertTrue(millis >= 120, warning);
        }
    }

    @Test
    void slowEntry_withoutDebugOrBelowTheLimit_isNotLogged() {
        try (var log = new LogCapture()) {
            loop.setSlowCallbackDuration(Duration.ofHours(1));
            loop.callSoon(DebugTest::callback);
            loop.runUntilComplete(() -> Asyncio.yieldNow());
            loop.setDebug(false);
            loop.setSlowCallbackDuration(Duration.ZERO);
            loop.callSoon(DebugTest::callback);
            loop.runUntilComplete(() -> Asyncio.yieldNow());
            assertEquals(List.of(), log.messages(Level.WARN));
        }
    }

    @Test
    void setDebug_whileRunning_takesEffect() {
        loop.setDebug(false);
        loop.setSlowCallbackDuration(Duration.ZERO);
        try (var log = new LogCapture()) {
            loop.runUntilComplete(loop.createTask(
                    () -> {
                        Asyncio.yieldNow();
                        loop.setDebug(true);
                        Asyncio.yieldNow();
                    },
                    "main"));
            assertTrue(log.contains("slow entry: Task[main"));
        }
    }

    // Conformance 57: test_base_events.py::BaseEventLoopTests::test_env_var_debug
    @Test
    void debugDefault_comesFromTheEnvironment() throws Exception {
        assertEquals("debug: false", debugOf(List.of(), Map.of()));
        assertEquals("debug: false", debugOf(List.of(), Map.of("WEFT_DEBUG", "")));
        assertEquals("debug: true", debugOf(List.of(), Map.of("WEFT_DEBUG", "1")));
        assertEquals("debug: true", debugOf(List.of("-Dweft.debug=true"), Map.of()));
    }

    private static String debugOf(List<String> flags, Map<String, String> environment) throws Exception {
        try (var child = ChildJvm.start(flags, environment, PrintDebug.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            return ended.output().lines().reduce((first, last) -> last).orElse("");
        }
    }

    static final class PrintDebug {
        public static void main(String[] arguments) {
            try (var loop = EventLoop.create()) {
                System.out.println("debug: " + loop.getDebug());
            }
        }
    }

    // Conformance 58: test_events.py::HandleTests::test_handle_source_traceback
    @Test
    void handles_inDebugMode_carryTheirCreationStack() {
        loop.setExceptionHandler((l, report) -> reports.add(report));
        loop.callSoon(() -> fail("soon"));
        loop.callLater(Duration.ZERO, () -> fail("later"));
        loop.callAt(0, () -> fail("at"));
        loop.callSoonThreadsafe(() -> fail("threadsafe"));
        loop.runUntilComplete(() -> Asyncio.sleep(Asyncio.millis(1)));
        assertEquals(4, reports.size());
        for (ExceptionContext report : reports) {
            assertNewestFrame("handles_inDebugMode_carryTheirCreationStack", report.handleTraceback());
        }
    }

    private static void fail(String message) throws IOException {
        throw new IOException(message);
    }

    // Conformance 59: test_futures.py::BaseFutureTests::test_future_source_traceback
    @Test
    void futuresAndTasks_inDebugMode_carryTheirCreationStack() {
        loop.setExceptionHandler((l, report) -> reports.add(report));
        loop.createFuture().setException(new IOException("future"));
        loop.createTask(() -> fail("task"));
        loop.createTask(() -> {
            fail("task with value");
            return 1;
        });
        loop.runUntilComplete(() -> {
            Asyncio.yieldNow();
        });
        loop.close();
        assertEquals(3, reports.size(), reports.toString());
        for (ExceptionContext report : reports) {
            assertNewestFrame("futuresAndTasks_inDebugMode_carryTheirCreationStack", report.sourceTraceback());
        }
    }

    @Test
    void creationStack_isLoggedWithTheReport() {
        try (var log = new LogCapture()) {
            loop.callSoon(() -> fail("soon"));
            loop.runUntilComplete(() -> {
                Asyncio.yieldNow();
            });
            String message = log.only("callback failed").message();
            assertTrue(message.contains("creationStack_isLoggedWithTheReport"), message);
        }
    }

    @Test
    void withoutDebugMode_nothingCarriesAStack() {
        loop.setDebug(false);
        assertFalse(loop.getDebug());
        loop.setExceptionHandler((l, report) -> reports.add(report));
        loop.callSoon(() -> fail("soon"));
        loop.createFuture().setException(new IOException("future"));
        loop.runUntilComplete(() -> {
            Asyncio.yieldNow();
        });
        loop.close();
        assertEquals(2, reports.size());
        for (ExceptionContext report : reports) {
            assertNull(report.handleTraceback());
            assertNull(report.sourceTraceback());
        }
    }

    private static void assertNewestFrame(String method, List<StackTraceElement> stack) {
        assertNotNull(stack);
        assertTrue(stack.size() <= 10, "frames: " + stack.size());
        StackTraceElement newest = stack.getLast();
        assertEquals(DebugTest.class.getName(), newest.getClassName(), stack.toString());
        assertEquals(method, newest.getMethodName(), stack.toString());
    }
}
