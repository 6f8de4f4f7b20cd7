package dev.weft.io.websocket;

import dev.weft.Suspends;
import dev.weft.io.Net;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.internal.websocket.Role;
import dev.weft.io.internal.websocket.ServerHandshake;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** WebSockets of ours, served without what an HTTP server does beside: these tests are about what comes after it. */
final class TestServer {
    private TestServer() {}

    @FunctionalInterface
    interface Handler {
        @Suspends
        void handle(WebSocket socket) throws Exception;
    }

    /** Sends back what comes. */
    @Suspends
    static void echo(WebSocket socket) {
        try (socket) {
            while (true) {
                socket.send(socket.receive());
            }
        } catch (WebSocketClosedException e) {
            // However the peer ends it: the tests look at what they sent.
        }
    }

    @Suspends
    static Server start(WebSocketOptions options, Handler handler) throws IOException {
        return Net.startServer((reader, writer) -> serve(reader, writer, options, handler), "127.0.0.1", 0);
    }

    @Suspends
    private static void serve(StreamReader reader, StreamWriter writer, WebSocketOptions options, Handler handler)
            throws Exception {
        String[] lines = RawPeer.head(reader).split("\r\n", -1);
        Map<String, List<String>> fields = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (int i = 1; !lines[i].isEmpty(); i++) {
            String[] field = lines[i].split(":", 2);
            fields.computeIfAbsent(field[0], name -> new ArrayList<>()).add(field[1].strip());
        }
        var answer = ServerHandshake.answer(
                lines[0].split(" ", 2)[0],
                name -> fields.getOrDefault(name, List.of()),
                options.subprotocols(),
                options.compression(),
                options.origins().orElse(null));
        switch (answer) {
            case ServerHandshake.Refused refused -> {
                write(writer, refused.status() + " Refused", refused.headers());
                writer.close();
            }
            case ServerHandshake.Accepted accepted -> {
                write(writer, "101 Switching Protocols", accepted.headers());
                handler.handle(WebSocket.over(reader, writer, Role.SERVER, accepted.agreement(), options));
            }
        }
    }

    private static void write(StreamWriter writer, String status, Map<String, String> headers) {
        var head = new StringBuilder("HTTP/1.1 " + status + "\r\n");
        headers.forEach((name, value) -> head.append(name + ": " + value + "\r\n"));
        writer.write(head.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1));
    }
}
