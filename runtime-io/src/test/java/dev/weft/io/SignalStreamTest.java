package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.ClosedResourceException;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Signals as a stream. Real ones, sent to this very process: such as it ignores, should nobody receive them. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "Windows has neither WINCH nor URG")
@Timeout(60)
final class SignalStreamTest {
    private static final String ONE = Signals.WINCH;
    private static final String OTHER = Signals.CONT;

    /** Returns when the signal has been sent; it arrives some time later. */
    private static void send(String name) throws IOException {
        String own = Long.toString(ProcessHandle.current().pid());
        var done = Subprocess.run(SubprocessTest.QUIET, List.of("/bin/sh", "-c", "kill -$0 $1", name, own));
        done.checkReturnCode();
    }

    @Test
    void receive_signals_comeAsTheyAreSent() throws IOException {
        Asyncio.run(() -> {
            try (var signals = Signals.receive(ONE, "SIG" + OTHER)) {
                send(ONE);
                assertEquals(ONE, signals.next());
                send(OTHER);
                assertEquals(OTHER, signals.next());
                Task<String> waiting = Asyncio.createTask(() -> signals.next());
                Asyncio.yieldNow();
                assertFalse(waiting.done());
                send(ONE);
                assertEquals(ONE, waiting.await());
            }
        });
    }

    @Test
    void receive_moreThanAreTaken_areKeptOncePerName() {
        Asyncio.run(() -> {
            try (var signals = Signals.receive(ONE, OTHER)) {
                for (int i = 0; i < 5; i++) {
                    signals.arrived(OTHER);
                    signals.arrived(ONE);
                }
                assertTrue(signals.toString().contains("2 pending"), signals.toString());
                assertEquals(List.of(OTHER, ONE), List.of(signals.next(), signals.next()));
                assertTrue(signals.toString().contains("0 pending"), signals.toString());
                signals.arrived(ONE);
                assertEquals(ONE, signals.next());
            }
        });
    }

    @Test
    void iterator_closedByAnotherTask_ends() throws IOException {
        Asyncio.run(() -> {
            var signals = Signals.receive(ONE);
            var seen = new ArrayList<String>();
            Future<Void> first = Asyncio.createFuture();
            Task<Void> reading = Asyncio.createTask(() -> {
                for (String signal : signals) {
                    seen.add(signal);
                    first.setResult(null);
                }
            });
            send(ONE);
            first.await();
            signals.close();
            signals.close();
            reading.await();
            assertEquals(List.of(ONE), seen);
            assertThrows(ClosedResourceException.class, signals::next);
            assertFalse(signals.iterator().hasNext());
        });
    }

    @Test
    void next_closedMeanwhile_throws() {
        Asyncio.run(() -> {
            var signals = Signals.receive(ONE);
            Task<String> waiting = Asyncio.createTask(() -> signals.next());
            Asyncio.yieldNow();
            signals.close();
            assertThrows(ClosedResourceException.class, waiting::await);
        });
    }

    @Test
    void next_cancelled_losesNoSignal() throws IOException {
        Asyncio.run(() -> {
            try (var signals = Signals.receive(ONE)) {
                Task<String> one = Asyncio.createTask(() -> signals.next());
                Task<String> other = Asyncio.createTask(() -> signals.next());
                Asyncio.yieldNow();
                send(ONE);
                // Woken or not: when the first is cancelled, the second gets it.
                while (!signals.toString().contains("1 pending") && !one.done()) {
                    Asyncio.yieldNow();
                }
                boolean cancelled = one.cancel();
                if (cancelled) {
                    assertThrows(CancelledError.class, one::await);
                    assertEquals(ONE, other.await());
                } else {
                    assertEquals(ONE, one.await());
                    other.cancel();
                    assertThrows(CancelledError.class, other::await);
                }
            }
        });
    }

    @Test
    void receive_taken_isFreeAgainAfterClose() {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            try (var signals = Signals.receive(ONE)) {
                var failure = assertThrows(IllegalStateException.class, () -> Signals.receive(OTHER, ONE));
                assertTrue(failure.getMessage().contains(ONE), failure.getMessage());
                Signals.receive(OTHER).close(); // the failed one has let go of it
                assertTrue(signals.toString().contains(ONE));
            }
            assertFalse(loop.removeSignalHandler(ONE));
            Signals.receive(ONE, ONE).close();
        });
    }

    @Test
    void receive_impossible_isRejected() {
        Asyncio.run(() -> {
            assertThrows(IllegalArgumentException.class, () -> Signals.receive());
            for (String name : List.of("NOSUCH", Signals.KILL, Signals.STOP)) {
                var failure = assertThrows(IllegalArgumentException.class, () -> Signals.receive(ONE, name));
                assertTrue(failure.getMessage().contains(name), failure.getMessage());
            }
            assertFalse(Asyncio.getRunningLoop().removeSignalHandler(ONE));
        });
        assertThrows(IllegalStateException.class, () -> Signals.receive(ONE));
    }

    @Test
    void closeLoop_streamOpen_isClosed() {
        var streams = new ArrayList<SignalStream>();
        try (var loop = EventLoop.create()) {
            loop.runUntilComplete(() -> {
                streams.add(Signals.receive(ONE));
            });
        }
        assertTrue(streams.getFirst().toString().contains("closed"), streams.toString());
        try (var next = EventLoop.create()) {
            next.addSignalHandler(ONE, () -> {}); // free for another loop
        }
    }
}
