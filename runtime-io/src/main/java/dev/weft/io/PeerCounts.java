package dev.weft.io;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How many connections there are with each address. */
final class PeerCounts {
    private final Map<InetAddress, Integer> counts = new HashMap<>();

    int of(@Nullable SocketAddress peer) {
        return peer instanceof InetSocketAddress inet ? counts.getOrDefault(inet.getAddress(), 0) : 0;
    }

    void add(@Nullable SocketAddress peer, int change) {
        if (peer instanceof InetSocketAddress inet) {
            // Null removes: nothing stays of peers that are gone.
            counts.merge(inet.getAddress(), change, (before, by) -> before + by == 0 ? null : before + by);
        }
    }
}
