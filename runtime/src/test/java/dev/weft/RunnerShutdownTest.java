package dev.weft;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.sleep;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** {@link Runner#onShutdown}, {@link RunOptions#timeout} and {@link EventLoop#callWhenRunning}. */
final class RunnerShutdownTest {
    private final List<String> trail = new ArrayList<>();
    private final List<ExceptionContext> reports = new ArrayList<>();
    private final RunOptions onVirtualTime = RunOptions.DEFAULT.loopFactory(() -> {
        var loop = new TestLoop();
        loop.setExceptionHandler((where, report) -> reports.add(report));
        return loop;
    });

    @Test
    void onShutdown_severalActions_runInReverseOrderBeforeTasksAreCancelled() {
        try (var runner = new Runner(onVirtualTime)) {
            runner.onShutdown(() -> trail.add("first"));
            runner.onShutdown(() -> {
                sleep(seconds(1));
                trail.add("second");
            });
            runner.run(() -> {
                createTask(() -> {
                    try {
                        sleep(seconds(100));
                    } finally {
                        trail.add("task cancelled");
                    }
                });
                runner.onShutdown(() -> trail.add("third, asked for by main"));
                Asyncio.yieldNow();
            });
            assertEquals(List.of(), trail);
        }
        assertEquals(List.of("third, asked for by main", "second", "first", "task cancelled"), trail);
        assertEquals(List.of(), reports);
    }

    @Test
    void onShutdown_actionFails_tellsTheHandlerAndGoesOn() {
        var failure = new IOException("no");
        try (var runner = new Runner(onVirtualTime)) {
            runner.run(() -> {});
            runner.onShutdown(() -> trail.add("last"));
            runner.onShutdown(() -> {
                throw failure;
            });
        }
        assertEquals(List.of("last"), trail);
        assertEquals(1, reports.size());
        assertSame(failure, reports.get(0).exception());
    }

    @Test
    void onShutdown_mainsContext_isSeen() {
        ContextVar<String> variable = ContextVar.of("variable");
        try (var runner = new Runner(onVirtualTime)) {
            runner.run(() -> {
                variable.set("set by main");
            });
            runner.onShutdown(() -> trail.add(variable.get()));
        }
        assertEquals(List.of("set by main"), trail);
    }

    @Test
    void onShutdown_runnerNeverUsedOrClosed_callsNothing() {
        var runner = new Runner(onVirtualTime);
        runner.onShutdown(() -> trail.add("called"));
        runner.close();
        assertEquals(List.of(), trail);
        assertThrows(IllegalStateException.class, () -> runner.onShutdown(() -> trail.add("called")));
    }

    @Test
    void runTimeout_mainTooSlow_isCancelledAndThrows() {
        RunOptions options = onVirtualTime.timeout(seconds(5));
        assertThrows(
                TimeoutException.class,
                () -> Asyncio.run(options, () -> {
                    try {
                        sleep(seconds(100));
                    } finally {
                        trail.add("cleaned up at " + Asyncio.getRunningLoop().time() / 1_000_000_000);
                    }
                }));
        assertEquals(List.of("cleaned up at 5"), trail);
    }

    @Test
    void runTimeout_mainInTime_givesItsValue() throws Exception {
        assertEquals("done", Asyncio.run(onVirtualTime.timeout(seconds(5)), () -> sleep(seconds(1), "done")));
        assertThrows(
                IOException.class,
                () -> Asyncio.run(onVirtualTime.timeout(seconds(5)), () -> {
                    throw new IOException("main");
                }));
    }

    @Test
    void runTimeout_otherSetters_keepIt() {
        RunOptions options = RunOptions.DEFAULT
                .timeout(seconds(5))
                .debug(true)
                .handleInterrupt(false)
                .loopFactory(TestLoop::new);
        assertEquals(seconds(5), options.timeout());
        assertThrows(TimeoutException.class, () -> Asyncio.run(options, () -> sleep(seconds(100))));
    }

    @Test
    void callWhenRunning_loopRuns_callsInTheNextIteration() {
        try (var loop = new TestLoop()) {
            loop.run(() -> {
                loop.callSoon(() -> trail.add("before"));
                loop.callWhenRunning(() -> trail.add("when running"));
                assertEquals(List.of(), trail);
                Asyncio.yieldNow();
                assertEquals(List.of("before", "when running"), trail);
            });
        }
    }

    @Test
    void callWhenRunning_loopDoesNotRun_callsBeforeAnythingElseOfTheNextRun() {
        try (var loop = new TestLoop()) {
            loop.callSoon(() -> trail.add("queued before"));
            loop.callWhenRunning(() -> trail.add("first"));
            loop.callWhenRunning(() -> trail.add("second"));
            loop.callWhenRunning(() -> trail.add("cancelled")).cancel();
            loop.run(() -> {});
            assertEquals(List.of("first", "second", "queued before"), trail);
            trail.clear();
            loop.callWhenRunning(() -> trail.add("after a restart"));
            loop.run(() -> {});
            loop.run(() -> {});
            assertEquals(List.of("after a restart"), trail);
        }
    }

    @Test
    void callWhenRunning_closedLoop_throws() {
        var loop = new TestLoop();
        loop.close();
        var error = assertThrows(IllegalStateException.class, () -> loop.callWhenRunning(() -> trail.add("called")));
        assertTrue(error.getMessage().contains("loop closed"), error.getMessage());
    }
}
