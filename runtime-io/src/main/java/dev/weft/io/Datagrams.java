package dev.weft.io;

import dev.weft.AddressFamily;
import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.DatagramOpener;
import dev.weft.io.internal.transport.UdpTransport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Makes datagram endpoints for {@link Net}. */
final class Datagrams {
    private Datagrams() {}

    @Suspends
    static <P extends DatagramProtocol> Made<P> open(
            Supplier<P> protocols,
            @Nullable SocketAddress local,
            @Nullable SocketAddress remote,
            DatagramOptions options)
            throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        EventLoop loop = Asyncio.getRunningLoop();
        var opener = new DatagramOpener(options.family(), options.reusePort(), options.broadcast());
        DatagramOpener.Opened opened = opener.open(loop, local, remote);
        return made(loop, protocols, opened.channel(), opened.peer(), options);
    }

    @Suspends
    static <P extends DatagramProtocol> Made<P> over(
            Supplier<P> protocols, DatagramChannel channel, DatagramOptions options) throws IOException {
        Objects.requireNonNull(protocols, "protocols");
        if (channel == null) {
            throw new IllegalArgumentException("addresses or a channel are needed");
        }
        List<String> useless = new ArrayList<>();
        if (options.family() != AddressFamily.UNSPEC) {
            useless.add("family");
        }
        if (options.reusePort()) {
            useless.add("reusePort");
        }
        if (options.broadcast()) {
            useless.add("broadcast");
        }
        if (!useless.isEmpty()) {
            throw new IllegalArgumentException("of no use together with a channel, which has to be opened like that: "
                    + String.join(", ", useless));
        }
        EventLoop loop = Asyncio.getRunningLoop();
        channel.configureBlocking(false);
        return made(loop, protocols, channel, (InetSocketAddress) channel.getRemoteAddress(), options);
    }

    /** What both kinds of endpoints are made of. */
    record Made<P>(UdpTransport transport, P protocol) {}

    /** Makes the transport and waits until the protocol has been told. Closes the channel if that fails. */
    @Suspends
    private static <P extends DatagramProtocol> Made<P> made(
            EventLoop loop,
            Supplier<P> protocols,
            DatagramChannel channel,
            @Nullable InetSocketAddress peer,
            DatagramOptions options)
            throws IOException {
        UdpTransport transport = null;
        boolean complete = false;
        try {
            tune(channel, options);
            P protocol = protocols.get();
            transport = new UdpTransport(loop, channel, peer, protocol);
            for (DatagramOptions.Membership membership : options.memberships()) {
                transport.joinGroup(membership.group(), null, membership.source());
            }
            Future<@Nullable Void> started = loop.createFuture();
            transport.start(started);
            started.await();
            complete = true;
            return new Made<>(transport, protocol);
        } finally {
            if (!complete) {
                if (transport != null) {
                    transport.abort();
                } else {
                    channel.close();
                }
            }
        }
    }

    private static void tune(DatagramChannel channel, DatagramOptions options) throws IOException {
        if (options.multicastInterface() != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_IF, options.multicastInterface());
        }
        if (options.multicastTimeToLive() != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_TTL, options.multicastTimeToLive());
        }
        if (options.multicastLoopback() != null) {
            channel.setOption(StandardSocketOptions.IP_MULTICAST_LOOP, options.multicastLoopback());
        }
    }

    @Suspends
    static DatagramStream stream(@Nullable SocketAddress local, @Nullable SocketAddress remote, DatagramOptions options)
            throws IOException {
        return stream(open(inboxes(options), local, remote, options));
    }

    @Suspends
    static DatagramStream stream(DatagramChannel channel, DatagramOptions options) throws IOException {
        return stream(over(inboxes(options), channel, options));
    }

    private static Supplier<DatagramInbox> inboxes(DatagramOptions options) {
        EventLoop loop = Asyncio.getRunningLoop();
        return () -> new DatagramInbox(loop, options.receiveBufferDatagrams(), options.receiveBufferBytes());
    }

    private static DatagramStream stream(Made<DatagramInbox> made) {
        return new DatagramStream(Asyncio.getRunningLoop(), made.transport(), made.protocol());
    }
}
