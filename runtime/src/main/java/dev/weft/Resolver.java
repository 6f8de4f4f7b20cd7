package dev.weft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Names of hosts: the JDK's resolver blocks the thread, so it is asked in the default executor. */
final class Resolver {
    private Resolver() {}

    @Suspends
    static List<InetSocketAddress> addresses(EventLoop loop, @Nullable String host, int port, AddressFamily family)
            throws IOException {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is between 0 and 65535, got " + port);
        }
        InetAddress literal = literal(host);
        InetAddress[] found = literal != null
                ? new InetAddress[] {literal}
                : loop.runInExecutor(null, () -> InetAddress.getAllByName(host)).await(IOException.class);
        List<InetSocketAddress> addresses = new ArrayList<>();
        for (InetAddress address : found) {
            var candidate = new InetSocketAddress(address, port);
            if (family.accepts(address) && !addresses.contains(candidate)) {
                addresses.add(candidate);
            }
        }
        if (addresses.isEmpty()) {
            throw new UnknownHostException(host + " has no address of the family " + family);
        }
        return List.copyOf(addresses);
    }

    @Suspends
    static NameInfo name(EventLoop loop, InetSocketAddress address, boolean numeric) throws IOException {
        InetAddress host = address.getAddress();
        if (host == null) {
            throw new UnknownHostException("not resolved: " + address);
        }
        String service = Integer.toString(address.getPort());
        if (numeric) {
            return new NameInfo(host.getHostAddress(), service);
        }
        // Of a copy: an address that was made from a name would just repeat that name.
        InetAddress nameless = InetAddress.getByAddress(host.getAddress());
        String name = loop.runInExecutor(null, nameless::getHostName).await();
        return new NameInfo(name, service);
    }

    /** The address that a text in digits stands for, no name of a host; of no text the loopback address, as the JDK has it. */
    private static @Nullable InetAddress literal(@Nullable String host) {
        if (host == null || host.isEmpty()) {
            return InetAddress.getLoopbackAddress();
        }
        char first = host.charAt(0);
        boolean digits = host.indexOf(':') >= 0 || (first >= '0' && first <= '9');
        if (!digits) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            return null; // a name that begins with a digit
        }
    }
}
