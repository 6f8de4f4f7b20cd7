package dev.weft.io;

import dev.weft.Datagram;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.UdpTransport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A datagram socket for tasks: {@link #receive} waits for a datagram, {@link #send} sends one. Made by {@link Net#openDatagram}. Any
 * number of tasks may send and receive; each datagram goes to one of them, first come first served. Confined to its loop.
 *
 * <p>What comes and is not received yet is kept, within the bounds of {@link DatagramOptions#receiveBuffer}; what comes beyond them is
 * dropped and {@linkplain #dropped counted}. What the system itself drops, because its own buffer is full, nobody counts.
 *
 * <p>asyncio has nothing of the kind. Iterating receives datagrams until the stream is closed:
 *
 * <pre>{@code
 * for (Datagram request : stream) {
 *     stream.send(answer(request.data()), request.address());
 * }
 * }</pre>
 */
public final class DatagramStream implements Iterable<Datagram>, AutoCloseable {
    private final UdpTransport transport;
    private final DatagramInbox inbox;

    @SuppressWarnings("this-escape") // the cleaner only keeps it
    DatagramStream(EventLoop loop, UdpTransport transport, DatagramInbox inbox) {
        this.transport = transport;
        this.inbox = inbox;
        Unclosed.watch(this, "datagram stream", transport, loop);
    }

    // ---- receiving

    /**
     * The next datagram. Does not suspend if one is there already.
     *
     * @return the datagram
     * @throws IOException if one sent earlier could not be delivered, such as {@link java.net.PortUnreachableException} on a connected
     *     stream: told once, and the stream goes on; or if the stream is closed, also by another task meanwhile
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; no datagram is lost
     */
    @Suspends
    public Datagram receive() throws IOException {
        try {
            return inbox.receive();
        } finally {
            Reference.reachabilityFence(this); // it must not count as abandoned while a task waits in it
        }
    }

    /**
     * Receives until the stream is closed. {@code next} and {@code hasNext} suspend as {@link #receive} does; its other failures come as
     * {@link UncheckedIOException}, after which the iterator may still be used.
     *
     * @return the datagrams to come
     */
    @Override
    public Iterator<Datagram> iterator() {
        return new Datagrams();
    }

    private final class Datagrams implements Iterator<Datagram> {
        private @Nullable Datagram next;

        @Override
        @Suspends
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = receive();
                } catch (IOException e) {
                    if (isClosing()) {
                        return false;
                    }
                    throw new UncheckedIOException(e);
                }
            }
            return true;
        }

        @Override
        @Suspends
        public Datagram next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the datagram stream is closed");
            }
            Datagram datagram = next;
            next = null;
            if (datagram == null) {
                throw new NoSuchElementException("the datagram stream is closed");
            }
            return datagram;
        }
    }

    // ---- sending

    /**
     * Sends a datagram to the peer of a connected stream.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @throws IOException if the system refuses the datagram or the stream is closed
     * @throws IllegalArgumentException if the stream is not connected
     * @throws dev.weft.CancelledError if the task is cancelled while it waits; nothing is sent then
     */
    @Suspends
    public void send(byte[] data) throws IOException {
        send(ByteBuffer.wrap(data), null);
    }

    /**
     * Sends a datagram.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @param address where to; null for the peer of a connected stream
     * @throws IOException if the system refuses the datagram or the stream is closed
     * @throws IllegalArgumentException if the address cannot be sent to
     * @throws dev.weft.CancelledError if the task is cancelled while it waits; nothing is sent then
     */
    @Suspends
    public void send(byte[] data, @Nullable SocketAddress address) throws IOException {
        send(ByteBuffer.wrap(data), address);
    }

    /**
     * Sends a datagram to the peer of a connected stream.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @throws IOException if the system refuses the datagram or the stream is closed
     * @throws IllegalArgumentException if the stream is not connected
     * @throws dev.weft.CancelledError if the task is cancelled while it waits; nothing is sent then
     */
    @Suspends
    public void send(ByteBuffer data) throws IOException {
        send(data, null);
    }

    /**
     * Sends a datagram. Suspends only while more datagrams are buffered than the transport's high water mark allows. What was buffered and
     * then refused by the system is told by {@link #receive}.
     *
     * @param data the bytes, all of one datagram; may be empty
     * @param address where to; null for the peer of a connected stream
     * @throws IOException if the system refuses the datagram, because it is too long or there is no way to the address; or if the stream is
     *     closed
     * @throws IllegalArgumentException if a connected stream is given another address than its peer's, one that is not connected none at
     *     all, or the address cannot be sent to from here: not resolved, or of the other family
     * @throws dev.weft.CancelledError if the task is cancelled while it waits; nothing is sent then
     */
    @Suspends
    public void send(ByteBuffer data, @Nullable SocketAddress address) throws IOException {
        if (!isClosing()) {
            awaitRoom();
        }
        if (isClosing()) {
            throw inbox.closed();
        }
        IOException refused = transport.offer(data, address);
        if (refused != null) {
            throw refused;
        }
    }

    @Suspends
    private void awaitRoom() throws IOException {
        try {
            inbox.flow().drain();
        } catch (ConnectionResetException e) {
            throw inbox.closed();
        } finally {
            Reference.reachabilityFence(this);
        }
    }

    // ---- about it

    /** {@return the transport: to join multicast groups, tune water marks, close without waiting} */
    public DatagramTransport transport() {
        return transport;
    }

    /** {@return the address of this side, null once it is closed} */
    public @Nullable SocketAddress localAddress() {
        return transport.view().localAddress();
    }

    /** {@return how many datagrams were dropped because the receive buffer was full} */
    public long dropped() {
        return inbox.dropped();
    }

    /** {@return how many datagrams wait to be received} */
    public int buffered() {
        return inbox.datagrams();
    }

    /** {@return whether it is closed or going to be} */
    public boolean isClosing() {
        return transport.isClosing();
    }

    // ---- ending

    /**
     * Closes the stream, and waits until everything sent is out. What is not received yet is dropped; whoever waits to receive or to send
     * gets an {@link IOException}. May be repeated.
     *
     * @throws IOException if the socket broke before
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the stream is closing all the same
     */
    @Override
    @Suspends
    public void close() throws IOException {
        transport.close();
        inbox.close();
        inbox.flow().waitClosed();
    }

    @Override
    public String toString() {
        return "DatagramStream[" + transport + ", " + inbox.datagrams() + " datagrams with " + inbox.bytes()
                + " bytes to receive, " + inbox.dropped() + " dropped]";
    }
}
