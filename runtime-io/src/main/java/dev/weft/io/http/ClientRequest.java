package dev.weft.io.http;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.Set;

/**
 * A request for an {@link HttpClient} to send. Its methods change it and return it, so that calls can be chained. May be sent several times, if its
 * body can be produced several times.
 */
public final class ClientRequest {
    /** RFC 9110, section 9.2.2. */
    private static final Set<String> IDEMPOTENT = Set.of("GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE");

    private final String method;
    private final URI url;
    private final Headers headers = new Headers();
    private Content content = Content.NONE;

    private ClientRequest(String method, URI url) {
        if (!Headers.isToken(method) || method.equals("CONNECT")) {
            throw new IllegalArgumentException("not a method to send: \"" + Headers.escaped(method) + "\"");
        }
        Origin.of(url);
        this.method = method;
        this.url = url;
    }

    /**
     * A request.
     *
     * @param method its method, such as {@code PATCH}
     * @param url what it is for: http or https, without credentials; a fragment is not sent
     * @return the request
     * @throws IllegalArgumentException if the method is none, or the URL cannot be asked
     */
    public static ClientRequest of(String method, String url) {
        return new ClientRequest(method, URI.create(URI.create(url).toASCIIString()));
    }

    /**
     * A request with GET.
     *
     * @param url what it is for
     * @return the request
     * @throws IllegalArgumentException if the URL cannot be asked
     */
    public static ClientRequest get(String url) {
        return of("GET", url);
    }

    /**
     * A request with POST.
     *
     * @param url what it is for
     * @return the request
     * @throws IllegalArgumentException if the URL cannot be asked
     */
    public static ClientRequest post(String url) {
        return of("POST", url);
    }

    /** The same for another place. */
    ClientRequest redirected(String newMethod, URI target, boolean keepsBody, boolean keepsCredentials) {
        var next = new ClientRequest(newMethod, target);
        for (var field : headers) {
            String name = field.getKey();
            boolean isCredential = name.equalsIgnoreCase("Authorization")
                    || name.equalsIgnoreCase("Cookie")
                    || name.equalsIgnoreCase("Proxy-Authorization");
            boolean isOfBody = name.regionMatches(true, 0, "Content-", 0, 8);
            if ((keepsCredentials || !isCredential) && (keepsBody || !isOfBody) && !name.equalsIgnoreCase("Host")) {
                next.headers.add(name, field.getValue());
            }
        }
        if (keepsBody) {
            next.content = content;
        }
        return next;
    }

    /**
     * Sets a field, instead of all of that name.
     *
     * @param name its name
     * @param value its value
     * @return this
     * @throws IllegalArgumentException as {@link Headers#add} throws it
     */
    public ClientRequest header(String name, String value) {
        headers.set(name, value);
        return this;
    }

    /**
     * With a text as the body, in UTF-8.
     *
     * @param contentType its type
     * @param text the body
     * @return this
     */
    public ClientRequest body(String contentType, String text) {
        return body(contentType, text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * With bytes as the body.
     *
     * @param contentType their type
     * @param bytes the body; not to be changed afterwards
     * @return this
     */
    public ClientRequest body(String contentType, byte[] bytes) {
        content = new Content.Bytes(Objects.requireNonNull(bytes, "bytes"));
        return header("Content-Type", contentType);
    }

    /**
     * With a body written piece by piece, while the response may be coming already. Sent in chunks, unless {@code Content-Length} is set. Such a
     * request is neither repeated nor redirected with its body.
     *
     * @param contentType its type
     * @param producer writes it, in a task of its own
     * @return this
     */
    public ClientRequest body(String contentType, BodyProducer producer) {
        content = new Content.Produced(Objects.requireNonNull(producer, "producer"));
        return header("Content-Type", contentType);
    }

    /** {@return the method} */
    public String method() {
        return method;
    }

    /** {@return what it is for} */
    public URI url() {
        return url;
    }

    /** {@return the fields, which may be changed} */
    public Headers headers() {
        return headers;
    }

    Content content() {
        return content;
    }

    Origin origin() {
        return Origin.of(url);
    }

    /** What the request line names. */
    String target() {
        String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    }

    /** Whether it may be sent again if it is not known whether it has arrived. */
    boolean isRepeatable() {
        return IDEMPOTENT.contains(method) && content instanceof Content.Bytes;
    }

    @Override
    public String toString() {
        return "ClientRequest[" + method + " " + origin() + "]";
    }
}
