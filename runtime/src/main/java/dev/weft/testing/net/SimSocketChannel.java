package dev.weft.testing.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.ByteBuffer;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.AlreadyConnectedException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ConnectionPendingException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NoConnectionPendingException;
import java.nio.channels.NotYetConnectedException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One end of a connection, as its owner sees it. */
final class SimSocketChannel extends SocketChannel implements SimChannel {
    private final Node node;
    private final Fabric fabric;
    private final Options options = Options.ofStream();

    /** What of {@link Ports} is this channel's. */
    private @Nullable InetSocketAddress taken;

    private @Nullable TcpEnd end;
    private @Nullable Handshake handshake;
    private boolean connected;

    SimSocketChannel(SimProvider provider, Node node) {
        super(provider);
        this.node = node;
        fabric = provider.fabric();
        fabric.opened(this);
    }

    /** An accepted one. */
    SimSocketChannel(SimProvider provider, TcpEnd end) {
        this(provider, end.node());
        this.end = end;
        connected = true;
    }

    // ---- connecting

    @Override
    public SocketChannel bind(@Nullable SocketAddress address) throws IOException {
        ensureOpen();
        if (handshake != null) {
            throw new ConnectionPendingException();
        }
        if (taken != null || end != null) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress wanted = address == null ? new InetSocketAddress(0) : SimChannel.checked(address);
        taken = node.streams().take(wanted.getAddress(), wanted.getPort(), this);
        return this;
    }

    @Override
    public boolean connect(SocketAddress remote) throws IOException {
        ensureOpen();
        if (connected) {
            throw new AlreadyConnectedException();
        }
        if (handshake != null) {
            throw new ConnectionPendingException();
        }
        InetSocketAddress target = SimChannel.checked(remote);
        if (isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        InetSocketAddress bound = taken;
        if (bound == null) {
            InetSocketAddress any = Fabric.source(node, target, 0);
            bound = node.streams().take(any.getAddress(), 0, this);
            taken = bound;
        }
        InetSocketAddress local =
                bound.getAddress().isAnyLocalAddress() ? Fabric.source(node, target, bound.getPort()) : bound;
        var made = new TcpEnd(node, local, target);
        end = made;
        handshake = new Handshake(made, target);
        return false;
    }

    @Override
    public boolean finishConnect() throws IOException {
        ensureOpen();
        if (connected) {
            return true;
        }
        if (handshake == null) {
            throw new NoConnectionPendingException();
        }
        if (!handshake.isOver()) {
            return false;
        }
        try {
            handshake.check();
            Objects.requireNonNull(end).check();
        } catch (IOException e) {
            close();
            throw e;
        }
        handshake = null;
        connected = true;
        return true;
    }

    @Override
    public boolean isConnected() {
        return connected;
    }

    @Override
    public boolean isConnectionPending() {
        return handshake != null;
    }

    // ---- transferring

    @Override
    public int ready() {
        if (handshake != null) {
            return handshake.isOver() ? SelectionKey.OP_CONNECT : 0;
        }
        TcpEnd open = end;
        if (open == null) {
            return 0;
        }
        return (open.isReadable() ? SelectionKey.OP_READ : 0) | (open.isWritable() ? SelectionKey.OP_WRITE : 0);
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        TcpEnd open = connectedEnd();
        return open.read(target);
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, targets.length);
        TcpEnd open = connectedEnd();
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            if (targets[i].hasRemaining()) {
                int count = open.read(targets[i]);
                if (count < 0) {
                    return total == 0 ? -1 : total;
                }
                total += count;
                if (targets[i].hasRemaining()) {
                    break;
                }
            }
        }
        return total;
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        TcpEnd open = connectedEnd();
        return open.write(source);
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, sources.length);
        TcpEnd open = connectedEnd();
        long total = 0;
        for (int i = offset; i < offset + length; i++) {
            total += open.write(sources[i]);
            if (sources[i].hasRemaining()) {
                break;
            }
        }
        return total;
    }

    @Override
    public SocketChannel shutdownInput() throws IOException {
        connectedEnd().shutdownInput();
        return this;
    }

    @Override
    public SocketChannel shutdownOutput() throws IOException {
        connectedEnd().shutdownOutput();
        return this;
    }

    private TcpEnd connectedEnd() throws IOException {
        ensureOpen();
        TcpEnd open = end;
        if (!connected || open == null) {
            throw new NotYetConnectedException();
        }
        if (isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return open;
    }

    // ---- about it

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        ensureOpen();
        TcpEnd open = end;
        return open != null ? open.local() : taken;
    }

    @Override
    public @Nullable SocketAddress getRemoteAddress() throws IOException {
        ensureOpen();
        TcpEnd open = end;
        return connected && open != null ? open.remote() : null;
    }

    @Override
    public <T> SocketChannel setOption(SocketOption<T> option, T value) throws IOException {
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
    public Socket socket() {
        throw SimChannel.noSocket();
    }

    @Override
    protected void implCloseSelectableChannel() {
        fabric.closed(this);
        if (taken != null) {
            node.streams().release(taken, this);
        }
        if (handshake != null) {
            handshake.abandon();
        }
        if (end != null) {
            end.close(options.lingersNot() || handshake != null);
        }
    }

    @Override
    protected void implConfigureBlocking(boolean block) {}

    private void ensureOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    @Override
    public String toString() {
        String state = !isOpen() ? "closed, " : handshake != null ? "connecting, " : "";
        return "SimSocket[" + state + (end != null ? end : node + ", unconnected") + "]";
    }
}
