package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** SIGINT while a main task runs. */
@Timeout(180)
final class KeyboardInterruptTest {
    private static final Signal INT = new Signal("INT");

    private final List<String> trail = new ArrayList<>();

    // Conformance 14: test_runners.py::RunnerTests::test_interrupt_call_soon
    @Test
    void interrupt_mainOnlyYields_cancelsMainAndRunThrows() {
        try (var runner = new Runner()) {
            assertThrows(
                    KeyboardInterrupt.class,
                    () -> runner.run(() -> {
                        Signal.raise(INT);
                        try {
                            while (true) {
                                Asyncio.yieldNow();
                            }
                        } catch (CancelledError e) {
                            trail.add("cancelled");
                            throw new CancelledError();
                        }
                    }));
        }
        assertEquals(List.of("cancelled"), trail);
    }

    // Conformance 15: test_runners.py::RunnerTests::test_interrupt_wait
    @Test
    void interrupt_mainAwaitsAFuture_cancelsItAndRunThrows() {
        try (var runner = new Runner()) {
            Future<String> future = runner.getLoop().createFuture();
            assertThrows(
                    KeyboardInterrupt.class,
                    () -> runner.run(() -> {
                        Asyncio.getRunningLoop().callSoon(() -> Signal.raise(INT));
                        future.await();
                    }));
            assertTrue(future.cancelled());
        }
    }

    // Conformance 16: test_runners.py::RunnerTests::test_interrupt_cancelled_task
    @Test
    void interrupt_mainWasCancelledByOthersToo_runThrowsCancelled() {
        try (var runner = new Runner()) {
            var thrown = assertThrows(
                    CancelledError.class,
                    () -> runner.run(() -> {
                        Task<?> main = Asyncio.currentTask();
                        Asyncio.createTask(() -> {
                            main.cancel("by a task");
                            Signal.raise(INT);
                        });
                        try {
                            Asyncio.sleep(Asyncio.seconds(1000));
                        } catch (CancelledError e) {
                            trail.add(e.getMessage());
                            Asyncio.sleep(Asyncio.seconds(1000)); // until the signal, which comes in its own time
                        }
                    }));
            assertEquals(List.of("by a task"), trail);
            assertTrue(thrown.getClass() == CancelledError.class);
        }
    }

    // Conformance 17: test_runners.py::RunnerTests::test_signal_install_not_supported_ok
    @Test
    void run_handlerCannotBeInstalled_worksWithoutIt() throws Exception {
        // -Xrs: the JVM keeps its hands off signals, and refuses handlers for them
        try (var child = ChildJvm.start(List.of("-Xrs"), Map.of(), RunToTheEnd.class)) {
            ChildJvm.Ended ended = child.await();
            assertEquals(0, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("main returned value"), ended.output());
        }
    }

    static final class RunToTheEnd {
        public static void main(String[] arguments) {
            System.out.println("main returned "
                    + Asyncio.run(() -> {
                        Asyncio.sleep(Asyncio.millis(1));
                        return "value";
                    }));
        }
    }

    // test_runners.py::RunnerTests::test_run with a main that catches the cancellation
    @Test
    void interrupt_mainCatchesItAndReturns_runReturnsItsValue() {
        String value = Asyncio.run(() -> {
            Signal.raise(INT);
            try {
                Asyncio.sleep(Asyncio.seconds(1000));
                return "not interrupted";
            } catch (CancelledError e) {
                return "declined";
            }
        });
        assertEquals("declined", value);
    }

    @Test
    void interrupt_mainFailsInItsCleanup_runThrowsThat() {
        var failure = new IllegalStateException("in cleanup");
        assertSame(
                failure,
                assertThrows(
                        IllegalStateException.class,
                        () -> Asyncio.run(() -> {
                            Signal.raise(INT);
                            try {
                                Asyncio.sleep(Asyncio.seconds(1000));
                            } catch (CancelledError e) {
                                throw failure;
                            }
                        })));
    }

    @Test
    void interrupt_mainSitsInAForeignWait_isInterruptedInConfinedMode() {
        if (!Modes.confined()) {
            return; // the loop waits with it, as asyncio's does
        }
        assertThrows(
                KeyboardInterrupt.class,
                () -> Asyncio.run(() -> {
                    Signal.raise(INT);
                    Thread.sleep(1_000_000);
                }));
    }

    @Test
    void run_over_restoresTheHandlerThereWas() {
        SignalHandler before = current();
        var during = new AtomicReference<SignalHandler>();
        Asyncio.run(() -> during.set(current()));
        assertTrue(during.get().toString().contains("Weft"), during.toString());
        assertEquals(before.getClass(), current().getClass());
        assertFalse(current().toString().contains("Weft"));
    }

    @Test
    void run_somebodyElseHandlesTheSignal_leavesItToThem() throws Exception {
        var handled = new CountDownLatch(1);
        SignalHandler before = Signal.handle(INT, signal -> handled.countDown());
        try {
            String value = Asyncio.run(() -> {
                Signal.raise(INT);
                Asyncio.toThread(() -> handled.await());
                return "not interrupted";
            });
            assertEquals("not interrupted", value);
        } finally {
            Signal.handle(INT, before);
        }
    }

    @Test
    void run_handleInterruptOff_installsNothing() {
        var during = new AtomicReference<SignalHandler>();
        Asyncio.run(RunOptions.DEFAULT.handleInterrupt(false), () -> during.set(current()));
        assertFalse(during.get().toString().contains("Weft"), during.toString());
    }

    @Test
    void interrupt_severalRunsAtOnce_reachesTheOutermostOnly() {
        assertThrows(
                KeyboardInterrupt.class,
                () -> Asyncio.run(() -> {
                    String inner = Asyncio.toThread(() -> Asyncio.run(() -> {
                        Asyncio.sleep(Asyncio.millis(1));
                        return "inner";
                    }));
                    trail.add(inner);
                    assertTrue(current().toString().contains("Weft"));
                    Signal.raise(INT);
                    Asyncio.sleep(Asyncio.seconds(1000));
                }));
        assertEquals(List.of("inner"), trail);
    }

    @Test
    void interrupt_twice_printsTheTasksAndExitsWith130() throws Exception {
        try (var child = ChildJvm.start(Stubborn.class)) {
            child.awaitOutput("ready");
            child.signal("INT");
            child.awaitOutput("first one declined");
            child.signal("INT");
            ChildJvm.Ended ended = child.await();
            assertEquals(130, ended.exitCode(), ended.output());
            assertTrue(ended.output().contains("Task[helper"), ended.output());
        }
    }

    static final class Stubborn {
        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                Asyncio.createTask(() -> Asyncio.sleep(Asyncio.seconds(1000)), "helper");
                System.out.println("ready");
                try {
                    Asyncio.sleep(Asyncio.seconds(1000));
                } catch (CancelledError e) {
                    System.out.println("first one declined");
                }
                Asyncio.sleep(Asyncio.seconds(1000));
            });
        }
    }

    @Test
    void interrupt_once_runsFinallyBlocks() throws Exception {
        try (var child = ChildJvm.start(Tidy.class)) {
            child.awaitOutput("ready");
            child.signal("INT");
            ChildJvm.Ended ended = child.await();
            assertEquals(1, ended.exitCode(), ended.output()); // uncaught in main
            assertTrue(ended.output().contains("main cleaned up"), ended.output());
            assertTrue(ended.output().contains("helper cleaned up"), ended.output());
            assertTrue(ended.output().contains("dev.weft.KeyboardInterrupt"), ended.output());
        }
    }

    static final class Tidy {
        public static void main(String[] arguments) {
            Asyncio.run(() -> {
                Asyncio.createTask(() -> {
                    try {
                        Asyncio.sleep(Asyncio.seconds(1000));
                    } finally {
                        Asyncio.yieldNow();
                        System.out.println("helper cleaned up");
                    }
                });
                try {
                    System.out.println("ready");
                    Asyncio.sleep(Asyncio.seconds(1000));
                } finally {
                    Asyncio.sleep(Asyncio.millis(1));
                    System.out.println("main cleaned up");
                }
            });
        }
    }

    private static SignalHandler current() {
        // Not SIG_IGN: the JVM installs no handler over that again.
        SignalHandler handler = Signal.handle(INT, signal -> {});
        Signal.handle(INT, handler);
        return handler;
    }
}
