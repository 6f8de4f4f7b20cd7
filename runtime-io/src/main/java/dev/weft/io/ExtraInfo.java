package dev.weft.io;

import java.io.Closeable;
import java.net.SocketAddress;
import java.security.cert.Certificate;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSession;

/**
 * A key of what a transport can tell about its connection. Mirrors the names of {@code get_extra_info}.
 *
 * @param <T> the type of the value
 */
public final class ExtraInfo<T> {
    /** The address of the other side: {@code peername}. */
    public static final ExtraInfo<SocketAddress> PEER_NAME = new ExtraInfo<>("peername", SocketAddress.class);

    /** The address of this side: {@code sockname}. */
    public static final ExtraInfo<SocketAddress> SOCKET_NAME = new ExtraInfo<>("sockname", SocketAddress.class);

    /** The socket's addresses and options: {@code socket}. */
    public static final ExtraInfo<TransportChannel> SOCKET = new ExtraInfo<>("socket", TransportChannel.class);

    /** The peer's certificates, its own first; absent if it has shown none. Of an encrypted connection: {@code peercert}. */
    public static final ExtraInfo<Certificate[]> PEER_CERTIFICATES = new ExtraInfo<>("peercert", Certificate[].class);

    /** The cipher suite, by its standard name. Of an encrypted connection: {@code cipher}. */
    public static final ExtraInfo<String> CIPHER_SUITE = new ExtraInfo<>("cipher", String.class);

    /** The context. Of an encrypted connection: {@code sslcontext}. */
    public static final ExtraInfo<SSLContext> SSL_CONTEXT = new ExtraInfo<>("sslcontext", SSLContext.class);

    /** What the two sides have agreed on. Of an encrypted connection, in place of {@code ssl_object}. */
    public static final ExtraInfo<SSLSession> SSL_SESSION = new ExtraInfo<>("ssl_object", SSLSession.class);

    /**
     * The protocol chosen by ALPN, absent if none was. Of an encrypted connection, in place of
     * {@code ssl_object.selected_alpn_protocol()}.
     */
    public static final ExtraInfo<String> APPLICATION_PROTOCOL = new ExtraInfo<>("application_protocol", String.class);

    /** The pipe that a pipe's transport was given, a channel or a stream: {@code pipe}. Only the transport uses it. */
    public static final ExtraInfo<Closeable> PIPE = new ExtraInfo<>("pipe", Closeable.class);

    /** The child of a {@link SubprocessTransport}: {@code subprocess}. */
    public static final ExtraInfo<ProcessHandle> SUBPROCESS = new ExtraInfo<>("subprocess", ProcessHandle.class);

    private final String name;
    private final Class<T> type;

    private ExtraInfo(String name, Class<T> type) {
        this.name = Objects.requireNonNull(name);
        this.type = Objects.requireNonNull(type);
    }

    /** {@return asyncio's name of it} */
    public String key() {
        return name;
    }

    /** {@return the type of its value} */
    public Class<T> type() {
        return type;
    }

    @Override
    public String toString() {
        return "ExtraInfo[" + name + "]";
    }
}
