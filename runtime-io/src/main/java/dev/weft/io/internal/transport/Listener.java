package dev.weft.io.internal.transport;

import dev.weft.AddressFamily;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolFamily;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.spi.SelectorProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Binds listening channels to hosts.
 *
 * @param family which addresses to bind
 * @param backlog how many connections the system keeps until they are accepted
 * @param reuseAddress whether an address may be bound whose earlier connections linger
 * @param reusePort whether several channels may be bound to one address
 */
public record Listener(AddressFamily family, int backlog, boolean reuseAddress, boolean reusePort) {
    /**
     * Bound, listening, non-blocking channels; on failure none is left open.
     *
     * @param hosts names or literal addresses; empty for all interfaces
     */
    @Suspends
    public List<ServerSocketChannel> listen(EventLoop loop, Collection<String> hosts, int port) throws IOException {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is between 0 and 65535, got " + port);
        }
        List<ServerSocketChannel> channels = new ArrayList<>();
        boolean complete = false;
        try {
            if (hosts.isEmpty() || hosts.contains("")) {
                channels.add(listenEverywhere(loop.selectorProvider(), port));
            } else {
                Set<InetSocketAddress> addresses = new LinkedHashSet<>();
                for (String host : hosts) {
                    addresses.addAll(loop.getAddrInfo(host, port, family));
                }
                for (InetSocketAddress address : addresses) {
                    ServerSocketChannel channel = listenAt(loop.selectorProvider(), address);
                    if (channel != null) {
                        channels.add(channel);
                    }
                }
                if (channels.isEmpty()) {
                    throw new BindException("none of the addresses is one of this machine's: " + addresses);
                }
            }
            complete = true;
            return channels;
        } finally {
            if (!complete) {
                channels.forEach(Acceptor::closeQuietly);
            }
        }
    }

    /** One channel for both families where the system has them: the JDK cannot make an IPv6 socket that leaves IPv4 alone. */
    private ServerSocketChannel listenEverywhere(SelectorProvider provider, int port) throws IOException {
        ServerSocketChannel channel = switch (family) {
            case UNSPEC -> provider.openServerSocketChannel();
            case INET -> provider.openServerSocketChannel(StandardProtocolFamily.INET);
            case INET6 -> provider.openServerSocketChannel(StandardProtocolFamily.INET6);
        };
        var everywhere = family == AddressFamily.INET
                ? new InetSocketAddress(InetAddress.ofLiteral("0.0.0.0"), port)
                : new InetSocketAddress(port);
        return bound(channel, everywhere);
    }

    private @Nullable ServerSocketChannel listenAt(SelectorProvider provider, InetSocketAddress address)
            throws IOException {
        InetAddress host = address.getAddress();
        ProtocolFamily protocol =
                host instanceof Inet4Address ? StandardProtocolFamily.INET : StandardProtocolFamily.INET6;
        ServerSocketChannel channel;
        try {
            channel = provider.openServerSocketChannel(protocol);
        } catch (UnsupportedOperationException e) {
            return null; // a machine without IPv6
        }
        try {
            return bound(channel, address);
        } catch (BindException e) {
            String message = String.valueOf(e.getMessage());
            if (message.contains("Cannot assign requested address") || message.contains("address not available")) {
                return null; // not one of this machine's, though its name resolves to it
            }
            throw e;
        }
    }

    private ServerSocketChannel bound(ServerSocketChannel channel, InetSocketAddress address) throws IOException {
        boolean done = false;
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_REUSEADDR, reuseAddress);
            if (reusePort) {
                channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            }
            channel.bind(address, backlog);
            done = true;
            return channel;
        } catch (BindException e) {
            var failure = new BindException("cannot listen at " + address + ": " + e.getMessage());
            failure.initCause(e);
            throw failure;
        } finally {
            if (!done) {
                Acceptor.closeQuietly(channel);
            }
        }
    }
}
