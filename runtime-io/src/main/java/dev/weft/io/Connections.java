package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.tls.TlsSetup;
import dev.weft.io.internal.transport.Acceptor;
import dev.weft.io.internal.transport.ConnectionLimits;
import dev.weft.io.internal.transport.SocketTransport;
import dev.weft.io.internal.transport.TransportFactory;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts protocols on channels that are connected. */
final class Connections {
    private Connections() {}

    /**
     * What options want between channels and protocols.
     *
     * @param host what is connected to, null if that is not known
     * @throws IllegalArgumentException if TLS is wanted, but there is no name to check the server's certificate against
     */
    @Suspends
    static TransportFactory transports(EventLoop loop, ConnectOptions options, @Nullable String host) {
        TlsOptions tls = options.tls();
        return tls == null ? TransportFactory.PLAIN : TlsSetup.client(loop, tls, host);
    }

    /** As {@link #transports(EventLoop, ConnectOptions, String)}, of a server. */
    static TransportFactory transports(ServerOptions options) {
        TlsOptions tls = options.tls();
        ConnectionLimits limits = options.connectionLimits();
        return tls == null ? SocketTransport.limited(limits) : TlsSetup.server(tls, limits);
    }

    /** Whether somebody's channel can be used. */
    static void check(SocketChannel channel) {
        if (channel == null) {
            throw new IllegalArgumentException("a host or a channel is needed");
        }
        if (!channel.isConnected()) {
            throw new IllegalArgumentException("not a connected channel: " + channel);
        }
    }

    /**
     * Makes the transport and waits until the protocol has been told. Closes the channel if that fails, or the caller is cancelled.
     *
     * @param channel the channel, the transport's from now on
     */
    @Suspends
    static <P extends BaseProtocol> Endpoint<P> open(
            EventLoop loop, SocketChannel channel, Supplier<P> protocols, TransportFactory transports)
            throws IOException {
        Transport transport = null;
        boolean complete = false;
        try {
            Acceptor.prepare(channel, false);
            P protocol = protocols.get();
            Future<@Nullable Void> started = loop.createFuture();
            transport = transports.open(loop, channel, protocol, null, started);
            started.await(IOException.class);
            complete = true;
            return new Endpoint<>(transport, protocol);
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
}
