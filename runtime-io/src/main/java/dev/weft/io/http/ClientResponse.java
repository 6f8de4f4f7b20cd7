package dev.weft.io.http;

import dev.weft.Suspends;
import dev.weft.io.Streams;
import dev.weft.io.internal.http1.ResponseHead;
import java.io.IOException;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered. Its connection goes back to the client when the body has been read to its end; closing the response before closes the
 * connection. Confined to the task that got it.
 */
public final class ClientResponse implements AutoCloseable {
    private final ResponseHead head;
    private final URI url;
    private final Body body;
    private final ClientConnection connection;
    private final long exchange;

    ClientResponse(ResponseHead head, URI url, Body body, ClientConnection connection) {
        this.head = head;
        this.url = url;
        this.body = body;
        this.connection = connection;
        exchange = connection.exchange();
    }

    /** {@return the status, 101 or 200 to 599} */
    public int status() {
        return head.status();
    }

    /** {@return the text after the status, which means nothing; may be empty} */
    public String reason() {
        return head.reason();
    }

    /** {@return where the answer comes from, after all redirects} */
    public URI url() {
        return url;
    }

    /** {@return the fields; not to be changed} */
    public Headers headers() {
        return head.headers();
    }

    /**
     * The value of a field.
     *
     * @param name its name
     * @return the value of the first field of that name, null if there is none
     */
    public @Nullable String header(String name) {
        return head.headers().get(name);
    }

    /** {@return the body, to be read once} */
    public Body body() {
        return body;
    }

    /**
     * Reads the body as text.
     *
     * @return the text
     * @throws IOException as {@link Body#text} throws it
     */
    @Suspends
    public String text() throws IOException {
        return body.text();
    }

    /**
     * The connection, after status 101: from here on it speaks another protocol, and belongs to the caller.
     *
     * @return its streams
     * @throws IllegalStateException if the status is another
     */
    public Streams streams() {
        if (head.status() != 101) {
            throw new IllegalStateException("the connection was not handed over: status " + head.status());
        }
        return connection.handOver(exchange);
    }

    /** Lets go of the connection: at once, if the body has not been read to its end. Does not suspend; may be repeated. */
    @Override
    public void close() {
        body.close();
        connection.abandon(exchange);
    }

    @Override
    public String toString() {
        return "ClientResponse[" + head.status() + ", " + head.headers() + "]";
    }
}
