package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.http.Http;
import dev.weft.io.http.HttpServerOptions;
import dev.weft.io.websocket.Message;
import dev.weft.io.websocket.WebSocket;
import dev.weft.io.websocket.WebSocketHandler;
import dev.weft.io.websocket.WebSocketOptions;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket.Listener;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** WebSockets of Weft's server with the JDK's client. Here, because runtime-io does not read the module of that client. */
final class JdkWebSocketTest {
    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(int port) throws Exception;
    }

    private static void serving(WebSocketOptions options, WebSocketHandler handler, Program program) throws Exception {
        Asyncio.run(() -> {
            try (var serving = Http.serve(
                            request -> WebSocket.upgrade(request, options, handler),
                            "127.0.0.1",
                            0,
                            HttpServerOptions.DEFAULT.accessLog(false))
                    .serving()) {
                program.run(serving.server().port());
            }
        });
    }

    @Suspends
    private static void echo(WebSocket socket) throws IOException {
        try (socket) {
            for (Message message : socket) {
                socket.send(message);
            }
        } catch (java.io.UncheckedIOException e) {
            // It closes with a code of its own.
        }
    }

    /** Collects what the JDK's client hears, message by message. */
    private static final class Heard implements Listener {
        private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
        private final StringBuilder text = new StringBuilder();
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        @Override
        public CompletionStage<?> onText(java.net.http.WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                events.add("text " + (text.length() > 100 ? text.length() : text));
                text.setLength(0);
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onBinary(java.net.http.WebSocket socket, ByteBuffer data, boolean last) {
            var part = new byte[data.remaining()];
            data.get(part);
            bytes.writeBytes(part);
            if (last) {
                events.add("binary " + bytes.size());
                bytes.reset();
            }
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onPong(java.net.http.WebSocket socket, ByteBuffer payload) {
            events.add("pong " + StandardCharsets.UTF_8.decode(payload));
            socket.request(1);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public CompletionStage<?> onClose(java.net.http.WebSocket socket, int code, String reason) {
            events.add("close " + code + " " + reason);
            return CompletableFuture.completedStage(null);
        }

        @Override
        public void onError(java.net.http.WebSocket socket, Throwable error) {
            events.add("error " + error);
        }

        String next() throws InterruptedException {
            return String.valueOf(events.poll(20, TimeUnit.SECONDS));
        }
    }

    @Test
    void jdkClient_exchangesMessagesPingsAndCloses() throws Exception {
        var codes = new ArrayList<Integer>();
        WebSocketHandler handler = socket -> {
            echo(socket);
            codes.add(socket.closeCode().orElse(0));
        };
        serving(
                WebSocketOptions.DEFAULT.subprotocols("echo"),
                handler,
                port -> Asyncio.toThread(() -> {
                    try (var http = HttpClient.newHttpClient()) {
                        var heard = new Heard();
                        var socket = http.newWebSocketBuilder()
                                .subprotocols("other", "echo")
                                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/echo"), heard)
                                .get(20, TimeUnit.SECONDS);
                        assertEquals("echo", socket.getSubprotocol());
                        socket.sendText("grüße", true).get();
                        assertEquals("text grüße", heard.next());
                        socket.sendText("in ", false).get();
                        socket.sendText("parts", true).get();
                        assertEquals("text in parts", heard.next());
                        socket.sendBinary(ByteBuffer.allocate(300_000), true).get();
                        assertEquals("binary 300000", heard.next());
                        socket.sendText("x".repeat(100_000), true).get();
                        assertEquals("text 100000", heard.next());
                        socket.sendPing(ByteBuffer.wrap(new byte[] {'p'})).get();
                        assertEquals("pong p", heard.next());
                        socket.sendClose(4000, "done").get();
                        assertEquals("close 4000 ", heard.next());
                    }
                }));
        assertEquals(List.of(4000), codes);
    }

    @Test
    void jdkClient_serverPingsAndCloses() throws Exception {
        WebSocketHandler handler = socket -> {
            assertTrue(socket.ping().toNanos() > 0);
            socket.send("pinged");
            socket.close(4999, "server says");
        };
        serving(
                WebSocketOptions.DEFAULT,
                handler,
                port -> Asyncio.toThread(() -> {
                    try (var http = HttpClient.newHttpClient()) {
                        var heard = new Heard();
                        http.newWebSocketBuilder()
                                .buildAsync(URI.create("ws://127.0.0.1:" + port + "/"), heard)
                                .get(20, TimeUnit.SECONDS);
                        assertEquals("text pinged", heard.next());
                        assertEquals("close 4999 server says", heard.next());
                        assertNull(heard.events.poll());
                    }
                }));
    }
}
