package dev.weft.io.websocket;

import dev.weft.io.ConnectOptions;
import dev.weft.io.internal.websocket.Tokens;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** How a {@link WebSocket} behaves, on either side. Immutable: each setter returns a changed copy. */
public final class WebSocketOptions {
    /** Everything by default. */
    public static final WebSocketOptions DEFAULT = new WebSocketOptions();

    /** The header fields that the handshake itself sets. */
    private static final Set<String> OWN_FIELDS =
            Set.of("host", "upgrade", "connection", "content-length", "transfer-encoding");

    private int maxMessageSize = 1024 * 1024;
    private int maxFrameSize; // 0: as the message
    private int sendBuffer = 64 * 1024;
    private @Nullable Duration pingInterval = Duration.ofSeconds(20);
    private Duration pingTimeout = Duration.ofSeconds(20);
    private Duration closeTimeout = Duration.ofSeconds(10);
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private boolean compression;
    private List<String> subprotocols = List.of();
    private @Nullable Predicate<String> origins;
    private Map<String, String> headers = Map.of();
    private ConnectOptions connect = ConnectOptions.DEFAULT;

    private WebSocketOptions() {}

    private WebSocketOptions(WebSocketOptions other) {
        maxMessageSize = other.maxMessageSize;
        maxFrameSize = other.maxFrameSize;
        sendBuffer = other.sendBuffer;
        pingInterval = other.pingInterval;
        pingTimeout = other.pingTimeout;
        closeTimeout = other.closeTimeout;
        handshakeTimeout = other.handshakeTimeout;
        compression = other.compression;
        subprotocols = other.subprotocols;
        origins = other.origins;
        headers = other.headers;
        connect = other.connect;
    }

    // ---- both sides

    /**
     * With another limit of what the peer may send at once. A message with more ends the connection with code 1009. Of a compressed message
     * the decompressed size counts, and no more than this is ever decompressed.
     *
     * @param bytes the limit, 1 MiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public WebSocketOptions maxMessageSize(int bytes) {
        var copy = new WebSocketOptions(this);
        copy.maxMessageSize = positive("the size of a message", bytes);
        return copy;
    }

    /**
     * With a limit of each frame, of which a message may have many. A frame with more ends the connection with code 1009.
     *
     * @param bytes the limit; by default a frame may be as long as a message
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public WebSocketOptions maxFrameSize(int bytes) {
        var copy = new WebSocketOptions(this);
        copy.maxFrameSize = positive("the size of a frame", bytes);
        return copy;
    }

    /**
     * With another high water mark of what waits to be sent: above it, {@code send} suspends until it is down to a quarter.
     *
     * @param bytes the mark, 64 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public WebSocketOptions sendBuffer(int bytes) {
        var copy = new WebSocketOptions(this);
        copy.sendBuffer = positive("the send buffer", bytes);
        return copy;
    }

    /**
     * With other keep-alive pings. A peer from which nothing has come for the interval is pinged; if then nothing comes for the time limit
     * either, the connection ends with code 1006. The time in which the application itself does not receive does not count.
     *
     * @param interval how long the peer may be silent, 20 s by default
     * @param timeout how long it may take to answer, 20 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless both are positive
     */
    public WebSocketOptions keepAlive(Duration interval, Duration timeout) {
        var copy = new WebSocketOptions(this);
        copy.pingInterval = positive("the interval of pings", interval);
        copy.pingTimeout = positive("the time limit of pings", timeout);
        return copy;
    }

    /**
     * Without keep-alive pings: a peer that is silently gone is not noticed.
     *
     * @return changed copy
     */
    public WebSocketOptions noKeepAlive() {
        var copy = new WebSocketOptions(this);
        copy.pingInterval = null;
        return copy;
    }

    /**
     * With another time limit of the closing handshake, from the close frame to the end of the connection. It is cut off then.
     *
     * @param limit the limit, 10 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public WebSocketOptions closeTimeout(Duration limit) {
        var copy = new WebSocketOptions(this);
        copy.closeTimeout = positive("the time limit of closing", limit);
        return copy;
    }

    /**
     * Whether messages are compressed if the peer can do that, too: {@code permessage-deflate}, RFC 7692. Off by default: it costs about
     * 300 KiB of memory outside the heap for each connection, processor time on the loop, and what is secret can leak through the size of
     * messages that mix it with what the peer has chosen.
     *
     * @param compress whether they are
     * @return changed copy
     */
    public WebSocketOptions compression(boolean compress) {
        var copy = new WebSocketOptions(this);
        copy.compression = compress;
        return copy;
    }

    /**
     * With subprotocols. A client offers them; a server chooses the first of its own that the client offers, and none if there is none.
     *
     * @param names the subprotocols, the best first
     * @return changed copy
     * @throws IllegalArgumentException if a name is no token, or is there twice
     */
    public WebSocketOptions subprotocols(String... names) {
        for (String name : names) {
            if (!Tokens.isToken(name)) {
                throw new IllegalArgumentException("not a name of a subprotocol: '" + name + "'");
            }
        }
        if (Set.copyOf(List.of(names)).size() < names.length) {
            throw new IllegalArgumentException("a subprotocol is there twice: " + List.of(names));
        }
        var copy = new WebSocketOptions(this);
        copy.subprotocols = List.of(names);
        return copy;
    }

    // ---- servers

    /**
     * For servers: with other origins whose pages may connect. By default those of the server's own host may, as its {@code Host} field says;
     * else any page in the world could act for a user who is logged in here. Programs that are not browsers send no origin, and may always.
     *
     * @param allowed the origins, such as {@code https://example.org}
     * @return changed copy
     */
    public WebSocketOptions origins(Collection<String> allowed) {
        Set<String> origins = Set.copyOf(allowed);
        return origins(origins::contains);
    }

    /**
     * As {@link #origins(Collection)}, with a test.
     *
     * @param allowed tells whether pages of an origin may connect; {@code origin -> true} for all, if the application does not go by cookies
     * @return changed copy
     */
    public WebSocketOptions origins(Predicate<String> allowed) {
        var copy = new WebSocketOptions(this);
        copy.origins = Objects.requireNonNull(allowed, "allowed");
        return copy;
    }

    // ---- clients

    /**
     * For clients: with a header field of the request, such as {@code Authorization}, {@code Cookie} or {@code Origin}.
     *
     * @param name its name; a field of that name which was set before is replaced
     * @param value its value
     * @return changed copy
     * @throws IllegalArgumentException if the handshake itself sets a field of that name, or this would not be a header field
     */
    public WebSocketOptions header(String name, String value) {
        String lower = name.toLowerCase(Locale.ROOT);
        if (!Tokens.isToken(name) || OWN_FIELDS.contains(lower) || lower.startsWith("sec-websocket-")) {
            throw new IllegalArgumentException("not a header field to be set here: '" + name + "'");
        }
        if (value.chars().anyMatch(c -> (c < ' ' && c != '\t') || c == 0x7f || c > 0xff)) {
            throw new IllegalArgumentException(
                    "the value of " + name + " has control characters, or some that are not Latin-1");
        }
        var copy = new WebSocketOptions(this);
        var changed = new LinkedHashMap<>(headers);
        changed.keySet().removeIf(name::equalsIgnoreCase);
        changed.put(name, value);
        copy.headers = changed;
        return copy;
    }

    /**
     * For clients: with another time limit, from the look-up of the host's name to the server's answer.
     *
     * @param limit the limit, 10 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public WebSocketOptions handshakeTimeout(Duration limit) {
        var copy = new WebSocketOptions(this);
        copy.handshakeTimeout = positive("the time limit of the handshake", limit);
        return copy;
    }

    /**
     * For clients: with options of the connection underneath, such as {@link ConnectOptions#tls} for {@code wss} with a certificate that the
     * platform does not know.
     *
     * @param options the options
     * @return changed copy
     */
    public WebSocketOptions connect(ConnectOptions options) {
        var copy = new WebSocketOptions(this);
        copy.connect = Objects.requireNonNull(options, "options");
        return copy;
    }

    private static int positive(String what, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(what + " is positive, got " + value);
        }
        return value;
    }

    private static Duration positive(String what, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(what + " is positive, got " + value);
        }
        return value;
    }

    // ---- what is set

    /** {@return how many bytes a message of the peer may have} */
    public int maxMessageSize() {
        return maxMessageSize;
    }

    /** {@return how many bytes a frame of the peer may have} */
    public int maxFrameSize() {
        // What cannot be compressed becomes a little longer by compressing it.
        return maxFrameSize > 0 ? maxFrameSize : (int) Math.min(Integer.MAX_VALUE, maxMessageSize * 1001L / 1000 + 64);
    }

    /** {@return the high water mark of what waits to be sent, in bytes} */
    public int sendBuffer() {
        return sendBuffer;
    }

    /** {@return after how much silence the peer is pinged, empty for never} */
    public Optional<Duration> pingInterval() {
        return Optional.ofNullable(pingInterval);
    }

    /** {@return how long the peer may take to answer a keep-alive ping} */
    public Duration pingTimeout() {
        return pingTimeout;
    }

    /** {@return how long the closing handshake may take} */
    public Duration closeTimeout() {
        return closeTimeout;
    }

    /** {@return how long the opening handshake may take a client} */
    public Duration handshakeTimeout() {
        return handshakeTimeout;
    }

    /** {@return whether messages are compressed if the peer can do that, too} */
    public boolean compression() {
        return compression;
    }

    /** {@return the subprotocols, the best first} */
    public List<String> subprotocols() {
        return subprotocols;
    }

    /** {@return which origins' pages may connect, empty for the server's own} */
    public Optional<Predicate<String>> origins() {
        return Optional.ofNullable(origins);
    }

    /** {@return the header fields of a client's request} */
    public Map<String, String> headers() {
        return java.util.Collections.unmodifiableMap(headers);
    }

    /** {@return the options of a client's connection} */
    public ConnectOptions connect() {
        return connect;
    }
}
