package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.io.BaseProtocol;
import dev.weft.io.Transport;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** Puts protocols on connected channels: directly, or with a layer such as TLS between the two. */
@FunctionalInterface
public interface TransportFactory {
    /** Nothing between the channel and the protocol. */
    TransportFactory PLAIN = SocketTransport::open;

    /**
     * Makes the transport that the protocol sees, and starts it.
     *
     * @param channel connected and non-blocking, the transport's from now on
     * @param owner told of the transport; null for nobody
     * @param started completed when the protocol has been told of the connection, or failed with what kept it from that; may be null
     * @return the transport; the protocol has heard nothing yet
     * @throws IOException if the channel cannot be used; it is still the caller's then
     */
    Transport open(
            EventLoop loop,
            SocketChannel channel,
            BaseProtocol protocol,
            @Nullable TransportOwner owner,
            @Nullable Future<@Nullable Void> started)
            throws IOException;
}
