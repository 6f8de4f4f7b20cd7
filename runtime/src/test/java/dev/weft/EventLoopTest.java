package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** The life of a loop: running, stopping, closing, and what is refused meanwhile. */
@Timeout(60)
final class EventLoopTest {
    private final EventLoop loop = EventLoop.create();
    private final List<String> trail = new ArrayList<>();

    @AfterEach
    void closeLoop() {
        loop.close();
    }

    // Conformance 19: test_events.py::EventLoopTestsMixin::test_run_until_complete_stopped
    @Test
    void runUntilComplete_stoppedFirst_throws() {
        var thrown = assertThrows(
                IllegalStateException.class,
                () -> loop.runUntilComplete(() -> {
                    loop.stop();
                    Asyncio.yieldNow();
                    Asyncio.yieldNow();
                }));
        assertTrue(thrown.getMessage().contains("loop stopped before main finished"), thrown.getMessage());
        runTasksToTheirEnd();
    }

    // Conformance 20: test_tasks.py::BaseTaskTests::test_stop_while_run_in_complete
    @Test
    void runUntilComplete_stoppedFirst_mainCanBeCancelledAndRunAgain() {
        try (var virtual = new TestLoop()) {
            int[] steps = {0};
            Task<?> main = virtual.createTask(() -> {
                while (steps[0] < 10) {
                    Asyncio.sleep(Asyncio.seconds(0.1));
                    if (++steps[0] == 2) {
                        virtual.stop();
                    }
                }
            });
            assertThrows(IllegalStateException.class, () -> virtual.runUntilComplete(main));
            assertFalse(main.done());
            assertEquals(2, steps[0]);

            main.cancel();
            assertThrows(CancelledError.class, () -> virtual.runUntilComplete(main));
            assertEquals(2, steps[0]);
        }
    }

    // Conformance 21: test_base_events.py::BaseEventLoopTests::test_run_until_complete_loop
    @Test
    void runUntilComplete_futureOfAnotherLoop_isRefused() {
        try (var other = EventLoop.create()) {
            Future<String> future = other.createFuture();
            assertThrows(IllegalArgumentException.class, () -> loop.runUntilComplete(future));
        }
    }

    // Conformance 22: test_base_events.py::BaseEventLoopTests::test_run_until_complete_baseexception
    @Test
    void runUntilComplete_fatalErrorInMain_leavesNoStopBehind() {
        assertThrows(
                KeyboardInterrupt.class,
                () -> loop.runUntilComplete(() -> {
                    throw new KeyboardInterrupt();
                }));
        loop.callSoon(() -> {
            trail.add("called");
            loop.callSoon(() -> {
                trail.add("and again");
                loop.stop();
            });
        });
        loop.runForever();
        assertEquals(List.of("called", "and again"), trail);
    }

    // Conformance 23: test_base_events.py::BaseEventLoopTests::test_run_until_complete_loop_orphan_future_close_loop
    @Test
    void runUntilComplete_abortedByAFatalCallback_canBeFollowedByAnotherRun() {
        try (var virtual = new TestLoop()) {
            virtual.callSoon(() -> {
                throw new KeyboardInterrupt("stop the show");
            });
            var thrown = assertThrows(
                    KeyboardInterrupt.class, () -> virtual.runUntilComplete(() -> Asyncio.sleep(Asyncio.seconds(0.1))));
            assertEquals("stop the show", thrown.getMessage());

            // The first main ends during this run, and must not end it.
            virtual.runUntilComplete(() -> Asyncio.sleep(Asyncio.seconds(0.2)));
            assertEquals(Asyncio.seconds(0.2).toNanos(), virtual.time());
        }
    }

    @Test
    void run_virtualMachineErrorInATask_leavesTheLoop() {
        var error = new InternalError("pretended");
        assertSame(
                error,
                assertThrows(
                        InternalError.class,
                        () -> loop.runUntilComplete(() -> {
                            throw error;
                        })));
        assertEquals("alive", loop.runUntilComplete(() -> "alive"));
    }

    @Test
    void run_otherErrorsInTasksAndCallbacks_stayThere() {
        var reported = new ArrayList<Throwable>();
        loop.setExceptionHandler((l, report) -> reported.add(report.exception()));
        var errors = List.of(
                new StackOverflowError("deep"),
                new OutOfMemoryError("full"),
                new NoClassDefFoundError("Gone"),
                new AssertionError("wrong"),
                new OwnError());
        loop.runUntilComplete(() -> {
            for (Error error : errors) {
                loop.callSoon(() -> {
                    throw error;
                });
                Task<?> task = loop.createTask(() -> {
                    throw error;
                });
                assertSame(error, assertThrows(Error.class, task::await));
            }
        });
        assertEquals(errors, reported);
    }

    /** Not one of the JDK's. */
    private static final class OwnError extends Error {
        private static final long serialVersionUID = 1L;
    }

    // Conformance 24: test_base_events.py::BaseEventLoopTests::test_run_forever_pre_stopped
    @Test
    void runForever_stoppedBefore_doesOneIterationWithoutWaiting() {
        loop.callLater(Duration.ofHours(1), () -> trail.add("timer"));
        loop.callSoon(() -> {
            trail.add("queued");
            loop.callSoon(() -> trail.add("queued later"));
        });
        loop.stop();
        loop.runForever();
        assertEquals(List.of("queued"), trail);
    }

    @Test
    void runForever_stoppedBeforeWithNothingQueued_returns() {
        loop.stop();
        loop.runForever();
        assertFalse(loop.isRunning());
    }

    // Conformance 25: test_base_events.py::BaseEventLoopTests::test_run_once
    @Test
    void runForever_stopQueued_runsWhatIsQueuedOnce() {
        loop.callSoon(() -> trail.add("before"));
        loop.callSoon(loop::stop);
        loop.callSoon(() -> {
            trail.add("after");
            loop.callSoon(() -> trail.add("next run"));
        });
        loop.runForever();
        assertEquals(List.of("before", "after"), trail);

        loop.stop();
        loop.runForever();
        assertEquals(List.of("before", "after", "next run"), trail);
    }

    // Conformance 26: test_base_events.py::BaseEventLoopTests::test_single_selecter_event_callback_after_stopping
    @Test
    void stop_withAReadableChannel_neverCallsItsReaderTwice() throws IOException {
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            sink.write(ByteBuffer.wrap(new byte[1]));
            var calls = new AtomicInteger();
            loop.addReader(source, () -> {
                calls.incrementAndGet();
                loop.callSoon(() -> loop.removeReader(source));
            });
            for (int round = 0; round < 2; round++) {
                loop.callSoon(loop::stop);
                loop.runForever();
                assertEquals(1, calls.get(), "round " + round);
            }
        }
    }

    // Conformance 27: test_base_events.py::RunningLoopTests::test_running_loop_within_a_loop
    @Test
    void run_insideARunningLoop_throws() {
        try (var other = EventLoop.create()) {
            loop.runUntilComplete(() -> {
                assertThrows(IllegalStateException.class, other::runForever);
                assertThrows(IllegalStateException.class, () -> other.runUntilComplete(() -> fail("called")));
                assertThrows(IllegalStateException.class, loop::runForever);
                assertThrows(IllegalStateException.class, () -> loop.runUntilComplete(() -> fail("called")));
            });
        }
    }

    // Conformance 31: test_events.py::GetEventLoopTestsMixin::test_get_running_loop_already_running
    @Test
    void run_secondLoopInsideTheFirst_throwsAndKeepsTheFirst() {
        try (var other = EventLoop.create()) {
            EventLoop seen = loop.runUntilComplete(() -> {
                assertThrows(IllegalStateException.class, other::runForever);
                return Asyncio.getRunningLoop();
            });
            assertSame(loop, seen);
            assertEquals("usable", other.runUntilComplete(() -> "usable"));
        }
    }

    // Conformance 30: test_events.py::GetEventLoopTestsMixin::test_get_event_loop_returns_running_loop2
    @Test
    void getRunningLoop_inATaskAndACallback_isTheLoopAndOutsideThrows() {
        var inCallback = new AtomicReference<EventLoop>();
        loop.runUntilComplete(() -> {
            assertSame(loop, Asyncio.getRunningLoop());
            assertSame(loop, Asyncio.getEventLoop());
            loop.callSoon(() -> inCallback.set(Asyncio.getRunningLoop()));
            Asyncio.yieldNow();
        });
        assertSame(loop, inCallback.get());
        assertThrows(IllegalStateException.class, Asyncio::getRunningLoop);
        assertThrows(IllegalStateException.class, Asyncio::getEventLoop);
    }

    // Conformance 28: test_base_events.py::BaseEventLoopTests::test_close
    @Test
    void close_twiceWithQueuedWork_dropsIt() {
        loop.callSoon(() -> trail.add("callback"));
        loop.callLater(Duration.ZERO, () -> trail.add("timer"));
        loop.callSoonThreadsafe(() -> trail.add("threadsafe"));
        assertFalse(loop.isClosed());
        loop.close();
        assertTrue(loop.isClosed());
        loop.close();
        assertTrue(loop.isClosed());
        assertEquals(List.of(), trail);
    }

    @Test
    void close_whileRunning_throws() {
        loop.runUntilComplete(() -> {
            assertTrue(loop.isRunning());
            var thrown = assertThrows(IllegalStateException.class, loop::close);
            assertTrue(thrown.getMessage().contains("running"), thrown.getMessage());
        });
        assertFalse(loop.isRunning());
    }

    // Conformance 29: test_events.py::EventLoopTestsMixin::test_close
    @Test
    void close_thenAnySchedulingCall_throws() throws IOException {
        loop.close();
        Pipe pipe = Pipe.open();
        try (Pipe.SourceChannel source = pipe.source();
                Pipe.SinkChannel sink = pipe.sink()) {
            source.configureBlocking(false);
            sink.configureBlocking(false);
            Action never = () -> fail("called");
            refused(() -> loop.callSoon(never));
            refused(() -> loop.callSoon(never, new Context()));
            refused(() -> loop.callSoonThreadsafe(never));
            refused(() -> loop.callLater(Duration.ofSeconds(1), never));
            refused(() -> loop.callAt(loop.time(), never));
            refused(() -> loop.createTask(never));
            refused(() -> loop.createTask(() -> "value"));
            refused(loop::runForever);
            refused(() -> loop.runOnce(Duration.ZERO));
            refused(() -> loop.runUntilComplete(() -> fail("called")));
            refused(() -> loop.runUntilComplete(loop.createFuture()));
            refused(() -> loop.runInExecutor(null, never));
            refused(() -> loop.addReader(source, never));
            refused(() -> loop.addWriter(sink, never));
            refused(() -> Asyncio.runCoroutineThreadsafe(never, loop));
            assertFalse(loop.removeReader(source));
            assertFalse(loop.removeWriter(sink));
        }
    }

    private static void refused(Action call) {
        var thrown = assertThrows(IllegalStateException.class, call::run);
        assertTrue(thrown.getMessage().contains("loop closed"), thrown.getMessage());
    }

    @Test
    void close_withPendingTasks_reportsEachOnceAndRunsNoMoreOfThem() {
        var reports = new ArrayList<ExceptionContext>();
        loop.setExceptionHandler((l, report) -> reports.add(report));
        Task<?> waiting = loop.createTask(() -> {
            try {
                loop.createFuture().await();
            } finally {
                trail.add("cleanup of a dropped task");
            }
        });
        loop.runUntilComplete(() -> Asyncio.yieldNow());
        Task<?> notStarted = loop.createTask(() -> trail.add("started"));
        loop.close();
        loop.close();
        assertEquals(List.of(), trail);
        assertEquals(
                List.of(waiting, notStarted),
                reports.stream().map(ExceptionContext::task).toList());
        for (ExceptionContext report : reports) {
            assertTrue(report.message().startsWith("task dropped while pending"), report.message());
            assertNull(report.exception());
        }
        assertFalse(waiting.done());
    }

    @Test
    void close_handlerThrows_closesAllTheSame() {
        loop.setExceptionHandler((l, report) -> {
            throw new KeyboardInterrupt("fatal");
        });
        loop.createTask(() -> trail.add("started"));
        assertThrows(KeyboardInterrupt.class, loop::close);
        assertTrue(loop.isClosed());
        assertEquals(List.of(), trail);
    }

    // Conformance 32: test_base_events.py::BaseEventLoopTests::test_shutdown_default_executor_timeout
    @Test
    void shutdownDefaultExecutor_jobRunsTooLong_givesUpWithAWarning() throws InterruptedException {
        var release = new CountDownLatch(1);
        try (var log = new LogCapture()) {
            loop.runUntilComplete(() -> {
                var started = new CountDownLatch(1);
                loop.runInExecutor(null, () -> {
                    started.countDown();
                    release.await();
                });
                Asyncio.toThread(() -> started.await());
                loop.shutdownDefaultExecutor(Asyncio.millis(10));
            });
            List<String> warnings = log.messages(Level.WARN);
            assertEquals(1, warnings.size(), warnings.toString());
            assertTrue(warnings.getFirst().contains("did not finish its jobs within"), warnings.getFirst());
        } finally {
            release.countDown();
        }
    }

    @Test
    void shutdownDefaultExecutor_fromItsFirstLineOn_refusesTheDefaultExecutorOnly() {
        loop.runUntilComplete(() -> {
            loop.shutdownDefaultExecutor();
            var thrown =
                    assertThrows(IllegalStateException.class, () -> loop.runInExecutor(null, () -> fail("called")));
            assertTrue(thrown.getMessage().contains("default executor shut down"), thrown.getMessage());
            assertEquals(
                    "explicit",
                    loop.runInExecutor(Runnable::run, () -> "explicit").await());
        });
    }

    @Test
    void runOnce_nothingReady_waitsAtMostThatLong() {
        long began = loop.time();
        loop.runOnce(Asyncio.millis(20));
        assertTrue(loop.time() - began >= 20_000_000);
        loop.callSoon(() -> trail.add("called"));
        loop.callSoon(() -> loop.callSoon(() -> trail.add("next")));
        loop.runOnce(Duration.ofHours(1));
        assertEquals(List.of("called"), trail);
        loop.runOnce(Duration.ofHours(1));
        assertEquals(List.of("called", "next"), trail);
    }

    @Test
    void callbacks_acrossRuns_keepTheirOrder() {
        for (int run = 0; run < 3; run++) {
            String name = "run " + run;
            loop.callSoon(() -> trail.add(name));
            loop.callSoon(loop::stop);
            loop.runForever();
        }
        assertEquals(List.of("run 0", "run 1", "run 2"), trail);
    }

    @Test
    void foreignWaits_saysWhatTheModeDoes() {
        assertEquals(
                loop.mode() == EventLoop.Mode.CONFINED ? EventLoop.ForeignWaits.PARK : EventLoop.ForeignWaits.BLOCK,
                loop.foreignWaits());
    }

    @Test
    void toString_eachState_namesIt() {
        assertTrue(loop.toString().contains("stopped"));
        assertTrue(loop.runUntilComplete(() -> loop.toString()).contains("running"));
        loop.close();
        assertTrue(loop.toString().contains("closed"));
    }

    private void runTasksToTheirEnd() {
        loop.runUntilComplete(() -> {
            for (int i = 0; i < 5; i++) {
                Asyncio.yieldNow();
            }
        });
    }
}
