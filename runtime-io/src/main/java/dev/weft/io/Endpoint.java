package dev.weft.io;

/**
 * A connection, seen from the callback-level API.
 *
 * @param transport moves the bytes
 * @param protocol is told of them
 * @param <P> the type of the protocol
 */
public record Endpoint<P extends BaseProtocol>(Transport transport, P protocol) {}
