package dev.weft.io.internal.transport;

import dev.weft.io.Transport;
import org.jspecify.annotations.Nullable;

/** A transport that can carry a layer such as TLS, which then is its protocol. */
public interface Carrier extends Transport {
    /** Who counts it among its connections, and from then on the layer instead; null for nobody. */
    @Nullable
    TransportOwner owner();

    /** Whether one of the two directions has ended, so that no handshake is possible. */
    boolean halfClosed();
}
