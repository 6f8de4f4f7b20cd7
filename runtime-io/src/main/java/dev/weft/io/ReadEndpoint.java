package dev.weft.io;

/**
 * One direction, seen from the callback-level API.
 *
 * @param transport delivers the bytes
 * @param protocol is told of what becomes of them
 * @param <P> the type of the protocol
 */
public record ReadEndpoint<P extends BaseProtocol>(ReadTransport transport, P protocol) {}
