package dev.weft;

/**
 * What {@link EventLoop#getNameInfo} finds out about an address.
 *
 * @param host the host's name, or its address in digits
 * @param service the port in digits: the JDK knows no names of services
 */
public record NameInfo(String host, String service) {}
