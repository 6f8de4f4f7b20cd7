package dev.weft.io.http;

import dev.weft.io.StreamHandler;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * The answer to a request. Its methods change it and return it, so that calls can be chained; a handler makes a new one for each request.
 *
 * <p>How the body is framed, and whether the connection stays open, is the server's affair: {@code Transfer-Encoding} cannot be set, and
 * {@code Connection} only to {@code close}.
 */
public final class Response {
    private final int status;
    private final Headers headers = new Headers();
    private Content content;

    private Response(int status, Content content) {
        this.status = status;
        this.content = content;
    }

    /**
     * An answer without a body.
     *
     * @param status its status, 200 to 599
     * @return the answer
     * @throws IllegalArgumentException if the status is another
     */
    public static Response of(int status) {
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("the status of an answer is 200 to 599, got " + status);
        }
        return new Response(status, Content.NONE);
    }

    /**
     * 200 with text in UTF-8: {@code text/plain}.
     *
     * @param text the body
     * @return the answer
     */
    public static Response text(String text) {
        return of(200).body("text/plain; charset=utf-8", text);
    }

    /**
     * 200 with a page in UTF-8: {@code text/html}. Nothing is escaped.
     *
     * @param html the body
     * @return the answer
     */
    public static Response html(String html) {
        return of(200).body("text/html; charset=utf-8", html);
    }

    /**
     * 200 with JSON in UTF-8.
     *
     * @param json the body, which is JSON already
     * @return the answer
     */
    public static Response json(String json) {
        return of(200).body("application/json", json);
    }

    /**
     * 200 with bytes.
     *
     * @param contentType their type
     * @param bytes the body; not to be changed afterwards
     * @return the answer
     */
    public static Response bytes(String contentType, byte[] bytes) {
        return of(200).body(contentType, bytes);
    }

    /**
     * 200 with a body written piece by piece.
     *
     * @param contentType its type
     * @param producer writes it, after the handler has returned
     * @return the answer
     */
    public static Response stream(String contentType, BodyProducer producer) {
        return of(200).body(contentType, producer);
    }

    /**
     * 200 with a body of pieces, each sent as it comes. Going through them may suspend.
     *
     * @param contentType its type
     * @param pieces the pieces
     * @return the answer
     */
    public static Response stream(String contentType, Iterable<byte[]> pieces) {
        Objects.requireNonNull(pieces, "pieces");
        return stream(contentType, out -> {
            for (byte[] piece : pieces) {
                out.write(piece);
                out.flush();
            }
        });
    }

    /**
     * 200 with server-sent events: {@code text/event-stream}.
     *
     * @param producer sends them, after the handler has returned
     * @return the answer
     */
    public static Response events(EventStream.Producer producer) {
        Objects.requireNonNull(producer, "producer");
        return stream("text/event-stream", out -> {
                    out.flush(); // the peer is connected, though nothing has happened yet
                    producer.produce(new EventStream(out));
                })
                .header("Cache-Control", "no-cache");
    }

    /**
     * Sends the peer elsewhere.
     *
     * @param status 301, 302, 303, 307 or 308
     * @param location where to
     * @return the answer
     * @throws IllegalArgumentException if the status is another, or the location cannot be sent
     */
    public static Response redirect(int status, String location) {
        if (status != 301 && status != 302 && status != 303 && status != 307 && status != 308) {
            throw new IllegalArgumentException("a redirect is 301, 302, 303, 307 or 308, got " + status);
        }
        return of(status).header("Location", location);
    }

    /**
     * 101: from here on the connection speaks another protocol. The handler goes on with the connection's streams, in the task that served the
     * request; what the peer has sent after its request is read first. The connection is closed when the handler returns.
     *
     * @param protocol the value of {@code Upgrade}, such as {@code websocket}
     * @param handler goes on
     * @return the answer, to which fields may be added
     */
    public static Response upgrade(String protocol, StreamHandler handler) {
        var response = new Response(101, new Content.Upgrade(Objects.requireNonNull(handler, "handler")));
        return response.header("Connection", "Upgrade").header("Upgrade", protocol);
    }

    // ---- changing

    /**
     * Sets a field, instead of all of that name.
     *
     * @param name its name
     * @param value its value
     * @return this
     * @throws IllegalArgumentException as {@link Headers#add} throws it
     */
    public Response header(String name, String value) {
        headers.set(name, value);
        return this;
    }

    /**
     * Adds a field, whatever fields of that name there are.
     *
     * @param name its name
     * @param value its value
     * @return this
     * @throws IllegalArgumentException as {@link Headers#add} throws it
     */
    public Response addHeader(String name, String value) {
        headers.add(name, value);
        return this;
    }

    /**
     * Sets a cookie.
     *
     * @param cookie the cookie
     * @return this
     */
    public Response cookie(SetCookie cookie) {
        return addHeader("Set-Cookie", cookie.field());
    }

    /**
     * With a text as the body, in UTF-8.
     *
     * @param contentType its type
     * @param text the body
     * @return this
     */
    public Response body(String contentType, String text) {
        return body(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * With bytes as the body.
     *
     * @param contentType their type
     * @param bytes the body; not to be changed afterwards
     * @return this
     */
    public Response body(String contentType, byte[] bytes) {
        content = new Content.Bytes(Objects.requireNonNull(bytes, "bytes"));
        return header("Content-Type", contentType);
    }

    /**
     * With a body written piece by piece. If its length is known, set {@code Content-Length}: else it is sent in chunks.
     *
     * @param contentType its type
     * @param producer writes it, after the handler has returned
     * @return this
     */
    public Response body(String contentType, BodyProducer producer) {
        content = new Content.Produced(Objects.requireNonNull(producer, "producer"));
        return header("Content-Type", contentType);
    }

    /** With a part of a file as the body. */
    Response body(Content.File file) {
        content = file;
        return header("Content-Length", Long.toString(file.length()));
    }

    // ---- about it

    /** {@return the status} */
    public int status() {
        return status;
    }

    /** {@return the fields, which may be changed} */
    public Headers headers() {
        return headers;
    }

    Content content() {
        return content;
    }

    @Override
    public String toString() {
        return "Response[" + status + ", " + headers + "]";
    }
}
