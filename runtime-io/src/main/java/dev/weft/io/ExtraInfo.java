package dev.weft.io;

import java.net.SocketAddress;
import java.util.Objects;

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
