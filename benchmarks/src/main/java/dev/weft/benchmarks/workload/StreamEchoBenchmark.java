package dev.weft.benchmarks.workload;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import dev.weft.benchmarks.peer.NioEcho;
import dev.weft.io.BaseTransport;
import dev.weft.io.Net;
import dev.weft.io.Protocol;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What it costs to send 64 bytes to an echo server and get them back, one round on each connection. The client is the same for all servers,
 * plain channels in the benchmark's thread; the server has a thread of its own, so a figure for one connection is a time of travel, and one
 * for many connections is a throughput.
 */
public class StreamEchoBenchmark extends Workload {
    private static final int ROUNDS = 100;
    private static final int SIZE = 64;

    /** What serves. */
    private enum Kind {
        STREAMS,
        PROTOCOLS,
        NIO
    }

    /** How many connections. */
    @Param({"1", "50"})
    public int connections = 1;

    private final ByteBuffer message = ByteBuffer.allocateDirect(SIZE);
    private final ByteBuffer answer = ByteBuffer.allocateDirect(SIZE);
    private final List<SocketChannel> channels = new ArrayList<>();
    private @Nullable Selector selector;
    private Runnable stop = () -> {};
    private @Nullable Thread thread;

    /** For JMH. */
    public StreamEchoBenchmark() {}

    /**
     * A task for each connection, over streams.
     *
     * @throws Exception if a connection breaks
     */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void weft() throws Exception {
        rounds(Kind.STREAMS);
    }

    /**
     * A protocol for each connection.
     *
     * @throws Exception if a connection breaks
     */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void weftProtocol() throws Exception {
        rounds(Kind.PROTOCOLS);
    }

    /**
     * A selector and nothing else.
     *
     * @throws Exception if a connection breaks
     */
    @Benchmark
    @OperationsPerInvocation(ROUNDS)
    public void nio() throws Exception {
        rounds(Kind.NIO);
    }

    /** One round after the other, each on all connections. */
    private void rounds(Kind kind) throws Exception {
        if (selector == null) {
            start(kind);
        }
        Selector open = Objects.requireNonNull(selector);
        for (int i = 0; i < ROUNDS; i++) {
            for (SocketChannel channel : channels) {
                message.clear();
                channel.write(message);
            }
            var left = new int[] {SIZE * connections};
            while (left[0] > 0) {
                open.select(key -> left[0] -= read(key));
            }
        }
    }

    private int read(SelectionKey key) {
        try {
            answer.clear();
            return ((SocketChannel) key.channel()).read(answer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void start(Kind kind) throws IOException, InterruptedException {
        int port = kind == Kind.NIO ? startNio() : startWeft(kind);
        selector = Selector.open();
        for (int i = 0; i < connections; i++) {
            var channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            channels.add(channel);
        }
    }

    private int startNio() throws IOException {
        var echo = new NioEcho();
        thread = Thread.ofPlatform().start(echo::run);
        stop = () -> {
            try {
                echo.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
        return echo.port();
    }

    private int startWeft(Kind kind) throws InterruptedException {
        var port = new int[1];
        var started = new CountDownLatch(1);
        thread = Thread.ofPlatform().start(() -> {
            try {
                Asyncio.run(() -> {
                    var loop = Asyncio.getRunningLoop();
                    Server server = kind == Kind.STREAMS
                            ? Net.startServer(StreamEchoBenchmark::echo, "127.0.0.1", 0)
                            : Net.createServer(EchoProtocol::new, "127.0.0.1", 0);
                    stop = () -> loop.callSoonThreadsafe(() -> {
                        server.close();
                        server.abortClients();
                    });
                    port[0] = server.port();
                    started.countDown();
                    server.waitClosed();
                });
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        started.await();
        return port[0];
    }

    @Suspends
    private static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(4096); data.length > 0; data = reader.read(4096)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    private static final class EchoProtocol implements Protocol {
        private @Nullable Transport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (Transport) made;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            if (transport != null) {
                transport.write(data);
            }
        }
    }

    /**
     * Disconnects and ends the server.
     *
     * @throws Exception if that fails
     */
    @TearDown(Level.Trial)
    public void end() throws Exception {
        for (SocketChannel channel : channels) {
            channel.close();
        }
        stop.run();
        if (thread != null) {
            thread.join();
        }
        if (selector != null) {
            selector.close();
        }
    }
}
