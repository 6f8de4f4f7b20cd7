package dev.weft;

import java.net.SocketAddress;

/**
 * One datagram as it came in.
 *
 * @param data its bytes, the caller's to keep
 * @param address who sent it
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
public record Datagram(byte[] data, SocketAddress address) {}
