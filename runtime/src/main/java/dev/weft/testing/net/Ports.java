package dev.weft.testing.net;

import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Who has which port of a host, for one protocol. */
final class Ports {
    private static final int FIRST_EPHEMERAL = 49_152;
    private static final int LAST = 0xFFFF;

    private final Node node;
    private final Map<Integer, Map<InetAddress, Object>> taken = new HashMap<>();
    private int next = FIRST_EPHEMERAL;

    Ports(Node node) {
        this.node = node;
    }

    /**
     * Takes a port.
     *
     * @param port the port, 0 for any that is free
     * @return the address with the port
     */
    InetSocketAddress take(InetAddress address, int port, Object owner) throws BindException {
        if (!node.has(address)) {
            throw new BindException("Cannot assign requested address");
        }
        int wanted = port == 0 ? free() : port;
        Map<InetAddress, Object> there = taken.computeIfAbsent(wanted, ignored -> new HashMap<>());
        boolean everywhere = address.isAnyLocalAddress();
        for (InetAddress other : there.keySet()) {
            if (everywhere || other.isAnyLocalAddress() || other.equals(address)) {
                throw new BindException("Address already in use");
            }
        }
        there.put(address, owner);
        return new InetSocketAddress(address, wanted);
    }

    private int free() throws BindException {
        for (int tried = FIRST_EPHEMERAL; tried <= LAST; tried++) {
            int port = next;
            next = port == LAST ? FIRST_EPHEMERAL : port + 1;
            if (!taken.containsKey(port)) {
                return port;
            }
        }
        throw new BindException("Address already in use: all ports of " + node + " are taken");
    }

    /** Gives a port back, unless it has been taken by another owner since. */
    void release(InetSocketAddress address, Object owner) {
        Map<InetAddress, Object> there = taken.get(address.getPort());
        if (there != null && there.remove(address.getAddress(), owner) && there.isEmpty()) {
            taken.remove(address.getPort());
        }
    }

    void releaseAll() {
        taken.clear();
    }

    /** Who gets what is sent to an address of this host. */
    @Nullable
    Object owner(InetSocketAddress target) {
        Map<InetAddress, Object> there = taken.get(target.getPort());
        if (there == null) {
            return null;
        }
        InetAddress address = target.getAddress();
        for (Map.Entry<InetAddress, Object> entry : there.entrySet()) {
            if (entry.getKey().isAnyLocalAddress() || entry.getKey().equals(address)) {
                return entry.getValue();
            }
        }
        // To all of this host's addresses, as the system has it: its loopback address.
        return address.isAnyLocalAddress() ? there.get(Node.LOOPBACK) : null;
    }
}
