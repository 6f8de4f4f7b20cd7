package dev.weft.io;

/**
 * A datagram socket, seen from the callback-level API.
 *
 * @param transport sends datagrams
 * @param protocol is told of those that come
 * @param <P> the type of the protocol
 */
public record DatagramEndpoint<P extends DatagramProtocol>(DatagramTransport transport, P protocol) {}
