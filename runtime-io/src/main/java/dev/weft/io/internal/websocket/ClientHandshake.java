package dev.weft.io.internal.websocket;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The client's half of the opening handshake: RFC 6455, section 4.1. */
public final class ClientHandshake {
    private final String key = HandshakeKey.create();
    private final List<String> subprotocols;
    private final boolean compression;

    /**
     * For one attempt.
     *
     * @param subprotocols those the client speaks, the best first
     * @param compression whether messages may be compressed
     */
    public ClientHandshake(List<String> subprotocols, boolean compression) {
        this.subprotocols = List.copyOf(subprotocols);
        this.compression = compression;
    }

    /**
     * The request.
     *
     * @param target path and query
     * @param host the value of {@code Host}
     * @param headers other header fields, checked already
     * @return its bytes
     */
    public byte[] request(String target, String host, Map<String, String> headers) {
        var request = new StringBuilder("GET " + target + " HTTP/1.1\r\n");
        field(request, "Host", host);
        field(request, "Upgrade", "websocket");
        field(request, "Connection", "Upgrade");
        field(request, "Sec-WebSocket-Key", key);
        field(request, "Sec-WebSocket-Version", "13");
        if (!subprotocols.isEmpty()) {
            field(request, "Sec-WebSocket-Protocol", String.join(", ", subprotocols));
        }
        if (compression) {
            field(request, "Sec-WebSocket-Extensions", DeflateParameters.OFFER);
        }
        headers.forEach((name, value) -> field(request, name, value));
        return request.append("\r\n").toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void field(StringBuilder request, String name, String value) {
        request.append(name).append(": ").append(value).append("\r\n");
    }

    /**
     * Checks the answer with status 101.
     *
     * @param response the answer
     * @return what was agreed to
     * @throws IllegalArgumentException if it is none to this request; it says why
     */
    public Agreement check(ResponseHead response) {
        List<String> upgrade = response.fields("Upgrade");
        if (upgrade.size() != 1 || !upgrade.getFirst().equalsIgnoreCase("websocket")) {
            throw new IllegalArgumentException("it does not upgrade to a WebSocket: Upgrade is " + upgrade);
        }
        if (!Tokens.contains(response.fields("Connection"), "Upgrade")) {
            throw new IllegalArgumentException("Connection is " + response.fields("Connection") + ", not Upgrade");
        }
        if (!response.fields("Sec-WebSocket-Accept").equals(List.of(HandshakeKey.accept(key)))) {
            throw new IllegalArgumentException("Sec-WebSocket-Accept does not belong to the key that was sent");
        }
        return new Agreement(subprotocol(response), deflate(response));
    }

    private String subprotocol(ResponseHead response) {
        List<String> chosen = response.fields("Sec-WebSocket-Protocol");
        if (chosen.isEmpty()) {
            return "";
        }
        if (chosen.size() > 1 || !subprotocols.contains(chosen.getFirst())) {
            throw new IllegalArgumentException(
                    "the subprotocol is " + chosen + ", where one of " + subprotocols + " was asked for");
        }
        return chosen.getFirst();
    }

    private @Nullable DeflateParameters deflate(ResponseHead response) {
        List<Extension> extensions = Extension.parse(response.fields("Sec-WebSocket-Extensions"));
        if (extensions.isEmpty()) {
            return null;
        }
        Extension only = extensions.getFirst();
        if (extensions.size() > 1 || !compression || !only.name().equals(DeflateParameters.OFFER)) {
            throw new IllegalArgumentException("there are extensions that were not asked for: "
                    + extensions.stream().map(Extension::name).toList());
        }
        return DeflateParameters.agreed(only);
    }
}
