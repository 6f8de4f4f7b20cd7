package dev.weft.testing.net;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.UnresolvedAddressException;
import java.nio.channels.UnsupportedAddressTypeException;

/** A channel that {@link SimSelector} can wait for. */
interface SimChannel {
    /** For what it is ready, as {@link SelectionKey#readyOps} has it; for which of it somebody waits does not matter. */
    int ready();

    static InetSocketAddress checked(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            throw new UnsupportedAddressTypeException();
        }
        if (inet.isUnresolved()) {
            throw new UnresolvedAddressException();
        }
        return inet;
    }

    static UnsupportedOperationException noSocket() {
        return new UnsupportedOperationException("a channel of a network in memory has no java.net socket");
    }
}
