package dev.weft;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Which internet addresses are wanted. Mirrors {@code socket.AF_*}. */
public enum AddressFamily {
    /** Either. */
    UNSPEC,
    /** IPv4. */
    INET,
    /** IPv6. */
    INET6;

    /**
     * Whether an address is of this family.
     *
     * @param address the address
     * @return whether it is
     */
    public boolean accepts(InetAddress address) {
        return switch (this) {
            case UNSPEC -> true;
            case INET -> address instanceof Inet4Address;
            case INET6 -> !(address instanceof Inet4Address);
        };
    }
}
