package dev.weft.io.http;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Semaphore;
import dev.weft.Suspends;
import dev.weft.io.ConnectOptions;
import dev.weft.io.Net;
import dev.weft.io.Streams;
import dev.weft.io.internal.http1.ResponseHead;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A small client for HTTP/1.1, in direct style. Keeps connections open and uses them again; follows redirects, without handing credentials on to
 * other origins; sends requests again only where that is safe: idempotent ones, over a kept connection that turned out to be closed. Confined to its
 * loop; any number of tasks may use it.
 *
 * {@snippet :
 * try (var client = new HttpClient();
 *         var response = client.get("http://127.0.0.1:8080/")) {
 *     IO.println(response.text());
 * }
 * }
 *
 * <p>Whoever needs HTTP/2, proxies or authentication takes {@code java.net.http.HttpClient}: called from a task it parks that task alone.
 */
public final class HttpClient implements AutoCloseable {
    /** How much of a redirect's body is read, for the sake of the connection. */
    private static final int MOST_SKIPPED = 64 * 1024;

    private final EventLoop loop;
    private final HttpClientOptions options;
    private final Map<Origin, Pool> pools = new HashMap<>();
    private final Set<ClientConnection> open = new HashSet<>();
    private boolean closed;

    /**
     * A client with everything by default, on the running loop.
     *
     * @throws IllegalStateException if no loop runs here, or jetty-http is missing
     */
    public HttpClient() {
        this(HttpClientOptions.DEFAULT);
    }

    /**
     * A client on the running loop.
     *
     * @param options the options
     * @throws IllegalStateException if no loop runs here, or jetty-http is missing
     */
    public HttpClient(HttpClientOptions options) {
        JettyHttp.require();
        loop = Asyncio.getRunningLoop();
        this.options = options;
    }

    /** The connections to one origin. */
    private final class Pool implements ClientConnection.Owner {
        private final Semaphore permits = new Semaphore(options.connectionsPerOrigin());

        /** The one used last is taken first: so those that are not needed grow old. */
        private final ArrayDeque<ClientConnection> idle = new ArrayDeque<>();

        private final Set<ClientConnection> busy = new HashSet<>();

        @Nullable
        ClientConnection takeIdle() {
            while (!idle.isEmpty()) {
                ClientConnection connection = idle.removeLast();
                if (connection.isFresh()) {
                    busy.add(connection);
                    return connection;
                }
                connection.close();
            }
            return null;
        }

        @Override
        public void free(ClientConnection connection) {
            idle.addLast(connection);
            if (busy.remove(connection)) {
                permits.release();
            }
        }

        @Override
        public void gone(ClientConnection connection) {
            open.remove(connection);
            idle.remove(connection);
            if (busy.remove(connection)) {
                permits.release();
            }
        }
    }

    // ---- asking

    /**
     * Asks with GET.
     *
     * @param url what for
     * @return the response, to be closed or read to its end
     * @throws IOException as {@link #send} throws it
     * @throws IllegalArgumentException if the URL cannot be asked
     */
    @Suspends
    public ClientResponse get(String url) throws IOException {
        return send(ClientRequest.get(url));
    }

    /**
     * Sends a request and waits for the head of the response. A response of status 400 and above is a response like any other.
     *
     * @param request the request
     * @return the response, to be closed or read to its end
     * @throws SocketTimeoutException if a time limit passes
     * @throws HttpProtocolException if the response is not HTTP/1.1, or more than its limits allow
     * @throws IOException if the server cannot be connected to, the connection is lost, or there are too many redirects
     * @throws IllegalStateException if the client is closed
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the connection is closed
     */
    @Suspends
    public ClientResponse send(ClientRequest request) throws IOException {
        Duration total = options.totalTimeout();
        long endAt = total == null ? Long.MAX_VALUE : loop.time() + total.toNanos();
        ClientRequest next = request;
        for (int redirects = 0; ; redirects++) {
            ClientResponse response = sendOne(next, endAt);
            ClientRequest redirected = options.redirects() == 0 ? null : Redirects.follow(next, response);
            if (redirected == null) {
                return response;
            }
            skip(response);
            if (redirects == options.redirects()) {
                throw new IOException(
                        "more than " + options.redirects() + " redirects, the last to " + redirected.origin());
            }
            next = redirected;
        }
    }

    @Suspends
    private static void skip(ClientResponse response) throws IOException {
        try (response) {
            response.body().limit(Long.MAX_VALUE);
            int left = MOST_SKIPPED;
            while (left > 0) {
                int length = response.body().read(left).length;
                if (length == 0) {
                    return;
                }
                left -= length;
            }
        }
    }

    @Suspends
    private ClientResponse sendOne(ClientRequest request, long endAt) throws IOException {
        Headers headers = completed(request);
        while (true) {
            ClientConnection connection = connection(request.origin(), endAt);
            boolean mayBeStale = connection.isUsed();
            try {
                ResponseHead head = connection.send(request, headers.copy(), endAt);
                BodySource source = connection.body(head);
                boolean decodes = options.gzip() && !request.headers().contains("Accept-Encoding");
                var body = new Body(
                        decodes ? GunzipSource.of(source, head.headers()) : source,
                        head.headers(),
                        options.bodyBytes(),
                        Integer.MAX_VALUE);
                return new ClientResponse(head, request.url(), body, connection);
            } catch (SocketTimeoutException e) {
                throw e;
            } catch (IOException e) {
                if (!mayBeStale || connection.isAnswering() || !request.isRepeatable()) {
                    throw e;
                }
                // The server closed the connection while it was kept: once more, over another one. Each turn uses up a
                // kept connection.
            }
        }
    }

    private Headers completed(ClientRequest request) {
        Headers headers = request.headers().copy();
        if (headers.contains("Transfer-Encoding")) {
            throw new IllegalArgumentException("a request set Transfer-Encoding, which is the client's affair");
        }
        if (!headers.contains("Host")) {
            headers.set("Host", request.origin().authority());
        }
        if (!headers.contains("Accept-Encoding") && options.gzip()) {
            headers.set("Accept-Encoding", "gzip");
        }
        if (!headers.contains("User-Agent")) {
            headers.set("User-Agent", "Weft");
        }
        return headers;
    }

    // ---- connections

    /** A connection that nobody else uses. */
    @Suspends
    private ClientConnection connection(Origin origin, long endAt) throws IOException {
        checkOpen();
        Pool pool = pools.computeIfAbsent(origin, ignored -> new Pool());
        try {
            Asyncio.timeout(left(endAt), () -> pool.permits.acquire());
        } catch (TimeoutException e) {
            throw timedOut("no connection was free within " + options.totalTimeout() + ": " + origin, e);
        }
        boolean done = false;
        try {
            checkOpen();
            ClientConnection connection = pool.takeIdle();
            if (connection == null) {
                connection = new ClientConnection(loop, origin, connect(origin, endAt), options, pool);
                if (closed) {
                    connection.close();
                    checkOpen();
                }
                open.add(connection);
                pool.busy.add(connection);
            }
            done = true;
            return connection;
        } finally {
            if (!done) {
                pool.permits.release();
            }
        }
    }

    @Suspends
    private Streams connect(Origin origin, long endAt) throws IOException {
        Duration left = left(endAt);
        Duration limit = left != null && left.compareTo(options.connectTimeout()) < 0 ? left : options.connectTimeout();
        try {
            return Asyncio.timeout(
                    limit, () -> Net.openConnection(origin.address(), origin.port(), connectOptions(origin)));
        } catch (TimeoutException e) {
            throw timedOut("not connected within " + limit + ": " + origin, e);
        }
    }

    private ConnectOptions connectOptions(Origin origin) {
        return origin.tls() ? options.connecting().tls(options.tls()) : options.connecting();
    }

    private @Nullable Duration left(long endAt) {
        return endAt == Long.MAX_VALUE ? null : Duration.ofNanos(endAt - loop.time());
    }

    private static SocketTimeoutException timedOut(String message, TimeoutException cause) {
        var timedOut = new SocketTimeoutException(message);
        timedOut.initCause(cause);
        return timedOut;
    }

    private void checkOpen() {
        if (closed) {
            throw new IllegalStateException("the client is closed");
        }
    }

    /** {@return how many connections are open, in use or not} */
    public int connections() {
        return open.size();
    }

    /** Closes all connections, also those in use. Does not suspend; may be repeated. */
    @Override
    public void close() {
        closed = true;
        List.copyOf(open).forEach(ClientConnection::close);
    }

    @Override
    public String toString() {
        return "HttpClient[" + open.size() + " connections" + (closed ? ", closed" : "") + "]";
    }

    /** Where redirects lead: RFC 9110, section 15.4. */
    private static final class Redirects {
        private Redirects() {}

        /** The request to send next; null if the response is not a redirect that can be followed. */
        static @Nullable ClientRequest follow(ClientRequest request, ClientResponse response) throws IOException {
            String location = response.header("Location");
            int status = response.status();
            boolean isRedirect = status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
            if (!isRedirect || location == null) {
                return null;
            }
            boolean isHead = request.method().equals("HEAD");
            boolean becomesGet = (status == 303 && !isHead)
                    || (status <= 302 && request.method().equals("POST"));
            boolean keepsBody = !becomesGet;
            if (keepsBody && request.content() instanceof Content.Produced) {
                return null; // its body is gone
            }
            URI target;
            Origin origin;
            try {
                target = request.url().resolve(location);
                origin = Origin.of(target);
            } catch (IllegalArgumentException e) {
                response.close();
                throw new HttpProtocolException(400, "a redirect to what is no URL that can be asked");
            }
            return request.redirected(
                    becomesGet ? "GET" : request.method(), target, keepsBody, origin.equals(request.origin()));
        }
    }
}
