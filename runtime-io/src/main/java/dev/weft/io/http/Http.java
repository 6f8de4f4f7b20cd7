package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * HTTP/1.1 servers, on the running loop.
 *
 * {@snippet :
 * var server = Http.serve(request -> Response.text("Hello\n"), "127.0.0.1", 8080);
 * server.serveForever();
 * }
 *
 * <p>Needs the artifact {@code org.eclipse.jetty:jetty-http}, which Weft does not bring along.
 */
public final class Http {
    private Http() {}

    /**
     * Listens, and has requests answered: each connection is a task of its own, which calls the handler for one request after another.
     *
     * @param handler answers the requests
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @return the server, which accepts connections already
     * @throws IOException if the address cannot be listened at
     * @throws IllegalStateException if jetty-http is missing
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static HttpServer serve(HttpHandler handler, @Nullable String host, int port) throws IOException {
        return serve(handler, host, port, HttpServerOptions.DEFAULT);
    }

    /**
     * As {@link #serve(HttpHandler, String, int)}, with options.
     *
     * @param handler answers the requests
     * @param host a name or a literal address of this machine; null or empty for all its interfaces
     * @param port the port, 0 for a free one
     * @param options the options
     * @return the server, which accepts connections already, unless the options say otherwise
     * @throws IOException if the address cannot be listened at
     * @throws IllegalStateException if jetty-http is missing
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public static HttpServer serve(HttpHandler handler, @Nullable String host, int port, HttpServerOptions options)
            throws IOException {
        JettyHttp.require();
        return HttpServer.start(handler, host, port, options);
    }
}
