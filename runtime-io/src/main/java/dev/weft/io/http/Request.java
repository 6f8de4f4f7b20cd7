package dev.weft.io.http;

import dev.weft.io.ExtraInfo;
import dev.weft.io.Transport;
import dev.weft.io.internal.http1.RequestHead;
import java.net.SocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request that a server received. Confined to the task of its handler and whom that hands it to. */
public final class Request {
    private final RequestHead head;
    private final RequestTarget target;
    private final Body body;
    private final Transport transport;
    private final int maxParameters;
    private @Nullable Parameters query;
    private Map<String, String> pathParameters = Map.of();

    Request(RequestHead head, RequestTarget target, Body body, Transport transport, int maxParameters) {
        this.head = head;
        this.target = target;
        this.body = body;
        this.transport = transport;
        this.maxParameters = maxParameters;
    }

    /** {@return the method, such as {@code GET}; case matters} */
    public String method() {
        return head.method();
    }

    /** {@return the target as it was sent: path and query, a whole URL, or {@code *}} */
    public String target() {
        return head.target();
    }

    /** {@return the path as it was sent, percent-encoded, without the query; {@code *} for the server as a whole} */
    public String rawPath() {
        return target.path();
    }

    /**
     * The path, decoded. A slash that was encoded cannot be told from one that was not: routes compare the segments of {@link #rawPath}.
     *
     * @return the path
     * @throws HttpStatusException 400 if it is not encoded correctly
     */
    public String path() {
        return PercentCodec.decode(target.path(), false);
    }

    /** {@return the query as it was sent, without its question mark; empty if there is none} */
    public String rawQuery() {
        return target.query();
    }

    /**
     * The parameters of the query.
     *
     * @return the parameters
     * @throws HttpStatusException 400 if the query is not encoded correctly, 413 if it has too many parameters
     */
    public Parameters query() {
        if (query == null) {
            query = Parameters.parse(target.query(), maxParameters);
        }
        return query;
    }

    /**
     * What stands in the path where the route's pattern has {@code {name}}, decoded.
     *
     * @param name the name
     * @return the value
     * @throws IllegalArgumentException if the route has no such parameter
     */
    public String pathParameter(String name) {
        String value = pathParameters.get(name);
        if (value == null) {
            throw new IllegalArgumentException(
                    "the route has no parameter \"" + name + "\", only " + pathParameters.keySet());
        }
        return value;
    }

    boolean hasPathParameter(String name) {
        return pathParameters.containsKey(name);
    }

    void setPathParameters(Map<String, String> parameters) {
        pathParameters = parameters;
    }

    /** {@return the host that the request is for, with the port if one was given; empty if unknown} */
    public String host() {
        if (!target.authority().isEmpty()) {
            return target.authority();
        }
        String host = head.headers().get("Host");
        return host == null ? "" : host;
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

    /** {@return the cookies that came along, by name; of several of one name the first} */
    public Map<String, String> cookies() {
        return Cookies.parse(head.headers().getAll("Cookie"));
    }

    /** {@return the body, to be read once} */
    public Body body() {
        return body;
    }

    /** {@return whether the peer speaks HTTP/1.0, not 1.1} */
    public boolean isHttp10() {
        return head.http10();
    }

    /** {@return the peer's address, null if it has none} */
    public @Nullable SocketAddress remoteAddress() {
        return transport.getExtraInfo(ExtraInfo.PEER_NAME);
    }

    /**
     * What is known about the connection.
     *
     * @param key what to ask for
     * @return its value, null if there is none
     * @param <T> the type of the value
     */
    public <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return transport.getExtraInfo(key);
    }

    @Override
    public String toString() {
        return "Request[" + method() + " " + rawPath() + "]";
    }
}
