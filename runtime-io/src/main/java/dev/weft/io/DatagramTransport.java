package dev.weft.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A socket for datagrams. Each call of {@code sendTo} makes one datagram: order is kept and none are merged. None of the methods suspend.
 * Its protocol is a {@link DatagramProtocol}. Mirrors {@code asyncio.DatagramTransport}; {@link #joinGroup} and {@link #leaveGroup} are
 * Twisted's.
 */
public interface DatagramTransport extends BaseTransport {
    /**
     * Sends a datagram to the peer of a connected endpoint.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @throws IllegalArgumentException if the endpoint is not connected
     */
    default void sendTo(ByteBuffer data) {
        sendTo(data, null);
    }

    /**
     * Sends a datagram: at once if nothing is buffered and the system takes it; otherwise a copy is sent later. What the system refuses for
     * good, such as a datagram that is too long, is dropped and {@link DatagramProtocol#errorReceived} told, never from within this call.
     * After the endpoint is closed datagrams are dropped, with a warning from the fifth on.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @param address where to; null for the peer of a connected endpoint
     * @throws IllegalArgumentException if a connected endpoint is given another address than its peer's, one that is not connected none at
     *     all, or the address cannot be sent to from here: not resolved, or of the other family
     */
    void sendTo(ByteBuffer data, @Nullable SocketAddress address);

    /**
     * As {@link #sendTo(ByteBuffer)}.
     *
     * @param data the bytes
     * @throws IllegalArgumentException if the endpoint is not connected
     */
    default void sendTo(byte[] data) {
        sendTo(ByteBuffer.wrap(data), null);
    }

    /**
     * As {@link #sendTo(ByteBuffer, SocketAddress)}.
     *
     * @param data the bytes
     * @param address where to; null for the peer of a connected endpoint
     * @throws IllegalArgumentException if the address cannot be sent to
     */
    default void sendTo(byte[] data, @Nullable SocketAddress address) {
        sendTo(ByteBuffer.wrap(data), address);
    }

    /** Closes at once: what is buffered is dropped and nothing more delivered. The protocol hears {@code connectionLost(null)} soon. */
    void abort();

    /**
     * Sets the high water mark, and the low one to a quarter of it.
     *
     * @param high above so many buffered bytes the protocol is told to pause; with 0 whenever anything is buffered
     * @throws IllegalArgumentException if it is negative
     */
    default void setWriteBufferLimits(int high) {
        setWriteBufferLimits(high, high / 4);
    }

    /**
     * Sets the water marks. If more than {@code high} bytes are buffered now, the protocol is told to pause at once.
     *
     * @param high above so many buffered bytes the protocol is told to pause
     * @param low at or below so many buffered bytes the protocol is told to go on
     * @throws IllegalArgumentException unless 0 &lt;= low &lt;= high
     */
    void setWriteBufferLimits(int high, int low);

    /** {@return the water marks; 16 and 64 KiB unless set} */
    BufferLimits getWriteBufferLimits();

    /** {@return how many bytes are buffered: each datagram counts 8 more than it has, so that empty ones are not free} */
    int getWriteBufferSize();

    /**
     * Receives what is sent to a multicast group, on the interface that was set for multicast when the endpoint was made. If none was:
     * on the one whose address the endpoint is bound to, else on the first that is up, can do multicast and is no loopback interface.
     *
     * @param group the group's address
     * @throws IOException if there is no such interface or the system refuses
     * @throws IllegalArgumentException if it is not the address of a group, or of the other family
     */
    default void joinGroup(InetAddress group) throws IOException {
        joinGroup(group, null, null);
    }

    /**
     * Receives what is sent to a multicast group, from anybody or from one sender only. Without effect if it does already.
     *
     * @param group the group's address
     * @param on the interface; null as for {@link #joinGroup(InetAddress)}
     * @param source the only sender whose datagrams are wanted; null for all
     * @throws IOException if there is no interface or the system refuses
     * @throws IllegalArgumentException if it is not the address of a group, or of the other family
     * @throws IllegalStateException if the group is joined on that interface already, in the other of the two ways
     */
    void joinGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source) throws IOException;

    /**
     * Undoes {@link #joinGroup(InetAddress)}. Closing the endpoint leaves all groups.
     *
     * @param group the group's address
     * @return whether it was a member
     * @throws IOException if there is no interface
     */
    default boolean leaveGroup(InetAddress group) throws IOException {
        return leaveGroup(group, null, null);
    }

    /**
     * Undoes {@link #joinGroup(InetAddress, NetworkInterface, InetAddress)}.
     *
     * @param group the group's address
     * @param on the interface given then
     * @param source the sender given then
     * @return whether it was a member
     * @throws IOException if there is no interface
     */
    boolean leaveGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source)
            throws IOException;
}
