package dev.weft.io.internal.transport;

import dev.weft.io.Transport;
import java.net.SocketAddress;
import org.jspecify.annotations.Nullable;

/** Who counts a transport among its connections. */
public interface TransportOwner {
    /**
     * Who counts a connection that was accepted from this peer.
     *
     * @return its owner; null to refuse it
     */
    default @Nullable TransportOwner admit(SocketAddress peer) {
        return this;
    }

    /** It exists. */
    void attached(Transport transport);

    /** Its protocol has been told that it is over, and its channel is closed or just about to be. */
    void detached(Transport transport);
}
