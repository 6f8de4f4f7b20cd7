package dev.weft.io;

/**
 * One direction, seen from the callback-level API.
 *
 * @param transport takes the bytes
 * @param protocol is told of what becomes of them
 * @param <P> the type of the protocol
 */
public record WriteEndpoint<P extends BaseProtocol>(WriteTransport transport, P protocol) {}
