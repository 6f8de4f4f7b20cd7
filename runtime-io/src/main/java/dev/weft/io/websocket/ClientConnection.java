package dev.weft.io.websocket;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.io.ConnectOptions;
import dev.weft.io.IncompleteReadException;
import dev.weft.io.LimitOverrunException;
import dev.weft.io.Net;
import dev.weft.io.Streams;
import dev.weft.io.TlsOptions;
import dev.weft.io.internal.websocket.Agreement;
import dev.weft.io.internal.websocket.ClientHandshake;
import dev.weft.io.internal.websocket.ResponseHead;
import dev.weft.io.internal.websocket.Role;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** How a client comes by its WebSocket. */
final class ClientConnection {
    private static final byte[] END_OF_HEAD = "\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final URI uri;
    private final WebSocketOptions options;
    private final ConnectOptions connect;
    private final boolean secure;
    private final String host;
    private final int port;

    private ClientConnection(URI uri, WebSocketOptions options) {
        this.uri = uri;
        this.options = options;
        secure = "wss".equalsIgnoreCase(uri.getScheme());
        if (!secure && !"ws".equalsIgnoreCase(uri.getScheme())) {
            throw invalid("its scheme is neither ws nor wss");
        }
        if (uri.getHost() == null) {
            throw invalid("it has no host, or one that is no name");
        }
        if (uri.getRawFragment() != null) {
            throw invalid("it has a fragment");
        }
        if (uri.getRawUserInfo() != null) {
            throw invalid("it has a user; set the header field Authorization instead");
        }
        if (!secure && options.connect().tls() != null) {
            throw new IllegalArgumentException("the options ask for TLS, and the URI does not: use wss instead of ws");
        }
        connect = secure && options.connect().tls() == null
                ? options.connect().tls(TlsOptions.client())
                : options.connect();
        host = uri.getHost();
        port = uri.getPort() >= 0 ? uri.getPort() : secure ? 443 : 80;
    }

    private IllegalArgumentException invalid(String why) {
        // Without the URI's user, which may be a password.
        return new IllegalArgumentException("not the URI of a WebSocket, " + why + ": " + uri.getScheme() + "://"
                + uri.getHost() + (uri.getRawPath() == null ? "" : uri.getRawPath()));
    }

    @Suspends
    static WebSocket open(URI uri, WebSocketOptions options) throws IOException {
        var connection = new ClientConnection(uri, options);
        try {
            return Asyncio.waitFor(() -> connection.open(), options.handshakeTimeout());
        } catch (TimeoutException e) {
            throw connection.failed(
                    "no answer within " + options.handshakeTimeout().toMillis() + " ms", 0, Map.of(), e);
        }
    }

    @Suspends
    private WebSocket open() throws IOException {
        Streams streams = Net.openConnection(literal(host), port, connect);
        boolean complete = false;
        try {
            var handshake = new ClientHandshake(options.subprotocols(), options.compression());
            streams.writer().write(handshake.request(target(), hostField(), options.headers()));
            streams.writer().drain();
            Agreement agreement = check(handshake, readHead(streams));
            WebSocket socket = WebSocket.over(streams.reader(), streams.writer(), Role.CLIENT, agreement, options);
            complete = true;
            return socket;
        } finally {
            if (!complete) {
                streams.writer().transport().abort();
            }
        }
    }

    private Agreement check(ClientHandshake handshake, ResponseHead head) throws WebSocketHandshakeException {
        if (head.status() != 101) {
            List<String> location = head.headers().getOrDefault("Location", List.of());
            throw failed(
                    "the server answers " + (head.status() + " " + head.reason()).strip()
                            + (location.isEmpty() ? "" : ", to " + location.getFirst() + ", which is not followed"),
                    head.status(),
                    head.headers(),
                    null);
        }
        try {
            return handshake.check(head);
        } catch (IllegalArgumentException e) {
            throw failed("the server's answer is wrong: " + e.getMessage(), head.status(), head.headers(), e);
        }
    }

    /** Reads the answer; whatever follows it belongs to the WebSocket. Statuses such as 103 come before it. */
    @Suspends
    private ResponseHead readHead(Streams streams) throws WebSocketHandshakeException, IOException {
        try {
            ResponseHead head;
            do {
                head = ResponseHead.parse(streams.reader().readUntil(END_OF_HEAD));
            } while (head.status() < 200 && head.status() != 101);
            return head;
        } catch (IncompleteReadException e) {
            throw failed("the connection ended before the answer did", 0, Map.of(), e);
        } catch (LimitOverrunException e) {
            throw failed("the head of the answer is too long", 0, Map.of(), e);
        }
    }

    private WebSocketHandshakeException failed(
            String why, int status, Map<String, List<String>> headers, @Nullable Throwable cause) {
        return new WebSocketHandshakeException(
                "no WebSocket at " + uri.getScheme() + "://" + hostField() + ": " + why, status, headers, cause);
    }

    private String target() {
        String path = uri.getRawPath();
        return (path == null || path.isEmpty() ? "/" : path)
                + (uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery());
    }

    private String hostField() {
        return host + (port == (secure ? 443 : 80) ? "" : ":" + port);
    }

    /** A literal IPv6 address has brackets in a URI. */
    private static String literal(String host) {
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }
}
