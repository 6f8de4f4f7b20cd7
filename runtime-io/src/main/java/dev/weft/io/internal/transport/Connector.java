package dev.weft.io.internal.transport;

import dev.weft.AddressFamily;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes a TCP connection to a host: tries its addresses in order. */
public final class Connector {
    private final EventLoop loop;
    private final AddressFamily family;
    private final @Nullable InetSocketAddress localAddress;
    private final @Nullable Duration delay;
    private final int interleave;

    /**
     * For any number of connections.
     *
     * @param delay how much later each attempt begins than the one before; null for one at a time
     * @param interleave how many addresses of the first family come first before the families take turns, 0 for the resolver's order
     */
    public Connector(
            EventLoop loop,
            AddressFamily family,
            @Nullable InetSocketAddress localAddress,
            @Nullable Duration delay,
            int interleave) {
        this.loop = loop;
        this.family = family;
        this.localAddress = localAddress;
        this.delay = delay;
        this.interleave = interleave;
    }

    /**
     * A connected, non-blocking channel.
     *
     * @throws ConnectFailure if no address could be connected to, with the failure of each
     * @throws IOException if there is no address
     */
    @Suspends
    public SocketChannel connect(String host, int port) throws IOException {
        List<InetSocketAddress> found = loop.getAddrInfo(host, port, family);
        if (found.isEmpty()) { // a loop may have a resolver of its own
            throw new UnknownHostException(host + " has no address");
        }
        List<InetSocketAddress> remote = inTurns(found, interleave);
        List<InetSocketAddress> local = localAddresses();
        if (delay != null && remote.size() > 1) {
            List<Attempts.Attempt> attempts = new ArrayList<>();
            for (InetSocketAddress address : remote) {
                attempts.add(() -> attempt(address, local));
            }
            return new Attempts(loop, attempts, delay).race();
        }
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

    /** The addresses with their families taking turns, after so many of the first one's; each family in its own order. */
    static List<InetSocketAddress> inTurns(List<InetSocketAddress> addresses, int firstFamilyCount) {
        if (firstFamilyCount == 0) {
            return addresses;
        }
        InetAddress first = addresses.getFirst().getAddress();
        var same = new ArrayDeque<InetSocketAddress>();
        var other = new ArrayDeque<InetSocketAddress>();
        for (InetSocketAddress address : addresses) {
            (sameFamily(address.getAddress(), first) ? same : other).addLast(address);
        }
        List<InetSocketAddress> ordered = new ArrayList<>();
        for (int i = 1; i < firstFamilyCount && !same.isEmpty(); i++) {
            ordered.add(same.removeFirst());
        }
        while (!same.isEmpty() || !other.isEmpty()) {
            if (!same.isEmpty()) {
                ordered.add(same.removeFirst());
            }
            if (!other.isEmpty()) {
                ordered.add(other.removeFirst());
            }
        }
        return ordered;
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
        SocketChannel channel;
        try {
            channel = loop.selectorProvider()
                    .openSocketChannel(v4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6);
        } catch (UnsupportedOperationException e) {
            throw new SocketException("this machine cannot connect to " + remote + ": " + e.getMessage());
        }
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
