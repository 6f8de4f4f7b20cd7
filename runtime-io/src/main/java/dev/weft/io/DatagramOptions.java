package dev.weft.io;

import dev.weft.AddressFamily;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a datagram socket is made. Immutable: each setter returns a changed copy. Mirrors the keywords of
 * {@code loop.create_datagram_endpoint}; those about multicast are Twisted's.
 *
 * <p>An address that somebody has bound cannot be bound again, unless both ask for {@link #reusePort}: there is no {@code reuse_address},
 * which would let another process take datagrams away.
 */
public final class DatagramOptions {
    /** Everything by default. */
    public static final DatagramOptions DEFAULT = new DatagramOptions();

    private AddressFamily family = AddressFamily.UNSPEC;
    private boolean reusePort;
    private boolean broadcast;
    private @Nullable NetworkInterface multicastInterface;
    private @Nullable Integer multicastHops;
    private @Nullable Boolean multicastLoopback;
    private List<Membership> memberships = List.of();
    private int bufferedDatagrams = 1024;
    private int bufferedBytes = 1024 * 1024;

    private DatagramOptions() {}

    private DatagramOptions(DatagramOptions other) {
        family = other.family;
        reusePort = other.reusePort;
        broadcast = other.broadcast;
        multicastInterface = other.multicastInterface;
        multicastHops = other.multicastHops;
        multicastLoopback = other.multicastLoopback;
        memberships = other.memberships;
        bufferedDatagrams = other.bufferedDatagrams;
        bufferedBytes = other.bufferedBytes;
    }

    /**
     * A multicast group to be a member of from the start.
     *
     * @param group its address
     * @param source the only sender whose datagrams are wanted; null for all
     */
    public record Membership(InetAddress group, @Nullable InetAddress source) {}

    /**
     * With addresses of one family only. Needed if no address is given: the socket is bound when it first sends then.
     *
     * @param family the family
     * @return changed copy
     */
    public DatagramOptions family(AddressFamily family) {
        var copy = new DatagramOptions(this);
        copy.family = Objects.requireNonNull(family, "family");
        return copy;
    }

    /**
     * Whether several sockets that all ask for it may be bound to one address. Each datagram then goes to one of them, a multicast one to
     * all.
     *
     * @param reuse whether they may
     * @return changed copy
     */
    public DatagramOptions reusePort(boolean reuse) {
        var copy = new DatagramOptions(this);
        copy.reusePort = reuse;
        return copy;
    }

    /**
     * Whether broadcast addresses may be sent to. The socket is then not connected to the remote address, so that answers may come from
     * anybody.
     *
     * @param allow whether they may
     * @return changed copy
     */
    public DatagramOptions broadcast(boolean allow) {
        var copy = new DatagramOptions(this);
        copy.broadcast = allow;
        return copy;
    }

    /**
     * With an interface for multicast: groups are joined on it, and datagrams to groups sent from it.
     *
     * @param on the interface
     * @return changed copy
     */
    public DatagramOptions multicastInterface(NetworkInterface on) {
        var copy = new DatagramOptions(this);
        copy.multicastInterface = Objects.requireNonNull(on, "on");
        return copy;
    }

    /**
     * With another time to live of datagrams to groups: how many networks they cross.
     *
     * @param hops 0 for this machine only, 1 (the system's default) for this network, at most 255
     * @return changed copy
     * @throws IllegalArgumentException if it is out of range
     */
    public DatagramOptions multicastTimeToLive(int hops) {
        if (hops < 0 || hops > 255) {
            throw new IllegalArgumentException("a time to live is between 0 and 255, got " + hops);
        }
        var copy = new DatagramOptions(this);
        copy.multicastHops = hops;
        return copy;
    }

    /**
     * Whether the members on this machine get what is sent to a group from here.
     *
     * @param deliver whether they do; so it is by default
     * @return changed copy
     */
    public DatagramOptions multicastLoopback(boolean deliver) {
        var copy = new DatagramOptions(this);
        copy.multicastLoopback = deliver;
        return copy;
    }

    /**
     * As a member of a multicast group. May be called several times, for several groups.
     *
     * @param group its address
     * @return changed copy
     * @throws IllegalArgumentException if it is not the address of a group
     */
    public DatagramOptions join(InetAddress group) {
        return joined(group, null);
    }

    /**
     * As a member of a multicast group, for what one sender sends to it.
     *
     * @param group its address
     * @param source the sender
     * @return changed copy
     * @throws IllegalArgumentException if it is not the address of a group
     */
    public DatagramOptions join(InetAddress group, InetAddress source) {
        return joined(group, Objects.requireNonNull(source, "source"));
    }

    private DatagramOptions joined(InetAddress group, @Nullable InetAddress source) {
        if (!group.isMulticastAddress()) {
            throw new IllegalArgumentException("not the address of a multicast group: " + group);
        }
        var copy = new DatagramOptions(this);
        var all = new ArrayList<>(memberships);
        all.add(new Membership(group, source));
        copy.memberships = List.copyOf(all);
        return copy;
    }

    /**
     * With other bounds of what a {@link DatagramStream} keeps until it is received. What comes when the buffer is full is dropped and
     * counted. A datagram that finds it empty is kept in any case.
     *
     * @param datagrams at most so many, 1,024 by default
     * @param bytes at most so many bytes together, 1 MiB by default
     * @return changed copy
     * @throws IllegalArgumentException unless both are positive
     */
    public DatagramOptions receiveBuffer(int datagrams, int bytes) {
        if (datagrams <= 0 || bytes <= 0) {
            throw new IllegalArgumentException(
                    "a receive buffer has room for something, got " + datagrams + " datagrams and " + bytes + " bytes");
        }
        var copy = new DatagramOptions(this);
        copy.bufferedDatagrams = datagrams;
        copy.bufferedBytes = bytes;
        return copy;
    }

    /** {@return which addresses are used} */
    public AddressFamily family() {
        return family;
    }

    /** {@return whether several sockets may be bound to one address} */
    public boolean reusePort() {
        return reusePort;
    }

    /** {@return whether broadcast addresses may be sent to} */
    public boolean broadcast() {
        return broadcast;
    }

    /** {@return the interface for multicast, null for the system's choice} */
    public @Nullable NetworkInterface multicastInterface() {
        return multicastInterface;
    }

    /** {@return how many networks datagrams to groups cross, null for the system's default} */
    public @Nullable Integer multicastTimeToLive() {
        return multicastHops;
    }

    /** {@return whether members on this machine get what is sent from here, null for the system's default} */
    public @Nullable Boolean multicastLoopback() {
        return multicastLoopback;
    }

    /** {@return the multicast groups to be a member of} */
    public List<Membership> memberships() {
        return memberships;
    }

    /** {@return how many datagrams a stream keeps} */
    public int receiveBufferDatagrams() {
        return bufferedDatagrams;
    }

    /** {@return how many bytes a stream keeps} */
    public int receiveBufferBytes() {
        return bufferedBytes;
    }
}
