package dev.weft.io.internal.transport;

import dev.weft.AddressFamily;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Opens datagram channels.
 *
 * @param family which addresses to use
 * @param reusePort whether several channels may be bound to one address
 * @param broadcast whether broadcast addresses may be sent to; the channel is not connected then
 */
public record DatagramOpener(AddressFamily family, boolean reusePort, boolean broadcast) {
    /**
     * A channel, and whom it is for.
     *
     * @param peer the remote address, null if there is none
     */
    public record Opened(DatagramChannel channel, @Nullable InetSocketAddress peer) {}

    /**
     * A non-blocking channel, bound and connected to the first pair of addresses with which that can be done. On failure none is left
     * open.
     *
     * @throws IOException the failure of the first pair
     * @throws IllegalArgumentException if neither an address nor a family is given, or the two addresses are of different families
     */
    @Suspends
    public Opened open(EventLoop loop, @Nullable SocketAddress local, @Nullable SocketAddress remote)
            throws IOException {
        if (local == null && remote == null) {
            return opened(loop, protocolFamily(), null, null);
        }
        List<@Nullable InetSocketAddress> locals = addresses(loop, local);
        List<@Nullable InetSocketAddress> remotes = addresses(loop, remote);
        IOException first = null;
        boolean any = false;
        for (InetSocketAddress from : locals) {
            for (InetSocketAddress to : remotes) {
                if (from != null && to != null && isIpv4(from) != isIpv4(to)) {
                    continue;
                }
                any = true;
                try {
                    InetSocketAddress either = from != null ? from : to;
                    boolean ipv4 = either != null && isIpv4(either);
                    return opened(loop, ipv4 ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6, from, to);
                } catch (IOException e) {
                    first = first == null ? e : first;
                }
            }
        }
        if (!any || first == null) {
            throw new IllegalArgumentException("no two addresses of the same family: local " + local + ", remote "
                    + remote + (family == AddressFamily.UNSPEC ? "" : ", family " + family));
        }
        throw first;
    }

    private ProtocolFamily protocolFamily() {
        return switch (family) {
            case UNSPEC -> throw new IllegalArgumentException("an address or a family is needed");
            case INET -> StandardProtocolFamily.INET;
            case INET6 -> StandardProtocolFamily.INET6;
        };
    }

    /** Those of the wanted family; a list of null if there is nothing to look up. */
    @Suspends
    private List<@Nullable InetSocketAddress> addresses(EventLoop loop, @Nullable SocketAddress address)
            throws IOException {
        List<@Nullable InetSocketAddress> found = new ArrayList<>();
        switch (address) {
            case null -> found.add(null);
            case InetSocketAddress inet
            when inet.isUnresolved() -> found.addAll(loop.getAddrInfo(inet.getHostString(), inet.getPort(), family));
            case InetSocketAddress inet -> {
                if (!family.accepts(inet.getAddress())) {
                    throw new IllegalArgumentException("not an address of the family " + family + ": " + inet);
                }
                found.add(inet);
            }
            default -> throw new IllegalArgumentException("not an internet address: " + address);
        }
        return found;
    }

    private static boolean isIpv4(InetSocketAddress address) {
        return address.getAddress() instanceof Inet4Address;
    }

    private Opened opened(
            EventLoop loop,
            ProtocolFamily protocol,
            @Nullable InetSocketAddress local,
            @Nullable InetSocketAddress remote)
            throws IOException {
        DatagramChannel channel;
        try {
            channel = loop.selectorProvider().openDatagramChannel(protocol);
        } catch (UnsupportedOperationException e) {
            throw new SocketException("this machine has no addresses of the family " + protocol);
        }
        boolean done = false;
        try {
            channel.configureBlocking(false);
            if (reusePort) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            if (broadcast) {
                channel.setOption(StandardSocketOptions.SO_BROADCAST, true);
            }
            if (local != null) {
                bind(channel, local);
            }
            if (remote != null && !broadcast) {
                connect(channel, remote);
            }
            done = true;
            return new Opened(channel, remote);
        } finally {
            if (!done) {
                Acceptor.closeQuietly(channel);
            }
        }
    }

    private static void bind(DatagramChannel channel, InetSocketAddress local) throws IOException {
        try {
            channel.bind(local);
        } catch (SocketException e) {
            var failure = new BindException("cannot receive datagrams at " + local + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    private static void connect(DatagramChannel channel, InetSocketAddress remote) throws IOException {
        try {
            channel.connect(remote);
        } catch (SocketException e) {
            var failure = new SocketException("cannot send datagrams to " + remote + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }
}
