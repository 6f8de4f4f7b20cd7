package dev.weft.testing;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** Connections by the loop's own calls, for tests of {@link SimNet}. */
final class SimSockets {
    private SimSockets() {}

    static ServerSocketChannel listen(SimHost host, int port) throws IOException {
        return listen(host, port, 0);
    }

    static ServerSocketChannel listen(SimHost host, int port, int backlog) throws IOException {
        return host.run(() -> {
            ServerSocketChannel channel =
                    Asyncio.getRunningLoop().selectorProvider().openServerSocketChannel();
            boolean done = false;
            try {
                channel.configureBlocking(false);
                channel.bind(new InetSocketAddress(port), backlog);
                done = true;
                return channel;
            } finally {
                if (!done) {
                    channel.close();
                }
            }
        });
    }

    @Suspends
    static SocketChannel connect(SimHost host, InetSocketAddress target) throws IOException {
        return host.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            SocketChannel channel = loop.selectorProvider().openSocketChannel();
            boolean done = false;
            try {
                channel.configureBlocking(false);
                loop.sockConnect(channel, target);
                done = true;
                return channel;
            } finally {
                if (!done) {
                    channel.close();
                }
            }
        });
    }

    @Suspends
    static void send(SocketChannel channel, String text) throws IOException {
        Asyncio.getRunningLoop().sockSendAll(channel, text.getBytes(StandardCharsets.UTF_8));
    }

    @Suspends
    static String receive(SocketChannel channel) throws IOException {
        return new String(Asyncio.getRunningLoop().sockRecv(channel, 1_000), StandardCharsets.UTF_8);
    }

    @Suspends
    static byte[] receiveAll(SocketChannel channel, int n) throws IOException {
        ByteBuffer all = ByteBuffer.allocate(n);
        while (all.hasRemaining() && Asyncio.getRunningLoop().sockRecvInto(channel, all) > 0) {
            // until all is there, or the end
        }
        return all.array();
    }

    @Suspends
    static String receiveToTheEnd(SocketChannel channel) throws IOException {
        var text = new StringBuilder();
        for (String piece = receive(channel); !piece.isEmpty(); piece = receive(channel)) {
            text.append(piece);
        }
        return text.toString();
    }

    /** Closes before its time what a {@code try} is going to close. */
    static void close(Channel channel) throws IOException {
        channel.close();
    }
}
