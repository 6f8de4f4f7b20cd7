package dev.weft;

import java.net.SocketAddress;

/**
 * What {@link EventLoop#sockRecvFromInto} put into a buffer.
 *
 * @param length how many bytes
 * @param address who sent them
 */
public record ReceivedInto(int length, SocketAddress address) {}
