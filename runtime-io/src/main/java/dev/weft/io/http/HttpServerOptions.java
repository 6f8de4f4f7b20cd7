package dev.weft.io.http;

import dev.weft.io.ServerOptions;
import dev.weft.io.internal.http1.HttpLimits;
import java.time.Duration;
import java.util.Objects;

/**
 * How an HTTP server behaves: what it takes in, and for how long it waits. Every limit is on by default. Immutable: each setter returns a changed
 * copy.
 */
public final class HttpServerOptions {
    /** Everything by default. */
    public static final HttpServerOptions DEFAULT = new HttpServerOptions();

    private ServerOptions listening = ServerOptions.DEFAULT;
    private int requestLineBytes = HttpLimits.DEFAULT.startLineBytes();
    private int fieldBytes = HttpLimits.DEFAULT.fieldBytes();
    private int headBytes = HttpLimits.DEFAULT.headBytes();
    private int fields = HttpLimits.DEFAULT.fields();
    private int chunkLineBytes = HttpLimits.DEFAULT.chunkLineBytes();
    private int trailerBytes = HttpLimits.DEFAULT.trailerBytes();
    private long bodyBytes = 1024 * 1024;
    private int formParts = 100;
    private Duration headTimeout = Duration.ofSeconds(60);
    private Duration idleTimeout = Duration.ofSeconds(75);
    private Duration bodyTimeout = Duration.ofSeconds(60);
    private int bodyBytesPerSecond = 1024;
    private Duration writeTimeout = Duration.ofSeconds(60);
    private Duration lingerTimeout = Duration.ofSeconds(10);
    private int gzipFrom = Integer.MAX_VALUE;
    private boolean accessLog = true;

    private HttpServerOptions() {}

    private HttpServerOptions copy() {
        var copy = new HttpServerOptions();
        copy.listening = listening;
        copy.requestLineBytes = requestLineBytes;
        copy.fieldBytes = fieldBytes;
        copy.headBytes = headBytes;
        copy.fields = fields;
        copy.chunkLineBytes = chunkLineBytes;
        copy.trailerBytes = trailerBytes;
        copy.bodyBytes = bodyBytes;
        copy.formParts = formParts;
        copy.headTimeout = headTimeout;
        copy.idleTimeout = idleTimeout;
        copy.bodyTimeout = bodyTimeout;
        copy.bodyBytesPerSecond = bodyBytesPerSecond;
        copy.writeTimeout = writeTimeout;
        copy.lingerTimeout = lingerTimeout;
        copy.gzipFrom = gzipFrom;
        copy.accessLog = accessLog;
        return copy;
    }

    // ---- what is taken in

    /**
     * With other options for listening: backlog, addresses, TLS.
     *
     * @param options the options
     * @return changed copy
     */
    public HttpServerOptions listening(ServerOptions options) {
        var copy = copy();
        copy.listening = Objects.requireNonNull(options, "options");
        return copy;
    }

    /**
     * With another limit for the request line: beyond it the answer is 414.
     *
     * @param bytes the limit, 8 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions requestLineBytes(int bytes) {
        var copy = copy();
        copy.requestLineBytes = positive(bytes, "request line");
        return copy;
    }

    /**
     * With another limit for the line of each field: beyond it the answer is 431.
     *
     * @param bytes the limit, 8 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions fieldBytes(int bytes) {
        var copy = copy();
        copy.fieldBytes = positive(bytes, "field");
        return copy;
    }

    /**
     * With another limit for all fields of a request together: beyond it the answer is 431.
     *
     * @param bytes the limit, 32 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions headBytes(int bytes) {
        var copy = copy();
        copy.headBytes = positive(bytes, "head");
        return copy;
    }

    /**
     * With another number of fields that a request may have: beyond it the answer is 431.
     *
     * @param count the limit, 100 by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions fields(int count) {
        var copy = copy();
        copy.fields = positive(count, "field count");
        return copy;
    }

    /**
     * With another limit for the line before each chunk of a body.
     *
     * @param bytes the limit, 256 by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions chunkLineBytes(int bytes) {
        var copy = copy();
        copy.chunkLineBytes = positive(bytes, "chunk line");
        return copy;
    }

    /**
     * With another limit for the fields after a chunked body: beyond it the answer is 431.
     *
     * @param bytes the limit, 8 KiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions trailerBytes(int bytes) {
        var copy = copy();
        copy.trailerBytes = positive(bytes, "trailers");
        return copy;
    }

    /**
     * With another limit for bodies, counted after decoding: beyond it the answer is 413. A handler sets another for its own request with
     * {@link Body#limit}.
     *
     * @param bytes the limit, 1 MiB by default
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public HttpServerOptions bodyBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a limit is not negative, got " + bytes);
        }
        var copy = copy();
        copy.bodyBytes = bytes;
        return copy;
    }

    /**
     * With another number of parameters that a query, a form or a multipart body may have.
     *
     * @param count the limit, 100 by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions formParts(int count) {
        var copy = copy();
        copy.formParts = positive(count, "form part count");
        return copy;
    }

    // ---- how long it waits

    /**
     * With another time for a request's head to come, from its first byte on: then the answer is 408.
     *
     * @param limit the limit, 60 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions headTimeout(Duration limit) {
        var copy = copy();
        copy.headTimeout = positive(limit);
        return copy;
    }

    /**
     * With another time for a connection to wait for its next request: then it is closed.
     *
     * @param limit the limit, 75 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions idleTimeout(Duration limit) {
        var copy = copy();
        copy.idleTimeout = positive(limit);
        return copy;
    }

    /**
     * With another pace for bodies that come in. A body may keep its reader waiting for so long, and a second more for every so many bytes that
     * came; then the answer is 408. Time in which nobody reads does not count.
     *
     * @param limit how long, 60 s by default
     * @param bytesPerSecond how fast from then on, 1024 by default
     * @return changed copy
     * @throws IllegalArgumentException unless both are positive
     */
    public HttpServerOptions bodyTimeout(Duration limit, int bytesPerSecond) {
        var copy = copy();
        copy.bodyTimeout = positive(limit);
        copy.bodyBytesPerSecond = positive(bytesPerSecond, "pace");
        return copy;
    }

    /**
     * With another time for a peer to take what is buffered for it, each time it is more than the high water mark: then the connection is cut.
     *
     * @param limit the limit, 60 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions writeTimeout(Duration limit) {
        var copy = copy();
        copy.writeTimeout = positive(limit);
        return copy;
    }

    /**
     * With another time for which a connection that is closed while the peer still sends goes on reading, so that the peer sees the answer.
     *
     * @param limit the limit, 10 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions lingerTimeout(Duration limit) {
        var copy = copy();
        copy.lingerTimeout = positive(limit);
        return copy;
    }

    // ---- what it does

    /**
     * With answers compressed by gzip, if the peer takes it and their type is worth it. Off by default: compressed, the length of an answer that
     * holds both a secret and something the peer chose tells about the secret.
     *
     * @param fromBytes how long an answer has to be; those of unknown length count as long
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpServerOptions gzip(int fromBytes) {
        var copy = copy();
        copy.gzipFrom = positive(fromBytes, "size");
        return copy;
    }

    /**
     * Whether each answer is logged, at level INFO by the logger {@code dev.weft.http.access}.
     *
     * @param log whether it is; true by default
     * @return changed copy
     */
    public HttpServerOptions accessLog(boolean log) {
        var copy = copy();
        copy.accessLog = log;
        return copy;
    }

    // ---- asking

    /** {@return the options for listening} */
    public ServerOptions listening() {
        return listening;
    }

    /** {@return the limit for bodies in bytes} */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** {@return how many parameters a query, form or multipart body may have} */
    public int formParts() {
        return formParts;
    }

    /** {@return how long a request's head may take} */
    public Duration headTimeout() {
        return headTimeout;
    }

    /** {@return how long a connection may wait for its next request} */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** {@return how long a body may keep its reader waiting, before its pace counts} */
    public Duration bodyTimeout() {
        return bodyTimeout;
    }

    /** {@return how fast a body has to come, in bytes per second} */
    public int bodyBytesPerSecond() {
        return bodyBytesPerSecond;
    }

    /** {@return how long a peer may take for what is buffered for it} */
    public Duration writeTimeout() {
        return writeTimeout;
    }

    /** {@return for how long a connection that is closed goes on reading} */
    public Duration lingerTimeout() {
        return lingerTimeout;
    }

    /** {@return from how many bytes on answers are compressed; {@link Integer#MAX_VALUE} for never} */
    public int gzipFrom() {
        return gzipFrom;
    }

    /** {@return whether each answer is logged} */
    public boolean accessLog() {
        return accessLog;
    }

    HttpLimits limits() {
        return new HttpLimits(requestLineBytes, fieldBytes, headBytes, fields, chunkLineBytes, trailerBytes);
    }

    private static int positive(int value, String what) {
        if (value <= 0) {
            throw new IllegalArgumentException("a limit is positive, got " + value + " for the " + what);
        }
        return value;
    }

    static Duration positive(Duration limit) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException("a time limit is positive, got " + limit);
        }
        return limit;
    }
}
