package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.weft.Asyncio;
import dev.weft.io.http.Http;
import dev.weft.io.http.HttpServerOptions;
import dev.weft.io.websocket.Message;
import dev.weft.io.websocket.WebSocket;
import dev.weft.io.websocket.WebSocketClosedException;
import dev.weft.io.websocket.WebSocketHandshakeException;
import dev.weft.io.websocket.WebSocketOptions;
import java.io.IOException;
import java.time.Duration;
import java.util.OptionalInt;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;

/** WebSockets over TLS. */
final class SecureWebSocketTest {
    private static final WebSocketOptions TRUSTING =
            WebSocketOptions.DEFAULT.connect(ConnectOptions.DEFAULT.tls(TestCa.client()));

    @FunctionalInterface
    private interface Program {
        @dev.weft.Suspends
        void run(int port) throws Exception;
    }

    private static void serving(Program program) throws Exception {
        Asyncio.run(() -> {
            var options =
                    HttpServerOptions.DEFAULT.accessLog(false).listening(ServerOptions.DEFAULT.tls(TestCa.server()));
            try (var serving = Http.serve(
                            request -> WebSocket.upgrade(request, socket -> {
                                for (Message message : socket) {
                                    socket.send(message);
                                }
                                socket.close(4000, "over");
                            }),
                            "127.0.0.1",
                            0,
                            options)
                    .serving()) {
                program.run(serving.server().port());
            }
        });
    }

    @Test
    void wss_trustedServer_exchangesMessagesAndCloses() throws Exception {
        serving(port -> {
            try (var socket = WebSocket.connect("wss://localhost:" + port + "/", TRUSTING)) {
                socket.send("secret");
                assertEquals(new Message.Text("secret"), socket.receive());
                var big = new byte[900_000];
                big[77] = 7;
                socket.send(big);
                assertEquals(new Message.Binary(big), socket.receive());
                socket.close(4001, "bye");
                assertEquals(OptionalInt.of(4001), socket.closeCode());
                assertFalse(socket.iterator().hasNext());
            }
        });
    }

    /** The peer is told over TLS, too: a message too big ends with a close frame, not with a connection that is just cut. */
    @Test
    void wss_limitExceeded_peerHearsTheCode() throws Exception {
        serving(port -> {
            try (var socket = WebSocket.connect("wss://localhost:" + port + "/", TRUSTING)) {
                socket.send(new byte[2 * 1024 * 1024]);
                var closed = assertThrows(WebSocketClosedException.class, socket::receive);
                assertEquals(1009, closed.code());
            }
        });
    }

    @Test
    void wss_platformDoesNotKnowTheServer_isRefused() throws Exception {
        serving(port -> assertThrows(SSLException.class, () -> WebSocket.connect("wss://localhost:" + port + "/")));
    }

    @Test
    void ws_serverSpeaksTls_isAnError() throws Exception {
        var impatient = WebSocketOptions.DEFAULT.handshakeTimeout(Duration.ofSeconds(10));
        serving(port -> {
            var failure =
                    assertThrows(IOException.class, () -> WebSocket.connect("ws://localhost:" + port + "/", impatient));
            assertFalse(failure instanceof WebSocketHandshakeException h && h.status() == 101, failure.toString());
        });
    }
}
