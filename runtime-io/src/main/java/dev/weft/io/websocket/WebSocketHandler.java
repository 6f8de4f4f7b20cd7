package dev.weft.io.websocket;

import dev.weft.Suspends;

/** Serves a {@link WebSocket} of a server. Mirrors the handler of Python's {@code websockets.serve}. */
@FunctionalInterface
public interface WebSocketHandler {
    /**
     * Serves the WebSocket, in the task of its connection. When it returns, the WebSocket is closed with code 1000.
     *
     * @param socket the WebSocket, open
     * @throws Exception a {@link WebSocketClosedException} that it lets through only says that the peer is gone; for any other exception the
     *     WebSocket is closed with code 1011, and it is reported to the loop's exception handler
     */
    @Suspends
    void handle(WebSocket socket) throws Exception;
}
