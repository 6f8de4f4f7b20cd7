package dev.weft.io.websocket;

import dev.weft.CancelledError;
import dev.weft.Suspends;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.http.Request;
import dev.weft.io.http.Response;
import dev.weft.io.internal.websocket.Agreement;
import dev.weft.io.internal.websocket.Role;
import dev.weft.io.internal.websocket.ServerHandshake;
import java.io.UncheckedIOException;

/** How a server comes by its WebSockets: out of HTTP requests. */
final class ServerUpgrade {
    private final WebSocketOptions options;
    private final WebSocketHandler handler;
    private final Agreement agreement;

    private ServerUpgrade(WebSocketOptions options, WebSocketHandler handler, Agreement agreement) {
        this.options = options;
        this.handler = handler;
        this.agreement = agreement;
    }

    static Response answer(Request request, WebSocketOptions options, WebSocketHandler handler) {
        if (request.isHttp10()) {
            return refusal(400, "a WebSocket needs HTTP/1.1");
        }
        var answer = ServerHandshake.answer(
                request.method(),
                request.headers()::getAll,
                options.subprotocols(),
                options.compression(),
                options.origins().orElse(null));
        return switch (answer) {
            case ServerHandshake.Refused refused -> {
                Response response = refusal(refused.status(), refused.reason());
                refused.headers().forEach(response::header);
                yield response;
            }
            case ServerHandshake.Accepted accepted -> {
                var upgrade = new ServerUpgrade(options, handler, accepted.agreement());
                Response response = Response.upgrade("websocket", upgrade::serve);
                accepted.headers().forEach(response::header);
                yield response;
            }
        };
    }

    private static Response refusal(int status, String reason) {
        return Response.of(status).body("text/plain; charset=utf-8", reason + "\n");
    }

    @Suspends
    private void serve(StreamReader reader, StreamWriter writer) throws Exception {
        WebSocket socket = WebSocket.over(reader, writer, Role.SERVER, agreement, options);
        int code = CloseCode.INTERNAL_ERROR;
        try {
            handler.handle(socket);
            code = CloseCode.NORMAL;
        } catch (CancelledError e) {
            // The server goes down. It may not wait for the peer, but the peer is told.
            code = 0;
            socket.startClose(CloseCode.GOING_AWAY, "");
            throw e;
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof WebSocketClosedException closed ? closed : e;
        } finally {
            if (code != 0) {
                socket.close(code, "");
            }
        }
    }
}
