package dev.weft.io.websocket;

import dev.weft.Suspends;
import dev.weft.io.http.Http;
import dev.weft.io.http.HttpServer;
import dev.weft.io.http.HttpServerOptions;
import java.io.IOException;

/** WebSockets of ours, out of an HTTP server of ours. */
final class TestServer {
    private TestServer() {}

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
    static HttpServer start(WebSocketOptions options, WebSocketHandler handler) throws IOException {
        return Http.serve(
                request -> WebSocket.upgrade(request, options, handler),
                "127.0.0.1",
                0,
                HttpServerOptions.DEFAULT.accessLog(false));
    }
}
