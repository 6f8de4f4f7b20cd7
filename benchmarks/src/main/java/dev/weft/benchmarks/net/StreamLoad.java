package dev.weft.benchmarks.net;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Loads a server from one thread: each connection has so many requests under way, and sends another one for each answer. All requests are
 * the same bytes, and all answers are of one length, so that nothing needs to be parsed.
 */
final class StreamLoad implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    private final int port;
    private final byte[] request;
    private final int answer;
    private final List<Connection> open = new ArrayList<>();

    private StreamLoad(int port, byte[] request, int answer) {
        this.port = port;
        this.request = request;
        this.answer = answer;
    }

    /** An echo server, sent so many bytes at a time. */
    static StreamLoad echo(int port, int size) {
        return new StreamLoad(port, new byte[size], size);
    }

    /** An HTTP server, asked for {@code /}. How long its answers are it shows by one. */
    static StreamLoad http(int port) throws IOException {
        byte[] request = ("GET / HTTP/1.1\r\nHost: localhost:" + port + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII);
        try (var socket = new java.net.Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream().write(request);
            var head = new StringBuilder();
            while (head.indexOf("\r\n\r\n") < 0) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    throw new IOException("the server ended in the middle of: " + head);
                }
                head.append((char) next);
            }
            String lower = head.toString().toLowerCase(Locale.ROOT);
            int at = lower.indexOf("content-length:");
            if (at < 0) {
                throw new IOException("an answer without a length cannot be counted: " + head);
            }
            int body = Integer.parseInt(
                    lower.substring(at + 15, lower.indexOf('\r', at)).strip());
            return new StreamLoad(port, request, head.length() + body);
        }
    }

    private final class Connection {
        private final SocketChannel channel;
        private final SelectionKey key;

        /** As many requests as may be under way. */
        private final ByteBuffer requests;

        private long unsent;
        private int answered;

        Connection(Selector selector, int depth) throws IOException {
            channel = SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
            channel.configureBlocking(false);
            key = channel.register(selector, SelectionKey.OP_READ, this);
            requests = ByteBuffer.allocateDirect(request.length * depth);
            for (int i = 0; i < depth; i++) {
                requests.put(request);
            }
            unsent = requests.capacity();
        }

        /** How many answers came. */
        int proceed(ByteBuffer buffer) throws IOException {
            int answers = 0;
            if (key.isReadable()) {
                int length = channel.read(buffer.clear());
                if (length < 0) {
                    throw new IOException("the server has closed the connection");
                }
                answered += length;
                answers = answered / answer;
                answered %= answer;
                unsent += (long) answers * request.length;
            }
            send();
            return answers;
        }

        void send() throws IOException {
            while (unsent > 0) {
                // Requests are all the same, so that it only matters where in one of them the last write has ended.
                long whole = requests.capacity();
                int begin = (int) ((whole - unsent % request.length) % request.length);
                int length = (int) Math.min(unsent, whole - begin);
                int sent = channel.write(requests.limit(begin + length).position(begin));
                unsent -= sent;
                if (sent < length) {
                    break;
                }
            }
            int interest = unsent > 0 ? SelectionKey.OP_READ | SelectionKey.OP_WRITE : SelectionKey.OP_READ;
            if (key.interestOps() != interest) {
                key.interestOps(interest);
            }
        }
    }

    /**
     * Loads the server for some time, a fifth of which does not count. The connections stay open, so that closing them is not in the
     * figures.
     *
     * @param counting told when what comes begins to count
     * @return what was reached
     */
    Reached run(int connections, int depth, long millis, Runnable counting) throws IOException {
        try (Selector selector = Selector.open()) {
            for (int i = 0; i < connections; i++) {
                open.add(new Connection(selector, depth));
            }
            for (Connection connection : open) {
                connection.send();
            }
            var buffer = ByteBuffer.allocateDirect(BUFFER);
            var answers = new long[1];
            long began = System.nanoTime();
            long counted = began + millis * 200_000;
            long end = began + millis * 1_000_000;
            long before = -1;
            long now = began;
            while (now < end) {
                if (before < 0 && now >= counted) {
                    before = answers[0];
                    counted = now;
                    counting.run();
                }
                if (selector.select(key -> answers[0] += proceed(key, buffer), 1000) == 0) {
                    throw new IOException("no answer for a second");
                }
                now = System.nanoTime();
            }
            long reached = answers[0] - before;
            return new Reached(reached * 1e9 / (now - counted), reached);
        }
    }

    @Override
    public void close() throws IOException {
        for (Connection connection : open) {
            connection.channel.close();
        }
    }

    private static int proceed(SelectionKey key, ByteBuffer buffer) {
        try {
            return ((Connection) key.attachment()).proceed(buffer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
