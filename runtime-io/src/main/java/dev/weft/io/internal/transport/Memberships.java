package dev.weft.io.internal.transport;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.MembershipKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The multicast groups that a channel is a member of. */
final class Memberships {
    private final DatagramChannel channel;
    private final Map<Membership, MembershipKey> keys = new HashMap<>();

    Memberships(DatagramChannel channel) {
        this.channel = channel;
    }

    private record Membership(
            InetAddress group,
            NetworkInterface on,
            @Nullable InetAddress source) {}

    void join(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source) throws IOException {
        NetworkInterface where = on != null ? on : usualInterface(group);
        var membership = new Membership(group, where, source);
        MembershipKey key;
        try {
            key = source == null ? channel.join(group, where) : channel.join(group, where, source);
        } catch (IOException e) {
            throw new IOException(
                    "cannot join " + group + " on " + where.getName() + (source == null ? "" : " for " + source) + ": "
                            + e.getMessage(),
                    e);
        }
        keys.put(membership, key);
    }

    boolean leave(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source) throws IOException {
        MembershipKey key = keys.remove(new Membership(group, on != null ? on : usualInterface(group), source));
        if (key == null) {
            return false;
        }
        key.drop();
        return true;
    }

    /** The one that was set, that of the address the channel is bound to, or the first that will do. */
    private NetworkInterface usualInterface(InetAddress group) throws IOException {
        NetworkInterface set = channel.getOption(StandardSocketOptions.IP_MULTICAST_IF);
        if (set != null) {
            return set;
        }
        if (channel.getLocalAddress() instanceof InetSocketAddress local
                && !local.getAddress().isAnyLocalAddress()
                && !local.getAddress().isMulticastAddress()) {
            NetworkInterface bound = NetworkInterface.getByInetAddress(local.getAddress());
            if (bound != null) {
                return bound;
            }
        }
        List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
        for (NetworkInterface candidate : all) {
            if (candidate.isUp()
                    && candidate.supportsMulticast()
                    && !candidate.isLoopback()
                    && candidate
                            .inetAddresses()
                            .anyMatch(address -> group instanceof Inet4Address == address instanceof Inet4Address)) {
                return candidate;
            }
        }
        throw new IOException(
                "no interface for the multicast group " + group + " among " + all + ": one has to be named");
    }
}
