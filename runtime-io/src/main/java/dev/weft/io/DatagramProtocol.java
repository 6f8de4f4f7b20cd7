package dev.weft.io;

import java.io.IOException;
import java.net.SocketAddress;

/** A protocol that is handed datagrams as they come. Mirrors {@code asyncio.DatagramProtocol}. */
public interface DatagramProtocol extends BaseProtocol {
    /**
     * A datagram came, whole; an empty one too. An exception is reported to the loop's exception handler and the endpoint goes on: else
     * anybody could end it by sending what the protocol does not expect.
     *
     * @param data its bytes, the receiver's to keep
     * @param from who sent it
     */
    void datagramReceived(byte[] data, SocketAddress from);

    /**
     * A datagram could not be sent or received, such as when nobody listens at the address a connected endpoint sends to. The endpoint
     * stays open. An exception is reported to the loop's exception handler.
     *
     * @param exception why
     */
    default void errorReceived(IOException exception) {}
}
