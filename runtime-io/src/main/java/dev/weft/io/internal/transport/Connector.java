package dev.weft.io.internal.transport;

import dev.weft.AddressFamily;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a TCP connection to a host: tries its addresses in order. */
public final class Connector {
    private final EventLoop loop;
    private final AddressFamily family;
    private final @Nullable InetSocketAddress localAddress;

    public Connector(EventLoop loop, AddressFamily family, @Nullable InetSocketAddress localAddress) {
        this.loop = loop;
        this.family = family;
        this.localAddress = localAddress;
    }

    /**
     * A connected, non-blocking channel.
     *
     * @throws ConnectFailure if no address could be connected to, with the failure of each
     * @throws IOException if there is no address
     */
    @Suspends
    public SocketChannel connect(String host, int port) throws IOException {
        List<InetSocketAddress> remote = loop.getAddrInfo(host, port, family);
        List<InetSocketAddress> local = localAddresses();
        List<IOException> failures = new ArrayList<>();
        for (InetSocketAddress address : remote) {
            try {
                return attempt(address, local);
            } catch (IOException e) {
                failures.add(e);
            }
        }
        throw new ConnectFailure(failures);
    }

    @Suspends
    private @Nullable List<InetSocketAddress> localAddresses() throws IOException {
        if (localAddress == null) {
            return null;
        }
        return localAddress.isUnresolved()
                ? loop.getAddrInfo(localAddress.getHostString(), localAddress.getPort())
                : List.of(localAddress);
    }

    @Suspends
    private SocketChannel attempt(InetSocketAddress remote, @Nullable List<InetSocketAddress> local)
            throws IOException {
        boolean v4 = remote.getAddress() instanceof Inet4Address;
        SocketChannel channel = SocketChannel.open(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        boolean connected = false;
        try {
            Acceptor.prepare(channel, false);
            if (local != null) {
                bind(channel, remote, local);
            }
            loop.sockConnect(channel, remote);
            connected = true;
            return channel;
        } finally {
            if (!connected) {
                Acceptor.closeQuietly(channel);
            }
        }
    }

    private static void bind(SocketChannel channel, InetSocketAddress remote, List<InetSocketAddress> local)
            throws IOException {
        List<IOException> failures = new ArrayList<>();
        for (InetSocketAddress address : local) {
            if (sameFamily(address.getAddress(), remote.getAddress())) {
                try {
                    channel.bind(address);
                    return;
                } catch (IOException e) {
                    failures.add(new java.net.BindException(
                            "cannot bind the local address " + address + ": " + e.getMessage()));
                }
            }
        }
        if (failures.isEmpty()) {
            throw new java.net.BindException(
                    "no matching local address of the family of " + remote + " among " + local);
        }
        throw failures.getFirst();
    }

    private static boolean sameFamily(InetAddress a, InetAddress b) {
        return (a instanceof Inet4Address) == (b instanceof Inet4Address);
    }
}
