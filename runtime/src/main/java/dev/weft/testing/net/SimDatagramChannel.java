package dev.weft.testing.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.PortUnreachableException;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.MembershipKey;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Sends and receives datagrams at a port of a host. */
final class SimDatagramChannel extends DatagramChannel implements SimChannel {
    /** What fits in an IPv4 packet. */
    private static final int LARGEST = 65_507;

    private final Node node;
    private final Fabric fabric;
    private final Options options = Options.ofDatagrams();
    private final ArrayDeque<Received> inbox = new ArrayDeque<>();
    private int inboxBytes;
    private @Nullable InetSocketAddress local;
    private @Nullable InetSocketAddress remote;
    private boolean refused;

    @SuppressWarnings("ArrayRecordComponent") // handed over, never compared
    private record Received(byte[] bytes, InetSocketAddress from) {}

    SimDatagramChannel(SimProvider provider, Node node) {
        super(provider);
        this.node = node;
        fabric = provider.fabric();
        fabric.opened(this);
    }

    // ---- addresses

    @Override
    public DatagramChannel bind(@Nullable SocketAddress address) throws IOException {
        ensureOpen();
        if (local != null) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress wanted = address == null ? new InetSocketAddress(0) : SimChannel.checked(address);
        local = node.datagrams().take(wanted.getAddress(), wanted.getPort(), this);
        return this;
    }

    private InetSocketAddress bound() throws IOException {
        if (local == null) {
            bind(null);
        }
        return Objects.requireNonNull(local);
    }

    /** As others see it. */
    private InetSocketAddress source(InetSocketAddress target) throws IOException {
        InetSocketAddress own = bound();
        return own.getAddress().isAnyLocalAddress() ? Fabric.source(node, target, own.getPort()) : own;
    }

    @Override
    public DatagramChannel connect(SocketAddress address) throws IOException {
        ensureOpen();
        if (remote != null) {
            throw new AlreadyConnectedException();
        }
        InetSocketAddress target = SimChannel.checked(address);
        bound();
        remote = target;
        return this;
    }

    @Override
    public DatagramChannel disconnect() {
        remote = null;
        refused = false;
        return this;
    }

    @Override
    public boolean isConnected() {
        return remote != null;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        ensureOpen();
        return local != null && remote != null ? source(remote) : local;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        ensureOpen();
        return remote;
    }

    // ---- sending

    @Override
    public int send(ByteBuffer source, SocketAddress address) throws IOException {
        ensureReady();
        InetSocketAddress target = SimChannel.checked(address);
        if (remote != null && !remote.equals(target)) {
            throw new AlreadyConnectedException();
        }
        throwIfRefused();
        if (source.remaining() > LARGEST) {
            throw new SocketException("Message too long");
        }
        var bytes = new byte[source.remaining()];
        source.get(bytes);
        launch(bytes, target, source(target));
        return bytes.length;
    }

    private void launch(byte[] bytes, InetSocketAddress target, InetSocketAddress from) {
        Node there = fabric.owner(target.getAddress(), node);
        if (there == null) {
            return;
        }
        Route route = fabric.route(node, there);
        if (!route.isOpen() || route.loses() || route.backlog() > fabric.bufferBytes()) {
            fabric.note("loses a datagram, " + route);
            return;
        }
        long arrival = route.arrival(bytes.length) + route.holdUp();
        Runnable arrive = () -> {
            if (route.isOpen()) {
                arrived(there, target, new Received(bytes, from));
            }
        };
        fabric.at(arrival, arrive);
        if (route.duplicates()) {
            fabric.note("sends a datagram twice, " + route);
            fabric.at(route.arrival(0) + route.holdUp(), arrive);
        }
    }

    private void arrived(Node there, InetSocketAddress target, Received datagram) {
        if (there.datagrams().owner(target) instanceof SimDatagramChannel receiver) {
            receiver.take(datagram);
            return;
        }
        Route back = fabric.route(there, node);
        if (back.isOpen()) {
            fabric.at(back.arrival(0), () -> refused |= back.isOpen() && target.equals(remote));
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        ensureReady();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
        return send(source, remote);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        int total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += sources[i].remaining();
        }
        ByteBuffer whole = ByteBuffer.allocate(total);
        for (int i = offset; i < offset + length; i++) {
            whole.put(sources[i]);
        }
        return write(whole.flip());
    }

    // ---- receiving

    private void take(Received datagram) {
        if (remote != null && !remote.equals(datagram.from())) {
            return;
        }
        if (inboxBytes + datagram.bytes().length > fabric.bufferBytes() && !inbox.isEmpty()) {
            fabric.note("drops a datagram, since " + this + " does not read");
            return;
        }
        inbox.addLast(datagram);
        inboxBytes += datagram.bytes().length;
    }

    @Override
    public @Nullable SocketAddress receive(ByteBuffer target) throws IOException {
        ensureReady();
        bound();
        throwIfRefused();
        Received first = inbox.pollFirst();
        if (first == null) {
            return null;
        }
        inboxBytes -= first.bytes().length;
        target.put(first.bytes(), 0, Math.min(first.bytes().length, target.remaining()));
        return first.from();
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        ensureReady();
        if (remote == null) {
            throw new NotYetConnectedException();
        }
        int before = target.position();
        return receive(target) == null ? 0 : target.position() - before;
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        ByteBuffer whole = ByteBuffer.allocate(LARGEST);
        read(whole);
        whole.flip();
        for (int i = offset; i < offset + length; i++) {
            int step = Math.min(targets[i].remaining(), whole.remaining());
            targets[i].put(whole.slice(whole.position(), step));
            whole.position(whole.position() + step);
        }
        return whole.position();
    }

    private void throwIfRefused() throws IOException {
        if (refused) {
            refused = false;
            throw new PortUnreachableException();
        }
    }

    @Override
    public int ready() {
        return (inbox.isEmpty() && !refused ? 0 : SelectionKey.OP_READ) | SelectionKey.OP_WRITE;
    }

    // ---- about it

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface network) {
        throw new UnsupportedOperationException("the network in memory has no multicast");
    }

    @Override
    public MembershipKey join(InetAddress group, NetworkInterface network, @Nullable InetAddress source) {
        return join(group, network);
    }

    @Override
    public <T> DatagramChannel setOption(SocketOption<T> option, T value) throws IOException {
        ensureOpen();
        options.set(option, value);
        return this;
    }

    @Override
    public <T> T getOption(SocketOption<T> option) throws IOException {
        ensureOpen();
        return options.get(option);
    }

    @Override
    public Set<SocketOption<?>> supportedOptions() {
        return options.supported();
    }

    @Override
    public DatagramSocket socket() {
        throw SimChannel.noSocket();
    }

    @Override
    protected void implCloseSelectableChannel() {
        fabric.closed(this);
        if (local != null) {
            node.datagrams().release(local, this);
        }
        inbox.clear();
    }

    @Override
    protected void implConfigureBlocking(boolean block) {}

    private void ensureReady() throws IOException {
        ensureOpen();
        if (isBlocking()) {
            throw new IllegalBlockingModeException();
        }
    }

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public String toString() {
        String where = local == null ? "unbound" : "at " + local;
        return "SimDatagrams[" + node + ", " + (isOpen() ? where + (remote == null ? "" : " for " + remote) : "closed")
                + "]";
    }
}
