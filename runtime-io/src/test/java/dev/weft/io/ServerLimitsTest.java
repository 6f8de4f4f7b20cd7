package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Future;
import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@link ServerOptions} limit: connections, connections of a peer, silence, bandwidth. */
final class ServerLimitsTest {
    private static final String HOST = "127.0.0.1";

    /** Sends what the client is to know it by, then waits for its end. */
    private static void greet(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            writer.write("hello\n".getBytes(UTF_8));
            reader.readAll();
        }
    }

    private static String line(Streams client) throws IOException {
        return new String(client.reader().readLine(), UTF_8);
    }

    /** Lets everything happen that can without time passing: loopback connections need a few iterations. */
    private static void settle() {
        for (int i = 0; i < 50; i++) {
            Asyncio.yieldNow();
        }
    }

    @Test
    void maxConnections_reached_leavesTheOthersInTheQueueUntilOneIsGone() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.maxConnections(3);
            try (var serving =
                    Net.startServer(ServerLimitsTest::greet, HOST, 0, options).serving()) {
                var clients = new ArrayList<Streams>();
                var greetings = new ArrayList<Future<String>>();
                for (int i = 0; i < 7; i++) {
                    Streams client =
                            Net.openConnection(HOST, serving.server().port()); // all of them: the system queues
                    clients.add(client);
                    greetings.add(Asyncio.createTask(() -> line(client)));
                }
                for (int i = 0; i < 7; i++) {
                    assertEquals("hello\n", greetings.get(i).await());
                    settle();
                    assertTrue(
                            serving.server().toString().contains("3 connections") == (i <= 4),
                            serving.server()::toString);
                    for (int later = Math.max(3, i + 3); later < 7; later++) {
                        assertFalse(greetings.get(later).done(), "client " + later + " after " + i);
                    }
                    clients.get(i).close();
                }
            }
        });
    }

    @Test
    void maxConnections_serverStoppedWhileFull_leavesNothing() throws Exception {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.maxConnections(1);
            Server server = Net.startServer(ServerLimitsTest::greet, HOST, 0, options);
            Streams served = Net.openConnection(HOST, server.port());
            Streams queued = Net.openConnection(HOST, server.port());
            assertEquals("hello\n", line(served));
            server.close();
            assertThrows(ConnectionResetException.class, () -> queued.reader().read(1));
            served.close();
            server.waitClosed();
            queued.close();
        });
    }

    @Test
    void maxPerPeer_reached_resetsFurtherOnesOfThatPeerOnly() throws Exception {
        Asyncio.run(() -> {
            int[] made = {0};
            var options = ServerOptions.DEFAULT.maxPerPeer(2);
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                made[0]++;
                                greet(reader, writer);
                            },
                            HOST,
                            0,
                            options)
                    .serving()) {
                int port = serving.server().port();
                var first = Net.openConnection(HOST, port);
                var second = Net.openConnection(HOST, port);
                assertEquals("hello\n", line(first));
                assertEquals("hello\n", line(second));
                for (int i = 0; i < 3; i++) {
                    // Depending on when the reset comes, connecting fails or the first read does.
                    assertThrows(IOException.class, () -> {
                        try (var third = Net.openConnection(HOST, port)) {
                            line(third);
                            throw new IOException(
                                    "end of stream: " + third.reader().atEof());
                        }
                    });
                }
                var elsewhere = ConnectOptions.DEFAULT.localAddress(
                        new InetSocketAddress(InetAddress.ofLiteral("127.0.0.2"), 0));
                try (var other = Net.openConnection(HOST, port, elsewhere)) {
                    assertEquals("hello\n", line(other));
                }
                assertEquals(3, made[0]); // none was made for those that were refused
                first.close();
                settle();
                try (var again = Net.openConnection(HOST, port)) {
                    assertEquals("hello\n", line(again));
                }
                second.close();
            }
        });
    }

    @Test
    void limits_overTls_holdToo() throws Exception {
        try (var loop = new TestLoop()) {
            loop.clock().autoJump(false);
            loop.run(() -> {
                var options =
                        ServerOptions.DEFAULT.tls(TestCa.server()).maxPerPeer(1).idleTimeout(Duration.ofSeconds(30));
                var client = ConnectOptions.DEFAULT.tls(TestCa.client());
                try (var serving = Net.startServer(ServerLimitsTest::greet, HOST, 0, options)
                        .serving()) {
                    int port = serving.server().port();
                    for (int round = 0; round < 3; round++) {
                        try (var first = Net.openConnection("localhost", port, client)) {
                            assertEquals("hello\n", line(first));
                            assertThrows(IOException.class, () -> Net.openConnection("localhost", port, client));
                        }
                        while (serving.server().toString().contains("1 connections")) {
                            Asyncio.yieldNow();
                        }
                    }
                    var silent = Net.openConnection("localhost", port, client);
                    assertEquals("hello\n", line(silent));
                    loop.clock().advance(Duration.ofSeconds(31));
                    while (serving.server().toString().contains("1 connections")) {
                        Asyncio.yieldNow();
                    }
                    silent.writer().transport().abort();
                }
            });
        }
    }

    @Test
    void idleTimeout_silentConnection_isClosedAndOthersAreNot() throws Exception {
        try (var loop = new TestLoop()) {
            loop.clock().autoJump(false);
            loop.run(() -> {
                var options = ServerOptions.DEFAULT.idleTimeout(Duration.ofSeconds(30));
                var trail = new ArrayList<String>();
                try (var serving = Net.createServer(
                                () -> {
                                    var protocol = new RecordingProtocol();
                                    protocol.lost.addDoneCallback(
                                            lost -> trail.add(protocol.received + " lost with " + lost.result()));
                                    return protocol;
                                },
                                HOST,
                                0,
                                options)
                        .serving()) {
                    int port = serving.server().port();
                    var silent = Net.openConnection(HOST, port);
                    var busy = Net.openConnection(HOST, port);
                    for (int i = 0; i < 4; i++) {
                        loop.clock().advance(Duration.ofSeconds(10));
                        settle();
                        busy.writer().write("x".getBytes(UTF_8));
                        settle();
                        assertEquals(i < 2 ? List.of() : List.of(" lost with null"), trail, "after " + 10 * (i + 1));
                    }
                    assertThrows(ConnectionResetException.class, () -> {
                        // Aborted: whether the peer sees an end or a reset is the system's business.
                        if (silent.reader().read(1).length == 0) {
                            throw new ConnectionResetException("end of stream");
                        }
                    });
                    loop.clock().advance(Duration.ofSeconds(29));
                    settle();
                    assertEquals(1, trail.size());
                    loop.clock().advance(Duration.ofSeconds(1));
                    settle();
                    assertEquals(List.of(" lost with null", "xxxx lost with null"), trail);
                    silent.close();
                    busy.close();
                }
            });
        }
    }

    @Test
    void idleTimeout_peerThatTakesNothing_isClosedThoughThereIsMoreToSend() throws Exception {
        try (var loop = new TestLoop()) {
            loop.clock().autoJump(false);
            loop.run(() -> {
                Future<Exception> end = Asyncio.createFuture();
                var options = ServerOptions.DEFAULT.idleTimeout(Duration.ofSeconds(30));
                try (var serving = Net.createServer(
                                () -> new RecordingProtocol() {
                                    @Override
                                    public void connectionMade(BaseTransport transport) {
                                        super.connectionMade(transport);
                                        while (((Transport) transport).getWriteBufferSize() == 0) {
                                            ((Transport) transport).write(new byte[1_000_000]);
                                        }
                                        lost.addDoneCallback(done -> end.setResult((Exception) done.result()));
                                    }
                                },
                                HOST,
                                0,
                                options)
                        .serving()) {
                    var client = Net.openConnection(HOST, serving.server().port());
                    client.writer().transport().pauseReading();
                    settle();
                    loop.clock().advance(Duration.ofSeconds(31));
                    assertNull(end.await());
                    client.writer().transport().abort();
                }
            });
        }
    }

    /** How long it takes to move so many bytes through a server with that bandwidth, on the loop's own clock. */
    private static long transferTime(Transfer transfer, long bandwidth) throws Exception {
        try (var loop = new TestLoop()) {
            return loop.run(() -> {
                var options = ServerOptions.DEFAULT.bandwidth(bandwidth);
                long[] began = {-1};
                try (var serving = Net.startServer(
                                (reader, writer) -> {
                                    try (writer) {
                                        if (began[0] < 0) {
                                            began[0] = loop.time();
                                        }
                                        transfer.serve(reader, writer);
                                    }
                                },
                                HOST,
                                0,
                                options)
                        .serving()) {
                    transfer.run(serving.server().port());
                }
                return loop.time() - began[0];
            });
        }
    }

    private interface Transfer {
        void serve(StreamReader reader, StreamWriter writer) throws IOException;

        void run(int port) throws IOException;
    }

    private static void assertTakes(double seconds, double most, long nanos) {
        assertTrue(nanos > seconds * 1e9 * 0.9 && nanos < most * 1e9, () -> nanos / 1e9 + " s");
    }

    @Test
    void bandwidth_severalConnectionsThatSend_shareIt() throws Exception {
        // 4 times 100 kB at 100 kB a second: time is virtual, so it can only be too long if something waits without
        // need.
        long nanos = transferTime(
                new Transfer() {
                    @Override
                    public void serve(StreamReader reader, StreamWriter writer) throws IOException {
                        assertEquals(100_000, reader.readAll().length);
                        writer.write("ok\n".getBytes(UTF_8));
                    }

                    @Override
                    public void run(int port) throws IOException {
                        var clients = new ArrayList<Future<?>>();
                        for (int i = 0; i < 4; i++) {
                            clients.add(Asyncio.createTask(() -> {
                                try (var client = Net.openConnection(HOST, port)) {
                                    client.writer().write(new byte[100_000]);
                                    client.writer().writeEof();
                                    assertEquals("ok\n", line(client));
                                }
                            }));
                        }
                        for (Future<?> client : clients) {
                            client.await();
                        }
                    }
                },
                100_000);
        assertTakes(4, 10, nanos);
    }

    @Test
    void bandwidth_answers_areSentInThatTime() throws Exception {
        long nanos = transferTime(
                new Transfer() {
                    @Override
                    public void serve(StreamReader reader, StreamWriter writer) throws IOException {
                        writer.write(new byte[150_000]);
                        writer.drain();
                        writer.writeLines(List.of(new byte[100_000], new byte[50_000]));
                        writer.drain();
                    }

                    @Override
                    public void run(int port) throws IOException {
                        try (var client = Net.openConnection(HOST, port)) {
                            assertEquals(300_000, client.reader().readAll().length);
                        }
                    }
                },
                100_000);
        assertTakes(2.9, 10, nanos);
    }

    @Test
    void bandwidth_file_isSentInThatTime(@TempDir Path folder) throws Exception {
        Path path = Files.write(folder.resolve("file"), new byte[200_000]);
        long nanos = transferTime(
                new Transfer() {
                    @Override
                    public void serve(StreamReader reader, StreamWriter writer) throws IOException {
                        try (var file = FileChannel.open(path)) {
                            assertEquals(200_000, Net.sendFile(writer.transport(), file));
                        }
                    }

                    @Override
                    public void run(int port) throws IOException {
                        try (var client = Net.openConnection(HOST, port)) {
                            assertEquals(200_000, client.reader().readAll().length);
                        }
                    }
                },
                100_000);
        assertTakes(1.9, 10, nanos);
    }

    @Test
    void bandwidth_reachedWaterMark_holdsTheWriterBack() throws Exception {
        try (var loop = new TestLoop()) {
            loop.clock().autoJump(false);
            loop.run(() -> {
                Future<StreamWriter> writing = Asyncio.createFuture();
                try (var serving = Net.startServer(
                                        (reader, writer) -> {
                                            writer.write(new byte[100_000]);
                                            writing.setResult(writer);
                                            reader.readAll();
                                            writer.close();
                                        },
                                        HOST,
                                        0,
                                        ServerOptions.DEFAULT.bandwidth(10_000))
                                .serving();
                        var _ = Net.openConnection(HOST, serving.server().port())) {
                    StreamWriter writer = writing.await();
                    var drained = Asyncio.createTask(() -> writer.drain());
                    settle();
                    assertFalse(drained.done()); // though the connection would take all of it
                    int left = writer.transport().getWriteBufferSize();
                    assertTrue(left > 90_000, () -> left + " bytes left");
                    for (int i = 0; i < 100; i++) {
                        loop.clock().advance(Duration.ofMillis(110));
                        settle();
                    }
                    drained.await();
                    assertEquals(0, writer.transport().getWriteBufferSize());
                }
            });
        }
    }

    @Test
    void options_badLimits_areRefused() {
        var options = ServerOptions.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> options.maxConnections(0));
        assertThrows(IllegalArgumentException.class, () -> options.maxPerPeer(-1));
        assertThrows(IllegalArgumentException.class, () -> options.bandwidth(0));
        assertThrows(IllegalArgumentException.class, () -> options.idleTimeout(Duration.ZERO));
        assertThrows(IllegalArgumentException.class, () -> options.idleTimeout(Duration.ofSeconds(-1)));
        assertEquals(7, options.maxConnections(7).backlog(9).maxConnections());
        assertEquals(7, options.maxPerPeer(7).backlog(9).maxPerPeer());
        assertEquals(7, options.bandwidth(7).backlog(9).bandwidth());
        assertEquals(
                Duration.ofSeconds(7),
                options.idleTimeout(Duration.ofSeconds(7)).backlog(9).idleTimeout());
        assertNull(options.idleTimeout());
    }
}
