package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.Acceptor;
import dev.weft.io.internal.transport.TransportFactory;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts protocols on channels that are connected. */
final class Connections {
    private Connections() {}

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
