package dev.weft.io.internal.websocket;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The server's half of the opening handshake: RFC 6455, section 4.2. */
public final class ServerHandshake {
    private ServerHandshake() {}

    /** What the server answers to a request. */
    public sealed interface Answer {}

    /**
     * The connection is a WebSocket from now on.
     *
     * @param headers the header fields of the answer with status 101
     * @param agreement what was agreed to
     */
    public record Accepted(Map<String, String> headers, Agreement agreement) implements Answer {}

    /**
     * The request is refused.
     *
     * @param status the status of the answer
     * @param reason why, for the body of the answer
     * @param headers the header fields of the answer
     */
    public record Refused(int status, String reason, Map<String, String> headers) implements Answer {
        private Refused(int status, String reason) {
            this(status, reason, Map.of());
        }
    }

    /**
     * Judges a request.
     *
     * @param method its method
     * @param fields its header fields of a name, in whatever case
     * @param subprotocols those the server speaks, the best first
     * @param compression whether messages may be compressed
     * @param origins which origins may connect, null for the server's own
     * @return what to answer
     */
    public static Answer answer(
            String method,
            Function<String, List<String>> fields,
            List<String> subprotocols,
            boolean compression,
            @Nullable Predicate<String> origins) {
        if (!method.equals("GET")) {
            return new Refused(405, "a WebSocket is opened with GET", Map.of("Allow", "GET"));
        }
        if (!Tokens.contains(fields.apply("Upgrade"), "websocket")
                || !Tokens.contains(fields.apply("Connection"), "Upgrade")) {
            return new Refused(
                    426, "only WebSockets are served here", Map.of("Upgrade", "websocket", "Connection", "Upgrade"));
        }
        List<String> version = fields.apply("Sec-WebSocket-Version");
        if (!version.equals(List.of("13"))) {
            return new Refused(
                    426, "the version of the WebSocket protocol is 13", Map.of("Sec-WebSocket-Version", "13"));
        }
        List<String> key = fields.apply("Sec-WebSocket-Key");
        if (key.size() != 1 || !HandshakeKey.isValid(key.getFirst())) {
            return new Refused(400, "Sec-WebSocket-Key is not 16 bytes in Base64");
        }
        List<String> length = fields.apply("Content-Length");
        if (!fields.apply("Transfer-Encoding").isEmpty() || !(length.isEmpty() || length.equals(List.of("0")))) {
            return new Refused(400, "the request has a body");
        }
        String foreign = foreignOrigin(fields, origins);
        if (foreign != null) {
            return new Refused(403, foreign);
        }
        List<String> offered = Tokens.list(fields.apply("Sec-WebSocket-Protocol"));
        String subprotocol =
                subprotocols.stream().filter(offered::contains).findFirst().orElse("");
        DeflateParameters deflate;
        try {
            List<Extension> extensions = Extension.parse(fields.apply("Sec-WebSocket-Extensions"));
            deflate = compression ? DeflateParameters.accept(extensions) : null;
        } catch (IllegalArgumentException e) {
            return new Refused(400, String.valueOf(e.getMessage()));
        }
        var headers = new LinkedHashMap<String, String>();
        headers.put("Upgrade", "websocket");
        headers.put("Connection", "Upgrade");
        headers.put("Sec-WebSocket-Accept", HandshakeKey.accept(key.getFirst()));
        if (!subprotocol.isEmpty()) {
            headers.put("Sec-WebSocket-Protocol", subprotocol);
        }
        if (deflate != null) {
            headers.put("Sec-WebSocket-Extensions", deflate.field());
        }
        return new Accepted(headers, new Agreement(subprotocol, deflate));
    }

    /** Why a page of this origin may not connect; null if it may. Programs that are not browsers send no origin. */
    private static @Nullable String foreignOrigin(
            Function<String, List<String>> fields, @Nullable Predicate<String> origins) {
        List<String> origin = fields.apply("Origin");
        if (origin.size() > 1) {
            return "there are several origins";
        }
        if (origin.isEmpty()
                || (origins != null
                        ? origins.test(origin.getFirst())
                        : isSame(origin.getFirst(), fields.apply("Host")))) {
            return null;
        }
        return "pages of this origin may not connect";
    }

    /** Whether a page comes from the host the request goes to. By which scheme it came does not matter: a proxy may do TLS. */
    private static boolean isSame(String origin, List<String> host) {
        try {
            String authority = URI.create(origin).getRawAuthority();
            return authority != null && host.size() == 1 && authority.equalsIgnoreCase(host.getFirst());
        } catch (IllegalArgumentException notAnOrigin) {
            return false;
        }
    }
}
