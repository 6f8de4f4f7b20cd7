package dev.weft.io;

import static dev.weft.Asyncio.millis;
import static dev.weft.Asyncio.seconds;
import static dev.weft.Asyncio.taskGroup;
import static dev.weft.Asyncio.timeout;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Datagram;
import dev.weft.DeadlockException;
import dev.weft.Suspends;
import dev.weft.io.http.ClientRequest;
import dev.weft.io.http.Http;
import dev.weft.io.http.HttpClient;
import dev.weft.io.http.HttpServer;
import dev.weft.io.http.HttpServerOptions;
import dev.weft.io.http.Response;
import dev.weft.io.websocket.Message;
import dev.weft.io.websocket.WebSocket;
import dev.weft.io.websocket.WebSocketHandler;
import dev.weft.testing.ScheduleExplorer;
import dev.weft.testing.SimHost;
import dev.weft.testing.SimNet;
import dev.weft.testing.TestLoop;
import dev.weft.testing.WeftTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The ordinary calls of this module in a {@link SimNet}. */
final class SimNetIoTest {
    private static final StreamHandler ECHO = (reader, writer) -> {
        try {
            for (byte[] bytes = reader.read(1_000); bytes.length > 0; bytes = reader.read(1_000)) {
                writer.write(bytes);
                writer.drain();
            }
        } catch (ConnectionResetException gone) {
            // as clients are
        } finally {
            writer.close();
        }
    };

    private static final HttpServerOptions QUIET = HttpServerOptions.DEFAULT.accessLog(false);

    // ---- streams

    @Suspends
    private static byte[] echoed(String host, int port, byte[] bytes) throws IOException {
        try (var streams = Net.openConnection(host, port)) {
            var sending = Asyncio.createTask(() -> {
                streams.writer().write(bytes);
                streams.writer().drain();
                streams.writer().writeEof();
            });
            byte[] back = streams.reader().readAll();
            sending.await();
            return back;
        }
    }

    private static byte[] bytes(int n) {
        var bytes = new byte[n];
        new Random(n).nextBytes(bytes);
        return bytes;
    }

    @WeftTest(seeds = 50)
    void echo_overABadLine_comesBackWhole(SimNet net, TestLoop loop) throws Exception {
        SimHost server = net.host("server");
        net.everyLink().latency(millis(1), millis(40)).bandwidth(1_000_000).loss(0.05);
        var listening = server.run(() -> Net.startServer(ECHO, null, 7));
        taskGroup(group -> {
            for (int i = 1; i <= 3; i++) {
                SimHost client = net.host("client" + i);
                byte[] bytes = bytes(i * 2_000);
                group.createTask(() -> client.run(() -> assertArrayEquals(bytes, echoed("server", 7, bytes))));
            }
        });
        assertTrue(loop.time() >= millis(4).toNanos());
        listening.close();
        listening.waitClosed();
    }

    @WeftTest
    void echo_onOneHost_takesNoTime(SimNet net, TestLoop loop) throws Exception {
        var listening = Net.startServer(ECHO, "localhost", 0);
        int port = ((java.net.InetSocketAddress) listening.sockets().getFirst().localAddress()).getPort();
        byte[] bytes = bytes(300_000);
        assertArrayEquals(bytes, echoed("localhost", port, bytes));
        assertEquals(0, loop.time());
        assertEquals("test", net.here().name());
        listening.close();
        listening.waitClosed();
    }

    @WeftTest
    void connection_resetByTheNetwork_isAConnectionReset(SimNet net) throws Exception {
        SimHost server = net.host("server");
        var listening = server.run(() -> Net.startServer(ECHO, null, 7));
        try (var streams = Net.openConnection("server", 7)) {
            net.everyLink().reset();
            assertThrows(ConnectionResetException.class, () -> streams.reader().read(1));
        }
        listening.close();
        listening.waitClosed();
    }

    @WeftTest
    void client_thatTriesAgain_outlastsABlackHoleOfDays(SimNet net, TestLoop loop) throws Exception {
        SimHost server = net.host("server");
        var listening = server.run(() -> Net.startServer(ECHO, null, 7));
        net.everyLink().blackHole();
        loop.callLater(Duration.ofDays(10), net.everyLink()::heal);
        int attempts = 0;
        for (boolean done = false; !done; ) {
            attempts++;
            try {
                done = timeout(seconds(10), () -> echoed("server", 7, new byte[100]).length == 100);
            } catch (TimeoutException e) {
                Asyncio.sleep(Duration.ofHours(1));
            }
        }
        assertEquals(241, attempts);
        assertEquals(Duration.ofDays(10).plusSeconds(2400).toNanos(), loop.time());
        listening.close();
        listening.waitClosed();
    }

    @Test
    void peerThatNeverAnswers_isADeadlockThatNamesTheWait() {
        DeadlockException e = assertThrows(
                DeadlockException.class,
                () -> new TestLoop().run(() -> {
                    SimHost server = SimNet.current().host("server");
                    server.run(() -> Net.startServer(ECHO, null, 7));
                    try (var streams = Net.openConnection("server", 7)) {
                        streams.reader().read(1);
                    }
                }));
        assertTrue(e.getMessage().contains("input from SimSocket[test/10.0.0.1:"), e.getMessage());
    }

    // ---- datagrams

    @WeftTest(seeds = 50)
    void datagrams_askedAgainUntilAnswered_getThrough(SimNet net) throws Exception {
        SimHost server = net.host("server");
        net.everyLink()
                .latency(millis(1), millis(30))
                .loss(0.3)
                .duplication(0.2)
                .reordering(0.2);
        var serving = server.createTask(() -> {
            try (var socket = Net.openDatagram(server.at(53), null)) {
                while (true) {
                    Datagram question = socket.receive();
                    socket.send(question.data(), question.address());
                }
            }
        });
        try (var socket = Net.openDatagram(null, server.at(53))) {
            for (int i = 0; i < 5; i++) {
                byte[] question = {(byte) i};
                boolean answered = false;
                while (!answered) {
                    socket.send(question);
                    try {
                        answered = timeout(millis(200), () -> socket.receive().data()[0] == question[0]);
                    } catch (TimeoutException again) {
                        // asks again
                    }
                }
            }
        }
        serving.cancel();
    }

    // ---- HTTP

    @Suspends
    private static void browse(List<String> answers) throws IOException {
        SimNet net = SimNet.current();
        SimHost server = net.host("server");
        net.everyLink().latency(millis(1), millis(20)).loss(0.02);
        HttpServer serving = server.run(() -> Http.serve(
                request -> Response.text(request.target() + " " + request.body().readAll().length), null, 80, QUIET));
        taskGroup(group -> {
            for (int i = 0; i < 3; i++) {
                String path = "/" + i;
                SimHost client = net.host("client" + i);
                group.createTask(() -> client.run(() -> {
                    try (var http = new HttpClient()) {
                        answers.add(http.get("http://server" + path).text());
                        var post = ClientRequest.post("http://server" + path).body("text/plain", "b".repeat(5_000));
                        answers.add(http.send(post).text());
                    }
                }));
            }
        });
        serving.close();
        serving.waitClosed();
    }

    @Test
    void http_underManySchedules_answersEverything() {
        var hashes = new HashSet<Long>();
        for (long seed = 0; seed < 200; seed++) {
            var answers = new ArrayList<String>();
            hashes.add(ScheduleExplorer.run(seed, () -> browse(answers)).traceHash());
            answers.sort(null);
            assertEquals(List.of("/0 0", "/0 5000", "/1 0", "/1 5000", "/2 0", "/2 5000"), answers);
        }
        assertEquals(200, hashes.size());
    }

    @Test
    void http_sameSeed_doesTheSame() {
        for (long seed = 0; seed < 5; seed++) {
            var first = new ArrayList<String>();
            var second = new ArrayList<String>();
            long hash = ScheduleExplorer.run(seed, () -> browse(first)).traceHash();
            assertEquals(hash, ScheduleExplorer.run(seed, () -> browse(second)).traceHash());
            assertEquals(first, second);
        }
    }

    @WeftTest(seeds = 20)
    void webSocket_overABadLine_keepsItsMessages(SimNet net) throws Exception {
        SimHost server = net.host("server");
        net.everyLink().latency(millis(1), millis(20)).loss(0.05);
        WebSocketHandler echo = socket -> {
            for (Message message : socket) {
                if (message instanceof Message.Text text) {
                    socket.send(text.text());
                }
            }
        };
        HttpServer serving = server.run(() -> Http.serve(request -> WebSocket.upgrade(request, echo), null, 80, QUIET));
        try (var socket = WebSocket.connect("ws://server/")) {
            for (int i = 0; i < 5; i++) {
                socket.send("message " + i);
                assertEquals(new Message.Text("message " + i), socket.receive());
            }
        }
        serving.close();
        serving.waitClosed();
    }

    // ---- TLS

    @WeftTest
    void tls_overTheNetworkInMemory_works(SimNet net) throws Exception {
        SimHost server = net.host("server");
        net.everyLink().latency(millis(10));
        byte[] bytes = bytes(100_000);
        var listening = server.run(() -> Net.startServer(ECHO, null, 443, ServerOptions.DEFAULT.tls(TestCa.server())));
        var options = ConnectOptions.DEFAULT.tls(TestCa.client().serverHostname("localhost"));
        try (var streams = Net.openConnection("server", 443, options)) {
            var sending = Asyncio.createTask(() -> {
                streams.writer().write(bytes);
                streams.writer().drain();
            });
            assertArrayEquals(bytes, streams.reader().readExactly(bytes.length));
            sending.await();
        }
        listening.close();
        listening.waitClosed();
    }

    // ---- files

    @WeftTest
    void sendFile_copiesWhatTheSystemCannotSend(SimNet net, @TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("file"), bytes(200_000));
        var listening = Net.startServer(ECHO, "localhost", 7);
        try (var streams = Net.openConnection("localhost", 7);
                var channel = java.nio.channels.FileChannel.open(file)) {
            var reading = Asyncio.createTask(() -> streams.reader().readExactly(200_000));
            Net.sendFile(streams.writer().transport(), channel);
            assertArrayEquals(bytes(200_000), reading.await());
        }
        listening.close();
        listening.waitClosed();
    }

    // ---- that nothing is real

    @Test
    @EnabledOnOs(OS.LINUX)
    void http_opensNoSocketAndNoSelector() throws Exception {
        var during = new ArrayList<Long>();
        long before = sockets();
        ScheduleExplorer.run(3, () -> {
            browse(new ArrayList<>());
            during.add(sockets());
        });
        assertEquals(List.of(before), during);
    }

    private static long sockets() throws IOException {
        try (var open = Files.list(Path.of("/proc/self/fd"))) {
            return open.filter(descriptor -> {
                        try {
                            String target = Files.readSymbolicLink(descriptor).toString();
                            return target.startsWith("socket:") || target.contains("eventpoll");
                        } catch (IOException gone) {
                            return false;
                        }
                    })
                    .count();
        }
    }

    // ---- what there is not

    @WeftTest
    void unixSockets_areRefusedClearly(SimNet net, @TempDir Path folder) {
        var e = assertThrows(
                UnsupportedOperationException.class, () -> Net.openUnixConnection(folder.resolve("socket")));
        assertTrue(e.getMessage().contains("in memory"), e.getMessage());
        assertEquals("test", net.here().name());
    }
}
