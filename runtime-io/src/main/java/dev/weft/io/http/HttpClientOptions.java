package dev.weft.io.http;

import dev.weft.io.ConnectOptions;
import dev.weft.io.TlsOptions;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** How an {@link HttpClient} behaves. Immutable: each setter returns a changed copy. */
public final class HttpClientOptions {
    /** Everything by default. */
    public static final HttpClientOptions DEFAULT = new HttpClientOptions();

    private ConnectOptions connecting = ConnectOptions.DEFAULT;
    private TlsOptions tls = TlsOptions.client().applicationProtocols("http/1.1");
    private int connectionsPerOrigin = 16;
    private Duration idleTimeout = Duration.ofSeconds(30);
    private Duration connectTimeout = Duration.ofSeconds(30);
    private Duration stallTimeout = Duration.ofSeconds(60);
    private @Nullable Duration totalTimeout;
    private int redirects = 10;
    private long bodyBytes = 64L * 1024 * 1024;
    private boolean gzip = true;

    private HttpClientOptions() {}

    private HttpClientOptions copy() {
        var copy = new HttpClientOptions();
        copy.connecting = connecting;
        copy.tls = tls;
        copy.connectionsPerOrigin = connectionsPerOrigin;
        copy.idleTimeout = idleTimeout;
        copy.connectTimeout = connectTimeout;
        copy.stallTimeout = stallTimeout;
        copy.totalTimeout = totalTimeout;
        copy.redirects = redirects;
        copy.bodyBytes = bodyBytes;
        copy.gzip = gzip;
        return copy;
    }

    /**
     * With other options for connecting.
     *
     * @param options the options
     * @return changed copy
     * @throws IllegalArgumentException if they are for TLS: that is up to the URL
     */
    public HttpClientOptions connecting(ConnectOptions options) {
        if (options.tls() != null) {
            throw new IllegalArgumentException("whether to use TLS is up to the URL; how, to HttpClientOptions.tls");
        }
        var copy = copy();
        copy.connecting = options;
        return copy;
    }

    /**
     * With another way of encrypting where the scheme is {@code https}. Offer no protocol but {@code http/1.1}.
     *
     * @param options the options; the JDK's default trust by default
     * @return changed copy
     */
    public HttpClientOptions tls(TlsOptions options) {
        var copy = copy();
        copy.tls = Objects.requireNonNull(options, "options");
        return copy;
    }

    /**
     * With another number of connections to one origin: further requests wait until one is free.
     *
     * @param count how many, 16 by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpClientOptions connectionsPerOrigin(int count) {
        if (count <= 0) {
            throw new IllegalArgumentException("a number of connections is positive, got " + count);
        }
        var copy = copy();
        copy.connectionsPerOrigin = count;
        return copy;
    }

    /**
     * With another time for which a connection that is not used is kept.
     *
     * @param limit the limit, 30 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpClientOptions idleTimeout(Duration limit) {
        var copy = copy();
        copy.idleTimeout = HttpServerOptions.positive(limit);
        return copy;
    }

    /**
     * With another time for a connection to be made, TLS included.
     *
     * @param limit the limit, 30 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpClientOptions connectTimeout(Duration limit) {
        var copy = copy();
        copy.connectTimeout = HttpServerOptions.positive(limit);
        return copy;
    }

    /**
     * With another time for which the server may keep a task waiting without sending or taking a byte: for the head of its response, within its
     * body, and while a request is sent.
     *
     * @param limit the limit, 60 s by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpClientOptions stallTimeout(Duration limit) {
        var copy = copy();
        copy.stallTimeout = HttpServerOptions.positive(limit);
        return copy;
    }

    /**
     * With a time for the whole of it, from sending to the end of the response's body, redirects included.
     *
     * @param limit the limit; there is none by default
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public HttpClientOptions totalTimeout(Duration limit) {
        var copy = copy();
        copy.totalTimeout = HttpServerOptions.positive(limit);
        return copy;
    }

    /**
     * With another number of redirects that are followed, one after another.
     *
     * @param count how many, 10 by default; 0 for none: then they are responses like others
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public HttpClientOptions redirects(int count) {
        if (count < 0) {
            throw new IllegalArgumentException("a number of redirects is not negative, got " + count);
        }
        var copy = copy();
        copy.redirects = count;
        return copy;
    }

    /**
     * With another limit for the bodies of responses, counted after decoding. For a single one use {@link Body#limit}.
     *
     * @param bytes the limit, 64 MiB by default
     * @return changed copy
     * @throws IllegalArgumentException if it is negative
     */
    public HttpClientOptions bodyBytes(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a limit is not negative, got " + bytes);
        }
        var copy = copy();
        copy.bodyBytes = bytes;
        return copy;
    }

    /**
     * Whether bodies may come compressed by gzip, to be decoded on the way.
     *
     * @param accept whether they may; true by default
     * @return changed copy
     */
    public HttpClientOptions gzip(boolean accept) {
        var copy = copy();
        copy.gzip = accept;
        return copy;
    }

    /** {@return the options for connecting} */
    public ConnectOptions connecting() {
        return connecting;
    }

    /** {@return how connections are encrypted} */
    public TlsOptions tls() {
        return tls;
    }

    /** {@return how many connections there are to one origin} */
    public int connectionsPerOrigin() {
        return connectionsPerOrigin;
    }

    /** {@return how long a connection that is not used is kept} */
    public Duration idleTimeout() {
        return idleTimeout;
    }

    /** {@return how long making a connection may take} */
    public Duration connectTimeout() {
        return connectTimeout;
    }

    /** {@return how long a server may do nothing} */
    public Duration stallTimeout() {
        return stallTimeout;
    }

    /** {@return how long all of it may take, null for any time} */
    public @Nullable Duration totalTimeout() {
        return totalTimeout;
    }

    /** {@return how many redirects are followed} */
    public int redirects() {
        return redirects;
    }

    /** {@return the limit for the bodies of responses in bytes} */
    public long bodyBytes() {
        return bodyBytes;
    }

    /** {@return whether bodies may come compressed} */
    public boolean gzip() {
        return gzip;
    }
}
