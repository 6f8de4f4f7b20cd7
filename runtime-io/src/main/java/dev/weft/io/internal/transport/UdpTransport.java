package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.DatagramProtocol;
import dev.weft.io.DatagramTransport;
import dev.weft.io.ExtraInfo;
import dev.weft.io.TransportChannel;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport over a datagram channel.
 *
 * <p>Its life, each arrow an entry of the loop:
 *
 * <pre>
 *   new -> connectionMade -> (datagram | error)* -> closing -> connectionLost, channel closed
 *                                                   close(): when the buffer is sent
 *                                                   abort(), channel closed by others: next iteration
 * </pre>
 */
public final class UdpTransport implements DatagramTransport, LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    /** What each buffered datagram counts besides its bytes, as in asyncio. */
    private static final int HEADER = 8;

    /** So many datagrams in one go, so that a flood does not keep other entries from their turn. */
    private static final int BURST = 64;

    /** What is left of a length in 16 bits behind the headers of IPv4 and UDP. */
    private static final int LONGEST_OVER_IPV4 = 65_507;

    private static final int LONGEST_OVER_IPV6 = 65_527;

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final DatagramChannel channel;
    private final ChannelClaim claim;
    private final OpenResource traffic;
    private final ProtocolCalls calls;
    private final FlowMeter flow;
    private final Memberships memberships;
    private final @Nullable InetSocketAddress peer;
    private final ArrayDeque<Packet> queue = new ArrayDeque<>();
    private final Map<String, Object> extra = new HashMap<>();
    private final LateWrites late = new LateWrites(this, "sending from an endpoint that is closed");
    private Wire wire;

    /** Whether the system, not this class, keeps other senders' datagrams away. */
    private boolean connected;

    /** Whether datagrams of others than the peer are to be dropped here. */
    private boolean filtering;

    private int size;
    private boolean closing;

    /** Whether nothing can be sent any more. */
    private boolean lost;

    private boolean finished;

    private record Packet(ByteBuffer data, InetSocketAddress target) {}

    /** Where datagrams go. */
    interface Wire {
        /**
         * Sends a datagram, or nothing if there is no room.
         *
         * @return how many bytes
         */
        int send(ByteBuffer data, InetSocketAddress target) throws IOException;
    }

    /**
     * A transport over a non-blocking channel, which it owns from now on. Nothing is received before {@link #start}.
     *
     * @param peer where to send what has no address, and nowhere else; null if each datagram says where it goes
     * @throws IOException if the channel cannot be used; it is still the caller's then
     */
    @SuppressWarnings("this-escape") // all of them only keep it
    public UdpTransport(
            EventLoop loop, DatagramChannel channel, @Nullable InetSocketAddress peer, DatagramProtocol protocol)
            throws IOException {
        this.loop = loop;
        this.channel = channel;
        this.peer = peer;
        connected = channel.isConnected();
        wire = this::sendNow;
        SocketAddress local = channel.getLocalAddress();
        if (local != null) {
            extra.put(ExtraInfo.SOCKET_NAME.key(), local);
        }
        if (peer != null) {
            extra.put(ExtraInfo.PEER_NAME.key(), peer);
        }
        extra.put(ExtraInfo.SOCKET.key(), view());
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        memberships = new Memberships(channel);
        claim = loop.claimChannel(channel, this);
        loopIo = LoopIo.of(loop);
        traffic = loopIo.opened(this);
    }

    /**
     * Has the protocol told that the endpoint is open, then receives.
     *
     * @param started completed when the protocol has been told
     */
    public void start(Future<@Nullable Void> started) {
        calls.connectionMadeSoon(this::forceClose);
        loop.callSoon(() -> {
            if (!closing) {
                claim.addReader(this::readable);
            }
        });
        loop.callSoon(() -> {
            if (!started.done()) {
                started.setResult(null);
            }
        });
    }

    /** For tests: another way out than the channel, which says only when there is room. */
    void setWire(Wire wire) {
        this.wire = wire;
    }

    public TransportChannel view() {
        return new ChannelView(channel);
    }

    // ---- receiving

    /** A callback of the loop, in each iteration in which there is something to receive. */
    private void readable() {
        for (int i = 0; i < BURST && !closing; i++) {
            ByteBuffer target = loopIo.readBuffer();
            SocketAddress from;
            try {
                from = channel.receive(target);
            } catch (PortUnreachableException e) {
                tell(unreachable(e)); // the datagrams behind it can be received
                continue;
            } catch (ClosedChannelException e) {
                forceClose(e);
                return;
            } catch (IOException e) {
                tell(e);
                return;
            }
            if (from == null) {
                return;
            }
            traffic.received(target.position());
            if (!filtering || from.equals(peer)) {
                var data = new byte[target.flip().remaining()];
                target.get(data);
                calls.run("datagramReceived", () -> protocol().datagramReceived(data, from));
            }
        }
    }

    private DatagramProtocol protocol() {
        return (DatagramProtocol) calls.protocol();
    }

    private void tell(IOException failure) {
        if (!finished) {
            calls.run("errorReceived", () -> protocol().errorReceived(failure));
        }
    }

    private void tellSoon(IOException failure) {
        loop.callSoon(() -> tell(failure));
    }

    private PortUnreachableException unreachable(PortUnreachableException e) {
        var failure = new PortUnreachableException("nobody listens at " + peer);
        failure.initCause(e);
        return failure;
    }

    // ---- sending

    @Override
    public void sendTo(ByteBuffer data, @Nullable SocketAddress address) {
        IOException refused = offer(data, address);
        if (refused != null) {
            tellSoon(refused);
        }
    }

    /**
     * As {@link #sendTo}, but says itself what the system refuses.
     *
     * @return why the datagram was not sent, null if it was or will be
     */
    public @Nullable IOException offer(ByteBuffer data, @Nullable SocketAddress address) {
        loop.checkThread();
        InetSocketAddress target = target(address);
        if (dropped()) {
            data.position(data.limit());
            return null;
        }
        if (queue.isEmpty()) {
            int length = data.remaining();
            try {
                if (sent(data, target)) {
                    return null;
                }
            } catch (ClosedChannelException e) {
                forceClose(e);
                return null;
            } catch (IOException e) {
                data.position(data.limit());
                return refusal(e, length, target);
            }
            claim.addWriter(this::writable);
        }
        ByteBuffer copy = ByteBuffer.allocate(data.remaining()).put(data).flip();
        size = Math.addExact(size, copy.remaining() + HEADER);
        queue.addLast(new Packet(copy, target));
        flow.grown(size);
        return null;
    }

    private InetSocketAddress target(@Nullable SocketAddress address) {
        if (peer != null) {
            if (address != null && !address.equals(peer)) {
                throw new IllegalArgumentException(
                        "an endpoint that is connected to " + peer + " cannot send to " + address);
            }
            return peer;
        }
        if (address == null) {
            throw new IllegalArgumentException("an endpoint that is not connected needs an address to send to");
        }
        if (!(address instanceof InetSocketAddress inet)) {
            throw new IllegalArgumentException("not an internet address: " + address);
        }
        if (inet.isUnresolved()) {
            throw new IllegalArgumentException("not resolved, getAddrInfo does that: " + inet);
        }
        return inet;
    }

    private boolean dropped() {
        if (lost) {
            late.another();
        }
        return lost;
    }

    /** Sends a datagram; whether there was room. */
    private boolean sent(ByteBuffer data, InetSocketAddress target) throws IOException {
        boolean empty = !data.hasRemaining(); // of which nobody can say whether there was room
        try {
            return wire.send(data, target) > 0 || empty;
        } catch (PortUnreachableException e) {
            // What became of an earlier datagram; this one is not sent yet.
            tellSoon(unreachable(e));
            return wire.send(data, target) > 0 || empty;
        }
    }

    private int sendNow(ByteBuffer data, InetSocketAddress target) throws IOException {
        if (connected && !data.hasRemaining()) {
            disconnect();
        }
        try {
            int length = connected ? channel.write(data) : channel.send(data, target);
            traffic.sent(length);
            return length;
        } catch (UnsupportedAddressTypeException e) {
            throw new IllegalArgumentException(this + " cannot send to an address of the other family: " + target, e);
        }
    }

    /**
     * The JDK sends no empty datagrams on a connected channel. So at the first one it stops being connected, and other senders' datagrams
     * are dropped here. That nobody listens at the peer's address is not told any more. It is not connected again: the JDK drops what came
     * meanwhile then.
     */
    private void disconnect() throws IOException {
        connected = false;
        filtering = true;
        channel.disconnect();
    }

    private static IOException refusal(IOException failure, int length, InetSocketAddress target) {
        int longest = target.getAddress() instanceof Inet6Address ? LONGEST_OVER_IPV6 : LONGEST_OVER_IPV4;
        String message = String.valueOf(failure.getMessage());
        if (length <= longest && !message.contains("too long")) {
            return failure;
        }
        var tooLong = new SocketException("a datagram of " + length + " bytes is too long to be sent to " + target
                + ": at most " + longest + " are possible, and here the system says: " + message);
        tooLong.initCause(failure);
        return tooLong;
    }

    /** A callback of the loop, in each iteration in which there is room and something is buffered. */
    private void writable() {
        for (int i = 0; i < BURST && !queue.isEmpty(); i++) {
            Packet packet = queue.getFirst();
            int length = packet.data().remaining();
            IOException refused = null;
            try {
                if (!sent(packet.data(), packet.target())) {
                    break;
                }
            } catch (ClosedChannelException e) {
                forceClose(e);
                return;
            } catch (IOException e) {
                refused = refusal(e, length, packet.target());
            } catch (IllegalArgumentException e) { // too late to tell the caller
                refused = new SocketException(e.getMessage());
                refused.initCause(e);
            }
            queue.removeFirst();
            size -= length + HEADER;
            if (refused != null) {
                tell(refused); // the protocol may send, close or abort here
            }
        }
        flow.shrunk(size); // and here
        if (queue.isEmpty() && !lost) {
            claim.removeWriter();
            if (closing) {
                lost = true;
                loop.callSoon(() -> finish(null));
            }
        }
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        loop.checkThread();
        flow.setLimits(new BufferLimits(low, high), size);
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return flow.limits();
    }

    @Override
    public int getWriteBufferSize() {
        return size;
    }

    // ---- multicast

    @Override
    public void joinGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source)
            throws IOException {
        loop.checkThread();
        memberships.join(group, on, source);
    }

    @Override
    public boolean leaveGroup(InetAddress group, @Nullable NetworkInterface on, @Nullable InetAddress source)
            throws IOException {
        loop.checkThread();
        return memberships.leave(group, on, source);
    }

    // ---- ending

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        if (closing) {
            return;
        }
        closing = true;
        claim.removeReader();
        if (queue.isEmpty()) {
            lost = true;
            loop.callSoon(() -> finish(null));
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        forceClose(null);
    }

    private void forceClose(@Nullable Exception failure) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        queue.clear();
        size = 0;
        claim.removeReader();
        claim.removeWriter();
        loop.callSoon(() -> finish(failure));
    }

    private void finish(@Nullable Exception failure) {
        if (finished) {
            return;
        }
        finished = true;
        try {
            calls.connectionLost(failure);
        } finally {
            release();
        }
    }

    private void release() {
        loopIo.closed(this);
        try {
            claim.closeChannel(); // at once: the address is free
        } catch (IOException e) {
            LOG.debug("{}: closing failed", this, e);
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.DATAGRAM;
    }

    @Override
    public void loopClosed() {
        closing = true;
        lost = true;
        finished = true;
        queue.clear();
        size = 0;
        release();
    }

    // ---- about it

    @Override
    public void setProtocol(BaseProtocol protocol) {
        loop.checkThread();
        if (!(protocol instanceof DatagramProtocol)) {
            throw new IllegalArgumentException("not a protocol that can be handed datagrams: " + protocol);
        }
        calls.setProtocol(protocol);
    }

    @Override
    public BaseProtocol getProtocol() {
        return calls.protocol();
    }

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        Object value = extra.get(name);
        return value != null ? value : fallback;
    }

    @Override
    public String toString() {
        String state = finished ? "closed" : closing ? "closing" : "open";
        return "DatagramTransport[" + extra.get(ExtraInfo.SOCKET_NAME.key()) + (peer == null ? "" : " to " + peer)
                + ", " + state + ", " + size + " bytes to send]";
    }
}
