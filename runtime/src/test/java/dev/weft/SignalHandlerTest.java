package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import sun.misc.Signal;

/** Signals as callbacks of a loop. They are raised in this very process: harmless ones, whose default is to be ignored. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has neither WINCH nor URG")
final class SignalHandlerTest {
    private static final String NAME = "WINCH";

    private static void raise() {
        Signal.raise(new Signal(NAME));
    }

    // Conformance 451: test_events.py::EventLoopTestsMixin::test_add_signal_handler
    @Test
    void addSignalHandler_signal_callsOnTheLoopInTheContextOfRegistration() {
        ContextVar<String> variable = ContextVar.of("where");
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<String> called = loop.createFuture();
            variable.set("registration");
            loop.addSignalHandler(NAME, () -> {
                assertEquals(loop, Asyncio.getRunningLoop());
                assertNull(Asyncio.currentTask());
                called.setResult(variable.get());
            });
            variable.set("later");
            raise();
            assertEquals("registration", called.await());
        });
    }

    // Conformance 452: test_events.py::EventLoopTestsMixin::test_signal_handling_while_selecting
    @Test
    void addSignalHandler_loopAsleep_isWoken() throws InterruptedException {
        var ready = new CountDownLatch(1);
        Thread raiser = Thread.ofPlatform().start(() -> {
            try {
                assertTrue(ready.await(30, TimeUnit.SECONDS));
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            raise();
        });
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<String> called = loop.createFuture();
            loop.addSignalHandler("SIG" + NAME, () -> called.setResult("called"));
            loop.callSoon(ready::countDown);
            assertEquals("called", called.await()); // no timer: nothing but the signal can end the poll
        });
        raiser.join();
    }

    @Test
    void addSignalHandler_again_replaces() {
        var trail = new ArrayList<String>();
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            Future<String> called = loop.createFuture();
            loop.addSignalHandler(NAME, () -> trail.add("first"));
            loop.addSignalHandler(NAME, () -> {
                trail.add("second");
                called.setResult("");
            });
            raise();
            called.await();
        });
        assertEquals(List.of("second"), trail);
    }

    // Conformance 453: test_unix_events.py::SelectorEventLoopSignalTests::test_remove_signal_handler
    @Test
    void removeSignalHandler_present_restoresWhatWasBeforeAndTells() throws InterruptedException {
        var before = new CountDownLatch(1);
        var original = Signal.handle(new Signal(NAME), signal -> before.countDown());
        try (var loop = EventLoop.create()) {
            var trail = new ArrayList<String>();
            assertFalse(loop.removeSignalHandler(NAME));
            loop.addSignalHandler(NAME, () -> trail.add("called"));
            assertTrue(loop.removeSignalHandler(NAME));
            assertFalse(loop.removeSignalHandler(NAME));
            raise();
            assertTrue(before.await(30, TimeUnit.SECONDS));
            loop.runUntilComplete(Asyncio::yieldNow);
            assertEquals(List.of(), trail);
        } finally {
            Signal.handle(new Signal(NAME), original);
        }
    }

    @Test
    void close_handlersLeft_removesThem() throws InterruptedException {
        var before = new CountDownLatch(1);
        var original = Signal.handle(new Signal(NAME), signal -> before.countDown());
        try {
            var loop = EventLoop.create();
            loop.addSignalHandler(NAME, () -> {});
            loop.close();
            raise();
            assertTrue(before.await(30, TimeUnit.SECONDS));
            try (var next = EventLoop.create()) {
                next.addSignalHandler(NAME, () -> {}); // free for another loop
            }
        } finally {
            Signal.handle(new Signal(NAME), original);
        }
    }

    // Conformance 454: test_unix_events.py::SelectorEventLoopSignalTests::test_check_signal
    @Test
    void addSignalHandler_impossibleSignals_areRejected() {
        try (var loop = EventLoop.create()) {
            for (String name : List.of("NOSUCHSIGNAL", "KILL", "STOP", "SEGV")) {
                var failure =
                        assertThrows(IllegalArgumentException.class, () -> loop.addSignalHandler(name, () -> {}), name);
                assertTrue(failure.getMessage().contains(name), failure.getMessage());
            }
            assertThrows(IllegalArgumentException.class, () -> loop.removeSignalHandler("NOSUCHSIGNAL"));
            assertFalse(loop.removeSignalHandler("KILL"));
            assertThrows(NullPointerException.class, () -> loop.addSignalHandler(NAME, null));
        }
    }

    @Test
    void addSignalHandler_anotherLoopHandlesIt_throws() {
        try (var one = EventLoop.create();
                var two = EventLoop.create()) {
            one.addSignalHandler(NAME, () -> {});
            var failure = assertThrows(IllegalStateException.class, () -> two.addSignalHandler(NAME, () -> {}));
            assertTrue(failure.getMessage().contains("another loop"), failure.getMessage());
            assertFalse(two.removeSignalHandler(NAME));
            one.removeSignalHandler(NAME);
            two.addSignalHandler(NAME, () -> {});
        }
    }

    @Test
    void addSignalHandler_closedLoop_throws() {
        var loop = EventLoop.create();
        loop.close();
        assertThrows(IllegalStateException.class, () -> loop.addSignalHandler(NAME, () -> {}));
    }

    /** Runner's own handler of SIGINT is set before and taken back after the loop's, or the other way round. */
    @Test
    void osSignal_handlersTakenBackInAnyOrder_lastOneLeftHandles() throws InterruptedException {
        var trail = new ArrayList<String>();
        var original = new CountDownLatch(1);
        var kept = Signal.handle(new Signal(NAME), signal -> original.countDown());
        try {
            var second = new CountDownLatch(1);
            OsSignal one = OsSignal.handle(NAME, () -> trail.add("first"));
            OsSignal two = OsSignal.handle(NAME, second::countDown);
            assertNull(OsSignal.handleIfDefault(NAME, () -> trail.add("not the default")));
            one.restore(); // below the top: changes nothing
            raise();
            assertTrue(second.await(30, TimeUnit.SECONDS));
            two.restore();
            two.restore();
            raise();
            assertTrue(original.await(30, TimeUnit.SECONDS));
            assertEquals(List.of(), trail);
        } finally {
            Signal.handle(new Signal(NAME), kept);
        }
    }
}
