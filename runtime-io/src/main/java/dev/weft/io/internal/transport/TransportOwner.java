package dev.weft.io.internal.transport;

import dev.weft.io.Transport;

/** Who counts a transport among its connections. */
public interface TransportOwner {
    /** It exists. */
    void attached(Transport transport);

    /** Its protocol has been told that it is over, and its channel is closed or just about to be. */
    void detached(Transport transport);
}
