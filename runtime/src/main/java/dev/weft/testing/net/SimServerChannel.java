package dev.weft.testing.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.nio.channels.AlreadyBoundException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.IllegalBlockingModeException;
import java.nio.channels.NotYetBoundException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Listens at a port of a host. */
final class SimServerChannel extends ServerSocketChannel implements SimChannel {
    private static final int USUAL_BACKLOG = 50;

    private final Node node;
    private final Fabric fabric;
    private final Options options = Options.ofServer();
    private final ArrayDeque<TcpEnd> waiting = new ArrayDeque<>();
    private @Nullable InetSocketAddress local;
    private int backlog;

    SimServerChannel(SimProvider provider, Node node) {
        super(provider);
        this.node = node;
        fabric = provider.fabric();
        fabric.opened(this);
    }

    @Override
    public ServerSocketChannel bind(@Nullable SocketAddress address, int backlog) throws IOException {
        ensureOpen();
        if (local != null) {
            throw new AlreadyBoundException();
        }
        InetSocketAddress wanted = address == null ? new InetSocketAddress(0) : SimChannel.checked(address);
        local = node.streams().take(wanted.getAddress(), wanted.getPort(), this);
        this.backlog = backlog > 0 ? backlog : USUAL_BACKLOG;
        return this;
    }

    /** Whether no more connections fit in the queue: the client asks again. */
    boolean isFull() {
        return waiting.size() > backlog; // one more than asked for, as in Linux
    }

    void arrived(TcpEnd end) {
        waiting.addLast(end);
    }

    @Override
    public @Nullable SocketChannel accept() throws IOException {
        ensureOpen();
        if (local == null) {
            throw new NotYetBoundException();
        }
        TcpEnd end = waiting.pollFirst();
        if (end != null) {
            return fabric.channel(end);
        }
        if (isBlocking()) {
            throw new IllegalBlockingModeException();
        }
        return null;
    }

    @Override
    public int ready() {
        return waiting.isEmpty() ? 0 : SelectionKey.OP_ACCEPT;
    }

    @Override
    public @Nullable SocketAddress getLocalAddress() throws IOException {
        ensureOpen();
        return local;
    }

    @Override
    public <T> ServerSocketChannel setOption(SocketOption<T> option, T value) throws IOException {
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
    public ServerSocket socket() {
        throw SimChannel.noSocket();
    }

    @Override
    protected void implCloseSelectableChannel() {
        fabric.closed(this);
        if (local != null) {
            node.streams().release(local, this);
        }
        waiting.forEach(end -> end.close(true));
        waiting.clear();
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
        return "SimServer[" + node + ", " + (isOpen() ? local == null ? "unbound" : "at " + local : "closed") + "]";
    }
}
