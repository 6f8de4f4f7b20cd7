package dev.weft;

import java.io.IOException;
import java.net.IDN;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Names of hosts. What is written in digits is answered here; the rest is the JDK's resolver's, which is asked off the loop. */
final class Resolver {
    /** RFC 1035, 2.3.4, as text. */
    private static final int LONGEST_NAME = 253;

    private final Lookups lookups;
    private final HostTable hosts;

    /** Who knows the addresses of names: blocks. */
    @FunctionalInterface
    interface HostTable {
        InetAddress[] addresses(String host) throws IOException;
    }

    Resolver(Lookups lookups, HostTable hosts) {
        this.lookups = lookups;
        this.hosts = hosts;
    }

    @Suspends
    List<InetSocketAddress> addresses(@Nullable String host, int port, AddressFamily family) throws IOException {
        if (port < 0 || port > 0xFFFF) {
            throw new IllegalArgumentException("a port is between 0 and 65535, got " + port);
        }
        InetAddress literal = literal(host);
        InetAddress[] found =
                literal != null ? new InetAddress[] {literal} : lookUp(checked(Objects.requireNonNull(host)));
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
    private InetAddress[] lookUp(String name) throws IOException {
        try {
            return lookups.ask(name.toLowerCase(Locale.ROOT), () -> hosts.addresses(name));
        } catch (UnknownHostException e) {
            // One of its own for each task: the others that asked get theirs.
            String message = String.valueOf(e.getMessage());
            var unknown = new UnknownHostException(message.contains(name) ? message : name + ": " + message);
            unknown.initCause(e);
            throw unknown;
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("looking up " + name + " failed", e);
        }
    }

    @Suspends
    NameInfo name(InetSocketAddress address, boolean numeric) throws IOException {
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
        try {
            return new NameInfo(lookups.ask(nameless, nameless::getHostName), service);
        } catch (IOException | RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IOException("looking up " + host + " failed", e);
        }
    }

    /** The address that a text in digits stands for, no name of a host; of no text the loopback address, as the JDK has it. */
    private static @Nullable InetAddress literal(@Nullable String host) throws UnknownHostException {
        if (host == null || host.isEmpty()) {
            return InetAddress.getLoopbackAddress();
        }
        char first = host.charAt(0);
        boolean colon = host.indexOf(':') >= 0; // in no name
        if (!colon && (first < '0' || first > '9')) {
            return null;
        }
        try {
            return InetAddress.ofLiteral(host);
        } catch (IllegalArgumentException e) {
            if (!colon) {
                return null; // a name that begins with a digit
            }
            var unknown = new UnknownHostException("not an IPv6 address, and no name has a colon: " + printable(host));
            unknown.initCause(e);
            throw unknown;
        }
    }

    /** A name that may be asked for, in the form in which it is. */
    private static String checked(String host) {
        for (int i = 0; i < host.length(); i++) {
            char c = host.charAt(i);
            if (c <= ' ' || c == 0x7F) {
                throw new IllegalArgumentException(
                        "no host's name has the character " + (int) c + " (at " + i + "): " + printable(host));
            }
        }
        String name = host.chars().allMatch(c -> c < 0x80) ? host : encoded(host);
        int length = name.endsWith(".") ? name.length() - 1 : name.length();
        if (length > LONGEST_NAME) {
            throw new IllegalArgumentException("a host's name has at most " + LONGEST_NAME + " characters, got "
                    + length + ": " + printable(host));
        }
        return name;
    }

    private static String encoded(String host) {
        try {
            return IDN.toASCII(host);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("no host's name: " + printable(host) + " (" + e.getMessage() + ")", e);
        }
    }

    /** In one line, not longer than a message may be. */
    private static String printable(String host) {
        var text = new StringBuilder();
        for (int i = 0; i < host.length() && text.length() < 80; i++) {
            char c = host.charAt(i);
            if (c < ' ' || c == 0x7F) {
                text.append("\\x%02x".formatted((int) c));
            } else {
                text.append(c);
            }
        }
        return text.length() < 80 ? text.toString() : text + "...";
    }
}
