package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.ConnectOptions;
import dev.weft.io.Net;
import dev.weft.io.TlsOptions;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The client's half of the opening handshake, against servers that do it wrong, late or not at all. */
final class ConnectTest {
    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(int port) throws Exception;
    }

    /** With a server that answers a request's head with this. */
    private static void answering(UnaryOperator<String> answer, Program program) throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                String head = RawPeer.head(reader);
                                writer.write(answer.apply(head).getBytes(StandardCharsets.ISO_8859_1));
                                writer.close();
                            },
                            "127.0.0.1",
                            0)
                    .serving()) {
                program.run(serving.server().port());
            }
        });
    }

    private static String uri(int port) {
        return "ws://127.0.0.1:" + port + "/path?query=1";
    }

    private static String accepted(String head) {
        return accepted(head, "");
    }

    private static String accepted(String head, String more) {
        try {
            return new String(RawPeer.response(head, more), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void connect_request_isWhatTheRfcAsksFor() throws Exception {
        var heads = new java.util.ArrayList<String>();
        answering(
                head -> {
                    heads.add(head);
                    return accepted(head, "Sec-WebSocket-Protocol: b\r\n");
                },
                port -> {
                    var options = WebSocketOptions.DEFAULT
                            .subprotocols("a", "b")
                            .compression(true)
                            .header("Cookie", "x=1")
                            .header("cookie", "x=2")
                            .header("Origin", "http://weft");
                    WebSocket socket = WebSocket.connect(uri(port), options);
                    assertEquals("b", socket.subprotocol());
                    assertThrows(WebSocketClosedException.class, socket::receive);
                    socket.close();
                    String head = heads.getFirst();
                    assertTrue(head.startsWith("GET /path?query=1 HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\n"), head);
                    for (String line : List.of(
                            "Upgrade: websocket",
                            "Connection: Upgrade",
                            "Sec-WebSocket-Version: 13",
                            "Sec-WebSocket-Protocol: a, b",
                            "Sec-WebSocket-Extensions: permessage-deflate",
                            "cookie: x=2",
                            "Origin: http://weft")) {
                        assertTrue(head.contains("\r\n" + line + "\r\n"), line + " in " + head);
                    }
                    assertTrue(!head.contains("x=1"), head);
                });
        assertEquals(1, heads.size());
    }

    @Test
    void connect_otherStatus_throwsItWithTheStatus() throws Exception {
        answering(head -> "HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\nX-Why: because\r\n\r\nno", port -> {
            var refused = assertThrows(WebSocketHandshakeException.class, () -> WebSocket.connect(uri(port)));
            assertEquals(403, refused.status());
            assertEquals(List.of("because"), refused.headers("x-why"));
            assertTrue(refused.getMessage().contains("403 Forbidden"), refused.getMessage());
        });
        answering(head -> "HTTP/1.1 302 Found\r\nLocation: ws://elsewhere/\r\n\r\n", port -> {
            var refused = assertThrows(WebSocketHandshakeException.class, () -> WebSocket.connect(uri(port)));
            assertEquals(302, refused.status());
            assertTrue(refused.getMessage().contains("ws://elsewhere/, which is not followed"));
        });
    }

    @Test
    void connect_wrongAnswer_saysWhatIsWrong() throws Exception {
        record Row(String says, UnaryOperator<String> answer) {}
        var rows = List.of(
                new Row("Sec-WebSocket-Accept", head -> accepted(head).replaceFirst("Accept: .{4}", "Accept: AAAA")),
                new Row("Sec-WebSocket-Accept", head -> accepted(head, "Sec-WebSocket-Accept: AAAA\r\n")),
                new Row("Upgrade is", head -> accepted(head).replace("Upgrade: websocket", "Upgrade: h2c")),
                new Row("Connection is", head -> accepted(head).replace("Connection: Upgrade", "Connection: close")),
                new Row("subprotocol is", head -> accepted(head, "Sec-WebSocket-Protocol: unasked\r\n")),
                new Row("not asked for", head -> accepted(head, "Sec-WebSocket-Extensions: x-y\r\n")),
                new Row("status line", head -> "HTTP/2 101 OK\r\n\r\n"),
                new Row("status line", head -> "SSH-2.0-OpenSSH\r\n\r\n"),
                new Row("no header field", head -> "HTTP/1.1 101 OK\r\n folded\r\n\r\n"),
                new Row("no header field", head -> "HTTP/1.1 101 OK\r\nName : x\r\n\r\n"),
                new Row("control characters", head -> "HTTP/1.1 101 OK\r\nName: x\u0000y\r\n\r\n"),
                new Row("too long", head -> "HTTP/1.1 101 OK\r\nName: " + "x".repeat(200_000) + "\r\n\r\n"),
                new Row("before the answer did", head -> "HTTP/1.1 101 OK\r\n"),
                new Row("before the answer did", head -> ""));
        for (Row row : rows) {
            answering(row.answer, port -> {
                var refused = assertThrows(IOException.class, () -> WebSocket.connect(uri(port)));
                assertTrue(String.valueOf(refused.getMessage()).contains(row.says), refused.toString());
            });
        }
    }

    @Test
    void connect_statusesThatComeBefore_areSkipped() throws Exception {
        answering(
                head -> "HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n" + accepted(head),
                port -> WebSocket.connect(uri(port)).close());
    }

    @Test
    void connect_noAnswer_endsAtTheTimeLimitOrWhenCancelled() throws Exception {
        WatchedLoop.run(() -> {
            var asked = new Event();
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                RawPeer.head(reader);
                                asked.set();
                                assertEquals(0, reader.read(1).length, "the client closes");
                                writer.close();
                            },
                            "127.0.0.1",
                            0)
                    .serving()) {
                String uri = uri(serving.server().port());
                var late = assertThrows(
                        WebSocketHandshakeException.class,
                        () -> WebSocket.connect(uri, WebSocketOptions.DEFAULT.handshakeTimeout(Duration.ofMillis(20))));
                assertEquals(0, late.status());
                assertTrue(late.getMessage().contains("no answer within 20 ms"), late.getMessage());
                asked.clear();
                Task<WebSocket> connecting = Asyncio.createTask(() -> WebSocket.connect(uri));
                asked.await();
                connecting.cancel();
                assertThrows(CancelledError.class, connecting::await);
            }
        });
    }

    @Test
    void connect_nobodyListens_throwsConnectException() throws Exception {
        int free;
        try (var socket = new java.net.ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        WatchedLoop.run(() -> assertThrows(ConnectException.class, () -> WebSocket.connect(uri(free))));
    }

    @Test
    void connect_notTheUriOfAWebSocket_isRefused() throws Exception {
        WatchedLoop.run(() -> {
            for (String bad : List.of(
                    "http://weft/", "ws:///path", "ws://weft/#part", "ws://user:secret@weft/", "weft", "ws://we ft/")) {
                var refused = assertThrows(IllegalArgumentException.class, () -> WebSocket.connect(bad), bad);
                assertTrue(!refused.getMessage().contains("secret"), refused.getMessage());
            }
            var tls = WebSocketOptions.DEFAULT.connect(ConnectOptions.DEFAULT.tls(TlsOptions.client()));
            assertThrows(IllegalArgumentException.class, () -> WebSocket.connect("ws://weft/", tls));
        });
    }

    @Test
    void options_badValues_areRefused() {
        var options = WebSocketOptions.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> options.maxMessageSize(0));
        assertThrows(IllegalArgumentException.class, () -> options.maxFrameSize(-1));
        assertThrows(IllegalArgumentException.class, () -> options.sendBuffer(0));
        assertThrows(IllegalArgumentException.class, () -> options.keepAlive(Duration.ZERO, Duration.ofSeconds(1)));
        assertThrows(IllegalArgumentException.class, () -> options.closeTimeout(Duration.ofSeconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> options.subprotocols("a b"));
        assertThrows(IllegalArgumentException.class, () -> options.subprotocols("a", "a"));
        assertThrows(IllegalArgumentException.class, () -> options.header("Host", "x"));
        assertThrows(IllegalArgumentException.class, () -> options.header("Sec-WebSocket-Key", "x"));
        assertThrows(IllegalArgumentException.class, () -> options.header("X\r\nY", "x"));
        assertThrows(IllegalArgumentException.class, () -> options.header("X", "a\r\nInjected: b"));
        assertInstanceOf(Duration.class, options.pingInterval().orElseThrow());
        assertTrue(options.noKeepAlive().pingInterval().isEmpty());
        assertEquals(1024 * 1024, options.maxMessageSize());
    }
}
