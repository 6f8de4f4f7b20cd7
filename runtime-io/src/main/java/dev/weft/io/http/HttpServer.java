package dev.weft.io.http;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.Net;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A server for HTTP/1.1, made by {@link Http#serve(HttpHandler, String, int)}. Confined to its loop. */
public final class HttpServer implements AutoCloseable {
    private final EventLoop loop;
    private final HttpHandler handler;
    private final HttpServerOptions options;
    private final Map<ServerConnection, Task<?>> connections = new LinkedHashMap<>();
    private final List<Future<@Nullable Void>> waitingForNone = new ArrayList<>();
    private @Nullable Server server;
    private boolean closed;

    private HttpServer(EventLoop loop, HttpHandler handler, HttpServerOptions options) {
        this.loop = loop;
        this.handler = Objects.requireNonNull(handler, "handler");
        this.options = options;
    }

    @Suspends
    static HttpServer start(HttpHandler handler, @Nullable String host, int port, HttpServerOptions options)
            throws IOException {
        var made = new HttpServer(Asyncio.getRunningLoop(), handler, options);
        made.server = Net.startServer(made::serve, host, port, options.listening());
        return made;
    }

    @Suspends
    private void serve(StreamReader reader, StreamWriter writer) throws Exception {
        var connection = new ServerConnection(loop, options, handler, reader, writer);
        connections.put(connection, Objects.requireNonNull(Asyncio.currentTask()));
        if (closed) {
            connection.finish();
        }
        try {
            connection.serve();
        } finally {
            connections.remove(connection);
            if (connections.isEmpty()) {
                for (Future<@Nullable Void> waiting : waitingForNone) {
                    if (!waiting.done()) {
                        waiting.setResult(null);
                    }
                }
            }
        }
    }

    private Server server() {
        return Objects.requireNonNull(server);
    }

    // ---- serving

    /**
     * Accepts connections until the calling task is cancelled, or the server is closed. Then closes the server and its connections, waits until
     * they are gone, and ends with the {@link dev.weft.CancelledError}.
     *
     * @throws dev.weft.CancelledError always, in the end
     * @throws IllegalStateException if the server is closed, or another task is in this call
     */
    @Suspends
    public void serveForever() {
        server().serveForever();
    }

    /** {@return whether connections are accepted} */
    public boolean isServing() {
        return server().isServing();
    }

    /**
     * The server for the length of a block: {@code try (var s = server.serving()) { ... }} closes it at the end, and waits until the requests that
     * are being answered then are answered.
     *
     * @return what to close
     */
    public Serving serving() {
        return new Serving(this);
    }

    /**
     * A server for the length of a block.
     *
     * @param server the server
     */
    public record Serving(HttpServer server) implements AutoCloseable {
        /** Closes the server and waits until its connections are gone. */
        @Override
        @Suspends
        public void close() {
            server.close();
            server.waitClosed();
        }
    }

    // ---- ending

    /**
     * Stops listening, and closes the connections that wait for a request. The others are closed when the request that they are serving is
     * answered. Ends {@link #serveForever}. Does not suspend; may be repeated.
     */
    @Override
    public void close() {
        closed = true;
        server().close();
        List.copyOf(connections.keySet()).forEach(ServerConnection::finish);
    }

    /**
     * Waits until the server is closed and all its connections are gone. Any number of tasks may wait.
     *
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the server is as it was
     */
    @Suspends
    public void waitClosed() {
        server().waitClosed();
    }

    /**
     * Ends gracefully: as {@link #close}, and waits until all requests are answered. Those that are not in time are cancelled, and their
     * connections cut.
     *
     * @param grace how long to wait
     * @return how many connections were cut
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the server is closed, and what is being answered goes on
     */
    @Suspends
    public int drain(Duration grace) {
        close();
        Asyncio.moveOnAfter(grace, this::awaitNone);
        int cut = connections.size();
        List.copyOf(connections.values()).forEach(task -> task.cancel("the server is shut down"));
        if (cut > 0) {
            Asyncio.yieldNow();
        }
        server().abortClients();
        waitClosed();
        return cut;
    }

    @Suspends
    private void awaitNone() {
        while (!connections.isEmpty()) {
            Future<@Nullable Void> none = loop.createFuture();
            waitingForNone.add(none);
            try {
                none.await();
            } finally {
                waitingForNone.remove(none);
            }
        }
    }

    // ---- about it

    /**
     * The port of the first listening socket: what the system chose where 0 was asked for.
     *
     * @return the port
     * @throws IllegalStateException if the server is closed or listens at no port
     */
    public int port() {
        return server().port();
    }

    /** {@return how many connections are open} */
    public int connections() {
        return connections.size();
    }

    @Override
    public String toString() {
        return "HttpServer[" + server + "]";
    }
}
