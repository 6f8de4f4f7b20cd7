package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.io.Net;
import dev.weft.io.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** WebSockets out of HTTP requests: the handshake, and the handler. */
final class WebSocketServerTest {
    private static final String KEY = "Sec-WebSocket-Key: " + RawPeer.KEY + "\r\n";
    private static final String REST = "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n";

    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(int port) throws Exception;
    }

    private static void serving(WebSocketOptions options, WebSocketHandler handler, Program program) throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(options, handler).serving()) {
                program.run(serving.server().port());
            }
        });
    }

    /** The head and the body of the answer to a request of these lines. */
    @Suspends
    private static String answer(int port, String request) throws Exception {
        try (var streams = Net.openConnection("127.0.0.1", port)) {
            streams.writer().write(request.getBytes(StandardCharsets.ISO_8859_1));
            streams.writer().writeEof();
            return new String(streams.reader().readAll(), StandardCharsets.ISO_8859_1);
        }
    }

    // ---- the handshake

    @Test
    void upgrade_requestsThatAreNotForAWebSocket_areRefusedWithWhatIsWrong() throws Exception {
        record Row(String request, int status, String reason) {}
        String host = "Host: weft\r\n";
        var rows = List.of(
                new Row("POST / HTTP/1.1\r\n" + host + REST + KEY + "Content-Length: 0\r\n", 405, "opened with GET"),
                new Row("GET / HTTP/1.1\r\n" + host, 426, "only WebSockets"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + KEY + "Upgrade: h2c\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Version: 13\r\n",
                        426,
                        "only WebSockets"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + KEY + "Upgrade: websocket\r\nConnection: keep-alive\r\n"
                                + "Sec-WebSocket-Version: 13\r\n",
                        426,
                        "only WebSockets"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + KEY + REST.replace("13", "8"),
                        426,
                        "the version of the WebSocket protocol is 13"),
                new Row("GET / HTTP/1.1\r\n" + host + REST, 400, "Sec-WebSocket-Key"),
                new Row("GET / HTTP/1.1\r\n" + host + REST + KEY + KEY, 400, "Sec-WebSocket-Key"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + REST + "Sec-WebSocket-Key: c2hvcnQ=\r\n",
                        400,
                        "Sec-WebSocket-Key"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + REST + "Sec-WebSocket-Key: ************************\r\n",
                        400,
                        "Sec-WebSocket-Key"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + REST + KEY
                                + "Sec-WebSocket-Extensions: permessage-deflate; =\r\n",
                        400,
                        "malformed"),
                new Row("GET / HTTP/1.1\r\n" + host + REST + KEY + "Origin: http://evil.example\r\n", 403, "origin"),
                new Row("GET / HTTP/1.1\r\n" + host + REST + KEY + "Origin: null\r\n", 403, "origin"),
                new Row(
                        "GET / HTTP/1.1\r\n" + host + REST + KEY + "Origin: http://weft\r\nOrigin: http://weft\r\n",
                        403,
                        "several origins"),
                new Row("GET / HTTP/1.0\r\n" + host + REST + KEY, 400, "HTTP/1.1"));
        serving(WebSocketOptions.DEFAULT.compression(true), TestServer::echo, port -> {
            for (Row row : rows) {
                String answer = answer(port, row.request + "\r\n");
                assertTrue(answer.matches("(?s)HTTP/1\\.[01] " + row.status + " .*"), row.request + "\n" + answer);
                assertTrue(answer.contains(row.reason), answer);
                assertTrue(row.status != 405 || answer.contains("Allow: GET\r\n"), answer);
                assertFalse(answer.contains("Sec-WebSocket-Accept"), answer);
            }
        });
    }

    @Test
    void upgrade_good_answersWithTheAcceptedKey() throws Exception {
        serving(WebSocketOptions.DEFAULT.subprotocols("v2", "v1"), TestServer::echo, port -> {
            try (var streams = Net.openConnection("127.0.0.1", port)) {
                streams.writer()
                        .write(
                                ("GET / HTTP/1.1\r\nHost: weft\r\nUPGRADE: WebSocket\r\nConnection: keep-alive, upgrade\r\n"
                                                + "Origin: http://weft\r\nSec-WebSocket-Version: 13\r\n" + KEY
                                                + "Sec-WebSocket-Protocol: v1, v2\r\n\r\n")
                                        .getBytes(StandardCharsets.ISO_8859_1));
                String head = RawPeer.head(streams.reader());
                assertTrue(head.startsWith("HTTP/1.1 101 "), head);
                assertTrue(head.contains("Sec-WebSocket-Accept: " + RawPeer.ACCEPT + "\r\n"), head);
                assertTrue(head.contains("Sec-WebSocket-Protocol: v2\r\n"), head);
                assertFalse(head.contains("Sec-WebSocket-Extensions"), head);
                assertEquals(1, head.split("Upgrade: websocket\r\n", -1).length - 1, head);
            }
        });
    }

    @Test
    void upgrade_originsThatAreAllowed_mayConnect() throws Exception {
        serving(WebSocketOptions.DEFAULT.origins(List.of("https://app.example")), TestServer::echo, port -> {
            RawPeer.connect(port, "Origin: https://app.example\r\n").close();
            String refused =
                    answer(port, "GET / HTTP/1.1\r\nHost: weft\r\n" + REST + KEY + "Origin: http://weft\r\n\r\n");
            assertTrue(refused.startsWith("HTTP/1.1 403 "), refused);
        });
        serving(WebSocketOptions.DEFAULT.origins(origin -> true), TestServer::echo, port -> {
            RawPeer.connect(port, "Origin: null\r\n").close();
        });
    }

    /** What a client sends with its request, before it has the answer, belongs to the WebSocket. */
    @Test
    void upgrade_framesRightAfterTheRequest_areReceived() throws Exception {
        serving(WebSocketOptions.DEFAULT, TestServer::echo, port -> {
            byte[] head =
                    ("GET / HTTP/1.1\r\nHost: weft\r\n" + REST + KEY + "\r\n").getBytes(StandardCharsets.ISO_8859_1);
            var streams = Net.openConnection("127.0.0.1", port);
            var peer = new RawPeer(streams.reader(), streams.writer(), dev.weft.io.internal.websocket.Role.CLIENT);
            var bytes = new ByteArrayOutputStream();
            bytes.writeBytes(head);
            bytes.writeBytes(peer.frame(0x81, "early".getBytes(StandardCharsets.UTF_8)));
            peer.sendChopped(bytes.toByteArray(), head.length + 3);
            assertTrue(RawPeer.head(streams.reader()).startsWith("HTTP/1.1 101 "));
            RawPeer.Frame early = peer.next();
            assertNotNull(early);
            assertEquals("early", early.text());
            peer.close();
        });
    }

    // ---- the handler

    @Test
    void handler_returns_closesWith1000() throws Exception {
        serving(WebSocketOptions.DEFAULT, socket -> socket.send("bye"), port -> {
            try (var socket = WebSocket.connect("ws://127.0.0.1:" + port)) {
                assertEquals(new Message.Text("bye"), socket.receive());
                assertFalse(socket.iterator().hasNext());
                assertEquals(OptionalInt.of(1000), socket.closeCode());
            }
        });
    }

    @Test
    void handler_fails_closesWith1011AndIsReported() throws Exception {
        var reports = new java.util.ArrayList<Throwable>();
        Asyncio.run(() -> {
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reports.add(context.exception()));
            try (var serving = TestServer.start(WebSocketOptions.DEFAULT, socket -> {
                        throw new ArithmeticException("on purpose");
                    })
                    .serving()) {
                try (var socket =
                        WebSocket.connect("ws://127.0.0.1:" + serving.server().port())) {
                    var closed = assertThrows(WebSocketClosedException.class, socket::receive);
                    assertEquals(1011, closed.code());
                }
            }
        });
        assertEquals(1, reports.size());
        assertTrue(reports.getFirst() instanceof ArithmeticException, reports.toString());
    }

    /** The handler only notices that the peer is gone, which is nothing to report: the loop of this test would see it. */
    @Test
    void handler_peerBreaksTheConnection_isNoFailureOfTheServer() throws Exception {
        var ended = new Event();
        WebSocketHandler forEach = socket -> {
            try {
                for (Message message : socket) {
                    socket.send(message);
                }
            } finally {
                ended.set();
            }
        };
        serving(WebSocketOptions.DEFAULT, forEach, port -> {
            RawPeer peer = RawPeer.connect(port, "");
            peer.abort();
            ended.await();
        });
    }

    @Test
    void server_drained_tellsThePeersThatItGoesAway() throws Exception {
        WatchedLoop.run(() -> {
            HttpServer server = TestServer.start(WebSocketOptions.DEFAULT, opened -> {
                for (Message message : opened) {
                    opened.send(message);
                }
            });
            try (var socket = WebSocket.connect("ws://127.0.0.1:" + server.port())) {
                socket.send("there?");
                socket.receive();
                assertEquals(1, server.drain(Duration.ofMillis(20)));
                assertThrows(WebSocketClosedException.class, socket::receive);
                assertEquals(OptionalInt.of(1001), socket.closeCode());
            }
        });
    }
}
