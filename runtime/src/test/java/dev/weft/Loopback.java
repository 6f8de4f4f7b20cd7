package dev.weft;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** A TCP connection of this process with itself: two non-blocking ends. */
final class Loopback implements AutoCloseable {
    final SocketChannel near;
    final SocketChannel far;

    private Loopback(SocketChannel near, SocketChannel far) {
        this.near = near;
        this.far = far;
    }

    static Loopback open() throws IOException {
        try (var listener = listener(false)) {
            SocketChannel near = SocketChannel.open(listener.getLocalAddress());
            SocketChannel far = listener.accept();
            near.configureBlocking(false);
            far.configureBlocking(false);
            return new Loopback(near, far);
        }
    }

    /** With buffers so small that little fits in between. */
    static Loopback openNarrow() throws IOException {
        try (var listener = listener(false)) {
            listener.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
            SocketChannel near = SocketChannel.open();
            near.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
            near.connect(listener.getLocalAddress());
            SocketChannel far = listener.accept();
            near.configureBlocking(false);
            far.configureBlocking(false);
            return new Loopback(near, far);
        }
    }

    /** A listening channel at a free port. */
    static ServerSocketChannel listener(boolean forLoop) throws IOException {
        var listener = ServerSocketChannel.open();
        listener.configureBlocking(!forLoop);
        return listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    }

    @Override
    public void close() throws IOException {
        near.close();
        far.close();
    }
}
