package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.DrainReport.Cut;
import dev.weft.io.DrainReport.Manner;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Servers that end without hurry, but in time. */
final class ServerDrainTest {
    private static final String HOST = "127.0.0.1";
    private static final Duration LONG = Duration.ofHours(1);
    private static final Duration SHORT = Duration.ofMillis(20);

    private static SocketAddress addressOf(Streams client) {
        return client.writer().getExtraInfo(ExtraInfo.SOCKET_NAME);
    }

    @Suspends
    private static Streams connected(Server server, Event served) throws IOException {
        Streams client = Net.openConnection(HOST, server.port());
        served.await();
        return client;
    }

    @Test
    void drain_noConnections_returnsAtOnce() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer((reader, writer) -> {}, HOST, 0);
            assertTrue(server.drain(LONG).isClean());
            assertFalse(server.isServing());
            assertTrue(server.drain(Duration.ZERO).isClean());
        });
    }

    @Test
    void drain_connectionsThatFinish_areNotCut() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var mayFinish = new Event();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        try (writer) {
                            served.set();
                            mayFinish.await();
                            writer.write("done".getBytes(UTF_8));
                        }
                    },
                    HOST,
                    0);
            int port = server.port();
            Streams client = connected(server, served);
            Task<DrainReport> draining = Asyncio.createTask(() -> server.drain(LONG));
            Asyncio.yieldNow();
            assertThrows(ConnectException.class, () -> Net.openConnection(HOST, port));
            assertFalse(draining.done());
            mayFinish.set();
            assertEquals("done", new String(client.reader().readAll(), UTF_8));
            assertTrue(draining.await().isClean());
            client.close();
        });
    }

    @Test
    void drain_handlerThatGoesOnAfterItsConnection_isWaitedFor() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var mayFinish = new Event();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        writer.close();
                        writer.waitClosed();
                        served.set();
                        mayFinish.await();
                    },
                    HOST,
                    0);
            Streams client = connected(server, served);
            Task<DrainReport> draining = Asyncio.createTask(() -> server.drain(LONG));
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertFalse(draining.done());
            mayFinish.set();
            assertTrue(draining.await().isClean());
            client.close();
        });
    }

    @Test
    void drain_handlersThatDoNotFinish_areCancelledAndNamed() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var trail = new ArrayList<String>();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        served.set();
                        try {
                            reader.readAll();
                        } catch (CancelledError e) {
                            trail.add("cancelled: " + e.getMessage());
                            writer.write("bye".getBytes(UTF_8));
                            throw e;
                        }
                    },
                    HOST,
                    0);
            var clients = new ArrayList<Streams>();
            Set<Cut> expected = new HashSet<>();
            for (int i = 0; i < 3; i++) {
                served.clear();
                clients.add(connected(server, served));
                expected.add(new Cut(addressOf(clients.getLast()), Manner.CANCELLED));
            }
            DrainReport report = server.drain(Duration.ZERO, LONG);
            assertEquals(expected, new HashSet<>(report.cut()));
            assertEquals(3, report.cut().size());
            assertFalse(report.isClean());
            assertEquals(3, trail.size());
            for (Streams client : clients) {
                assertEquals("bye", new String(client.reader().readAll(), UTF_8));
                client.close();
            }
        });
    }

    @Test
    void drain_handlerThatIgnoresItsCancellation_hasItsConnectionAborted() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var mayEnd = new Event();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        served.set();
                        while (!mayEnd.isSet()) {
                            try {
                                mayEnd.await();
                            } catch (CancelledError e) {
                                served.clear(); // and goes on
                            }
                        }
                    },
                    HOST,
                    0);
            Streams client = connected(server, served);
            DrainReport report = server.drain(Duration.ZERO, SHORT);
            assertEquals(List.of(new Cut(addressOf(client), Manner.ABORTED)), report.cut());
            assertFalse(served.isSet());
            client.reader().readAll();
            server.waitClosed();
            mayEnd.set();
            client.close();
        });
    }

    @Test
    void drain_handlerEndedConnectionOpen_isClosed() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var kept = new ArrayList<StreamWriter>();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        kept.add(writer);
                        served.set();
                    },
                    HOST,
                    0);
            Streams client = connected(server, served);
            Asyncio.yieldNow();
            DrainReport report = server.drain(Duration.ZERO, LONG);
            assertEquals(List.of(new Cut(addressOf(client), Manner.CLOSED)), report.cut());
            assertTrue(kept.getFirst().isClosing());
            assertEquals(0, client.reader().readAll().length);
            client.close();
        });
    }

    @Test
    void drain_protocols_areClosedAndThoseThatCannotSendAborted() throws Exception {
        Asyncio.run(() -> {
            var protocols = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        protocols.add(new RecordingProtocol());
                        return protocols.getLast();
                    },
                    HOST,
                    0);
            Streams idle = Net.openConnection(HOST, server.port());
            Streams stalled = Net.openConnection(HOST, server.port());
            stalled.writer().transport().pauseReading();
            while (protocols.size() < 2 || !protocols.getLast().made.done()) {
                Asyncio.yieldNow();
            }
            protocols.get(0).made.result().write("all of it".getBytes(UTF_8));
            Transport full = protocols.get(1).made.result();
            while (full.getWriteBufferSize() == 0) {
                full.write(new byte[1 << 20]);
            }
            DrainReport report = server.drain(Duration.ZERO, SHORT);
            assertEquals(
                    List.of(new Cut(addressOf(idle), Manner.CLOSED), new Cut(addressOf(stalled), Manner.ABORTED)),
                    report.cut());
            assertEquals("all of it", new String(idle.reader().readAll(), UTF_8));
            assertEquals("lost", protocols.get(0).trail.getLast());
            assertEquals("lost", protocols.get(1).trail.getLast());
            idle.close();
            stalled.writer().transport().abort();
        });
    }

    @Test
    void drain_cancelled_leavesTheConnectionsAsTheyWere() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        try (writer) {
                            served.set();
                            writer.write(reader.readLine());
                        }
                    },
                    HOST,
                    0);
            Streams client = connected(server, served);
            Task<DrainReport> draining = Asyncio.createTask(() -> server.drain(LONG));
            Asyncio.yieldNow();
            draining.cancel();
            assertThrows(CancelledError.class, draining::await);
            client.writer().write("still here\n".getBytes(UTF_8));
            assertEquals("still here\n", new String(client.reader().readAll(), UTF_8));
            client.close();
            server.waitClosed();
        });
    }

    @Test
    void drain_serveForeverUnderWay_endsAfterTheConnections() throws Exception {
        Asyncio.run(() -> {
            var served = new Event();
            var mayFinish = new Event();
            var trail = new ArrayList<String>();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        try (writer) {
                            served.set();
                            mayFinish.await();
                            trail.add("handler finished");
                        }
                    },
                    HOST,
                    0);
            Task<Void> forever = Asyncio.createTask(() -> server.serveForever());
            Streams client = connected(server, served);
            Task<DrainReport> draining = Asyncio.createTask(() -> server.drain(LONG));
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertFalse(forever.done());
            assertFalse(client.reader().atEof());
            mayFinish.set();
            assertTrue(draining.await().isClean());
            assertThrows(CancelledError.class, forever::await);
            assertEquals(List.of("handler finished"), trail);
            client.close();
        });
    }

    @Test
    void drain_negativeTime_isRefusedAndTheServerServesOn() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer((reader, writer) -> {}, HOST, 0).serving()) {
                var failure = assertThrows(
                        IllegalArgumentException.class, () -> serving.server().drain(Duration.ofSeconds(-1)));
                assertTrue(failure.getMessage().contains("PT-1S"), failure.getMessage());
                assertTrue(serving.server().isServing());
            }
        });
    }
}
