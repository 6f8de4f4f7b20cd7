package dev.weft.io;

/**
 * A child process, seen from the callback-level API.
 *
 * @param transport the process
 * @param protocol is told what becomes of it
 * @param <P> the type of the protocol
 */
public record SubprocessEndpoint<P extends SubprocessProtocol>(SubprocessTransport transport, P protocol) {}
