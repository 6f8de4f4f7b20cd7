package dev.weft.testing.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** One host: its address, and who has its ports. */
public final class Node {
    static final InetAddress LOOPBACK = address("localhost", 127, 0, 0, 1);
    static final InetAddress LOOPBACK6 = address("localhost", 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    private final Fabric fabric;
    private final String name;
    private final InetAddress address;
    private final Route inside;
    private final Ports streams = new Ports(this);
    private final Ports datagrams = new Ports(this);
    private final Set<TcpEnd> ends = new LinkedHashSet<>();

    Node(Fabric fabric, String name, InetAddress address) {
        this.fabric = fabric;
        this.name = name;
        this.address = address;
        inside = new Route(fabric);
    }

    private static InetAddress address(String name, int... digits) {
        var bytes = new byte[digits.length];
        for (int i = 0; i < digits.length; i++) {
            bytes[i] = (byte) digits[i];
        }
        try {
            return InetAddress.getByAddress(name, bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 or 16 bytes are an address", e);
        }
    }

    public String name() {
        return name;
    }

    public InetAddress address() {
        return address;
    }

    Fabric fabric() {
        return fabric;
    }

    Route inside() {
        return inside;
    }

    Ports streams() {
        return streams;
    }

    Ports datagrams() {
        return datagrams;
    }

    /** The ends of connections that are here and open. */
    Set<TcpEnd> ends() {
        return ends;
    }

    boolean has(InetAddress candidate) {
        return candidate.isAnyLocalAddress() || candidate.isLoopbackAddress() || candidate.equals(address);
    }

    /** Forgets all connections and who has which port, without telling anybody else. */
    public void crash() {
        fabric.note("crashes " + this);
        for (TcpEnd end : List.copyOf(ends)) {
            end.forget();
        }
        ends.clear();
        streams.releaseAll();
        datagrams.releaseAll();
    }

    @Override
    public String toString() {
        return name;
    }
}
