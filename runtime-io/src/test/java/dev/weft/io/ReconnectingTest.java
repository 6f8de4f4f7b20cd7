package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Future;
import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

/** {@link Reconnecting} and {@link Backoff}, on virtual time. */
final class ReconnectingTest {
    private final List<String> trail = new ArrayList<>();

    /** Notes the time of each attempt, and does what the script says: refuse, connect, or hang. */
    private final class Scripted implements ClientEndpoint {
        private final ArrayDeque<String> script;
        private final ArrayList<FakeTransport> made = new ArrayList<>();

        Scripted(String... script) {
            this.script = new ArrayDeque<>(List.of(script));
        }

        @Override
        public <P extends BaseProtocol> Endpoint<P> connect(Supplier<P> protocols) throws IOException {
            String what = script.isEmpty() ? "hang" : script.removeFirst();
            trail.add(what + " at " + seconds());
            switch (what) {
                case "refuse" -> throw new ConnectException("refused");
                case "hang" -> {
                    try {
                        Asyncio.sleep(Duration.ofDays(1000));
                        throw new AssertionError("nobody waits so long");
                    } catch (CancelledError e) {
                        trail.add("given up at " + seconds());
                        throw e;
                    }
                }
                default -> {
                    P protocol = protocols.get();
                    var transport = new FakeTransport((Protocol) protocol) {
                        @Override
                        public void close() {
                            super.close();
                            trail.add("closed at " + seconds());
                            Asyncio.getRunningLoop().callLater(Duration.ofMillis(100), () -> lose(null));
                        }
                    };
                    made.add(transport);
                    return new Endpoint<>(transport, protocol);
                }
            }
        }

        private String seconds() {
            return "%.3f".formatted(Asyncio.getRunningLoop().time() / 1e9);
        }
    }

    private static class Silent implements Protocol {
        @Override
        public void dataReceived(ByteBuffer data) {}
    }

    private static final Backoff STEADY = Backoff.DEFAULT.jitter(0);

    private static void run(dev.weft.VoidBody<Exception> body) throws Exception {
        try (var loop = new TestLoop()) {
            loop.run(body);
        }
    }

    @Test
    void client_refused_triesAgainAsTheBackoffSays() throws Exception {
        run(() -> {
            var endpoint = new Scripted(
                    "refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse", "refuse",
                    "refuse", "refuse", "refuse", "connect");
            var client = Reconnecting.client(endpoint, Silent::new).backoff(STEADY);
            client.whenConnected().await();
            assertEquals(
                    List.of(
                            "refuse at 0.000",
                            "refuse at 1.000",
                            "refuse at 2.500",
                            "refuse at 4.750",
                            "refuse at 8.125",
                            "refuse at 13.188",
                            "refuse at 20.781",
                            "refuse at 32.172",
                            "refuse at 49.258",
                            "refuse at 74.887",
                            "refuse at 113.330",
                            "refuse at 170.995",
                            "refuse at 230.995",
                            "connect at 290.995"),
                    trail);
            client.stop();
            client.done().await();
        });
    }

    @Test
    void client_seededJitter_repeatsItself() throws Exception {
        var random = new Random(42);
        double expected = 0;
        var times = new ArrayList<String>();
        for (int failures = 0; failures < 4; failures++) {
            times.add("refuse at %.3f".formatted(expected));
            expected += Math.min(60, 2 * Math.pow(3, failures)) * (1 + 0.4 * (random.nextDouble() - 0.5));
        }
        run(() -> {
            var endpoint = new Scripted("refuse", "refuse", "refuse", "refuse", "connect");
            var client = Reconnecting.client(endpoint, Silent::new)
                    .backoff(Backoff.DEFAULT
                            .initial(Duration.ofSeconds(2))
                            .factor(3)
                            .jitter(0.4, new Random(42)));
            client.whenConnected().await();
            assertEquals(times, trail.subList(0, 4));
            client.stop();
            client.done().await();
        });
    }

    @Test
    void connectionLost_connectsAgainWithANewProtocolAndTheFirstDelay() throws Exception {
        run(() -> {
            var endpoint = new Scripted("refuse", "refuse", "connect", "refuse", "connect");
            var client = Reconnecting.client(endpoint, Silent::new).backoff(STEADY);
            Silent first = client.whenConnected().await();
            assertSame(first, client.whenConnected().await());
            endpoint.made.getFirst().lose(new IOException("gone"));
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            var next = client.whenConnected();
            assertFalse(next.done());
            assertNotSame(first, next.await());
            assertEquals(
                    List.of(
                            "refuse at 0.000",
                            "refuse at 1.000",
                            "connect at 2.500",
                            "refuse at 3.500",
                            "connect at 5.000"),
                    trail);
            client.stop();
            client.done().await();
        });
    }

    @Test
    void stop_attemptUnderWay_isGivenUp() throws Exception {
        run(() -> {
            var client = Reconnecting.client(new Scripted("hang"), Silent::new);
            Future<Silent> waiting = client.whenConnected();
            Asyncio.sleep(Duration.ofSeconds(3));
            client.stop();
            client.done().await();
            assertThrows(CancelledError.class, waiting::await);
            assertThrows(CancelledError.class, () -> client.whenConnected().await());
            assertEquals(List.of("hang at 0.000", "given up at 3.000"), trail);
        });
    }

    @Test
    void stop_connected_closesAndWaitsForTheEnd() throws Exception {
        run(() -> {
            var lost = new ArrayList<String>();
            var client = Reconnecting.client(new Scripted("connect"), () -> new Silent() {
                        @Override
                        public void connectionLost(Exception exception) {
                            lost.add("lost with " + exception);
                        }
                    })
                    .backoff(STEADY);
            client.whenConnected().await();
            client.stop();
            client.stop();
            assertFalse(client.done().done());
            client.done().await();
            assertEquals(List.of("lost with null"), lost);
            assertEquals(List.of("connect at 0.000", "closed at 0.000"), trail);
            assertEquals(100_000_000L, Asyncio.getRunningLoop().time());
        });
    }

    @Test
    void stop_whileWaitingOrBeforeTheStart_ends() throws Exception {
        run(() -> {
            var client =
                    Reconnecting.client(new Scripted("refuse"), Silent::new).backoff(STEADY);
            Asyncio.sleep(Duration.ofMillis(500));
            client.stop();
            client.done().await();
            var never = Reconnecting.client(new Scripted("refuse"), Silent::new);
            var waiting = never.whenConnected();
            never.stop();
            never.done().await();
            assertThrows(CancelledError.class, waiting::await);
            assertEquals(List.of("refuse at 0.000"), trail);
        });
    }

    @Test
    void factoryFails_endsItWithThat() throws Exception {
        run(() -> {
            var failure = new IllegalStateException("no protocol");
            var client = Reconnecting.client(new Scripted("connect"), () -> {
                throw failure;
            });
            var waiting = client.whenConnected();
            assertSame(failure, assertThrows(IllegalStateException.class, waiting::await));
            assertSame(failure, assertThrows(IllegalStateException.class, client.done()::await));
            assertSame(
                    failure,
                    assertThrows(
                            IllegalStateException.class,
                            () -> client.whenConnected().await()));
        });
    }

    @Test
    void whenConnected_oneWaiterCancelled_othersAreNot() throws Exception {
        run(() -> {
            var client = Reconnecting.client(new Scripted("refuse", "connect"), Silent::new)
                    .backoff(STEADY);
            var cancelled = client.whenConnected();
            var other = client.whenConnected();
            cancelled.cancel();
            Silent protocol = other.await();
            assertTrue(cancelled.cancelled());
            assertSame(protocol, client.whenConnected().await());
            client.stop();
            client.done().await();
        });
    }

    @Test
    void client_realServerThatGoesAndComesBack_isFoundAgain() throws Exception {
        Asyncio.run(() -> {
            Server first = Net.startServer((reader, writer) -> reader.readAll(), "127.0.0.1", 0);
            int port = first.port();
            var client = Reconnecting.client(Endpoints.client("tcp:127.0.0.1:" + port), RecordingProtocol::new)
                    .backoff(Backoff.DEFAULT.initial(Duration.ofMillis(5)));
            RecordingProtocol protocol = client.whenConnected().await();
            first.close();
            first.abortClients();
            protocol.lost.await();
            Future<RecordingProtocol> next = client.whenConnected();
            Server second = Net.startServer((reader, writer) -> reader.readAll(), "127.0.0.1", port);
            RecordingProtocol again = next.await();
            assertNotSame(protocol, again);
            client.stop();
            client.done().await();
            assertEquals(List.of("made", "lost"), again.trail);
            second.close();
            second.closeClients();
            second.waitClosed();
        });
    }

    @Test
    void backoff_badValues_areRefused() {
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.initial(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.max(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.factor(0.9));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.factor(Double.NaN));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.factor(Double.POSITIVE_INFINITY));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.jitter(1.1));
        assertThrows(IllegalArgumentException.class, () -> Backoff.DEFAULT.delay(0));
        assertEquals(Duration.ofSeconds(60), STEADY.delay(Integer.MAX_VALUE));
        for (int i = 0; i < 1000; i++) {
            long nanos = Backoff.DEFAULT.delay(1).toNanos();
            assertTrue(nanos >= 750_000_000L && nanos <= 1_250_000_000L, () -> nanos + " ns");
        }
    }
}
