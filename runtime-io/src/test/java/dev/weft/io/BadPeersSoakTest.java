package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.RunOptions;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.slf4j.event.Level;

/** Ten thousand connections from peers that behave badly; afterwards everything is as it was before. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
final class BadPeersSoakTest {
    private static final int CONNECTIONS = 10_000;
    private static final int AT_ONCE = 200;
    private static final int LIMIT = 4096;
    private static final byte[] ASK_FOR_MUCH = "much\n".getBytes(UTF_8);
    private static final byte[] MUCH = new byte[256 * 1024];
    private static final byte[] GARBAGE = new byte[3 * LIMIT];

    private final CountingSelectors selectors = new CountingSelectors();

    /** Ways to be a bad peer. The channel is connected and non-blocking, and closed in the end. */
    private enum Peer {
        CLOSES_AT_ONCE {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) {}
        },
        RESETS {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) throws IOException {
                loop.sockSendAll(channel, "hello\nhal".getBytes(UTF_8));
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        },
        HALF_CLOSES {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) throws IOException {
                loop.sockSendAll(channel, "hello\n".getBytes(UTF_8));
                channel.shutdownOutput();
                assertEquals("hello\n", new String(readAll(loop, channel), UTF_8));
            }
        },
        STALLS_WITH_AN_ANSWER_UNREAD {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) throws IOException {
                loop.sockSendAll(channel, ASK_FOR_MUCH);
                for (int i = 0; i < 10; i++) {
                    Asyncio.yieldNow();
                }
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        },
        SENDS_GARBAGE {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) throws IOException {
                try {
                    loop.sockSendAll(channel, GARBAGE);
                    readAll(loop, channel);
                } catch (IOException cutOff) {
                    // That is what it gets.
                }
            }
        },
        WRITES_SLOWLY {
            @Override
            @Suspends
            void behave(EventLoop loop, SocketChannel channel) throws IOException {
                for (byte b : "slow\n".getBytes(UTF_8)) {
                    loop.sockSendAll(channel, new byte[] {b});
                    Asyncio.yieldNow();
                }
                var answer = ByteBuffer.allocate(5);
                while (answer.hasRemaining()) {
                    assertTrue(loop.sockRecvInto(channel, answer) > 0);
                }
            }
        };

        @Suspends
        abstract void behave(EventLoop loop, SocketChannel channel) throws IOException;

        @Suspends
        private static byte[] readAll(EventLoop loop, SocketChannel channel) throws IOException {
            var all = new java.io.ByteArrayOutputStream();
            for (byte[] data = loop.sockRecv(channel, 65536); data.length > 0; data = loop.sockRecv(channel, 65536)) {
                all.writeBytes(data);
            }
            return all.toByteArray();
        }
    }

    @Suspends
    private static void connect(int port, Peer peer) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        try (var channel = SocketChannel.open()) {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 4096); // much is too much for it
            loop.sockConnect(channel, new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            peer.behave(loop, channel);
        }
    }

    @Suspends
    private static void connectAll(int port, int count) {
        int[] begun = {0};
        var workers = new ArrayList<Task<Void>>();
        for (int i = 0; i < AT_ONCE; i++) {
            workers.add(Asyncio.createTask(() -> {
                while (begun[0] < count) {
                    connect(port, Peer.values()[begun[0]++ % Peer.values().length]);
                }
            }));
        }
        for (Task<Void> worker : workers) {
            worker.await();
        }
    }

    /** What a leak would add to. */
    private record Census(int descriptors, int threads, int keys, int tasks) {
        boolean within(Census other) {
            return descriptors <= other.descriptors
                    && threads <= other.threads
                    && keys <= other.keys
                    && tasks <= other.tasks;
        }
    }

    private Census census() {
        String[] open = new File("/proc/self/fd").list();
        return new Census(
                open == null ? 0 : open.length,
                Thread.getAllStackTraces().size(),
                selectors.keys(),
                Asyncio.allTasks().size());
    }

    /** What is served, and who counts what was. */
    @FunctionalInterface
    private interface Serve {
        @Suspends
        Server start() throws IOException;
    }

    private List<String> soak(Serve serve) throws Exception {
        try (var log = new LogCapture()) {
            var options = RunOptions.DEFAULT.loopFactory(
                    () -> EventLoop.builder().selectorProvider(selectors).build());
            Asyncio.run(options, () -> {
                Server server = serve.start();
                // What is made once, and kept, is made now.
                connectAll(server.port(), 2 * AT_ONCE);
                settle(server);
                Census before = census();
                connectAll(server.port(), CONNECTIONS);
                settle(server);
                Census after = census();
                for (int i = 0; i < 1000 && !after.within(before); i++) {
                    Asyncio.sleep(Asyncio.millis(10)); // threads of the JDK end when they have been idle
                    after = census();
                }
                assertTrue(after.within(before), "before: " + before + ", after: " + after);
                server.close();
                server.waitClosed();
            });
            return log.events().stream()
                    .filter(event -> event.level() == Level.WARN || event.level() == Level.ERROR)
                    .map(LogCapture.Event::message)
                    .toList();
        }
    }

    /** Until the server has seen the end of each connection. */
    @Suspends
    private static void settle(Server server) {
        while (!server.toString().endsWith(", 0 connections]")) {
            Asyncio.yieldNow();
        }
        Asyncio.yieldNow();
    }

    @Test
    void startServer_badPeers_leaveNothingBehind() throws Exception {
        int[] served = {0};
        int[] ended = {0};
        var failures = new java.util.TreeMap<String, Integer>();
        List<String> logged = soak(() -> Net.startServer(
                (reader, writer) -> {
                    served[0]++;
                    try (writer) {
                        for (byte[] line = reader.readLine(); line.length > 0; line = reader.readLine()) {
                            writer.write(line.length == ASK_FOR_MUCH.length && line[0] == 'm' ? MUCH : line);
                            writer.drain();
                        }
                    } catch (IOException e) {
                        failures.merge(e.getClass().getSimpleName(), 1, Integer::sum);
                        writer.transport().abort();
                    } finally {
                        ended[0]++;
                    }
                },
                "127.0.0.1",
                0,
                ServerOptions.DEFAULT.limit(LIMIT)));
        int all = CONNECTIONS + 2 * AT_ONCE;
        assertEquals(served[0], ended[0]);
        // Who resets at once may be gone before it is accepted.
        assertTrue(served[0] <= all && served[0] >= all * 5 / 6, "served " + served[0]);
        assertTrue(failures.getOrDefault("LimitOverrunException", 0) >= CONNECTIONS / 6, failures::toString);
        assertTrue(failures.getOrDefault("ConnectionResetException", 0) >= CONNECTIONS / 6, failures::toString);
        assertEquals(List.of(), logged);
    }

    /** A protocol that checks the order of what it is told. */
    private static final class LineEcho implements Protocol {
        private static int made;
        private static int lost;

        private final StringBuilder line = new StringBuilder();
        private @Nullable Transport transport;
        private boolean over;

        @Override
        public void connectionMade(BaseTransport connection) {
            assertEquals(null, transport);
            transport = (Transport) connection;
            made++;
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            assertTrue(transport != null && !over);
            while (data.hasRemaining()) {
                char c = (char) data.get();
                line.append(c);
                if (c == '\n') {
                    transport.write(
                            line.charAt(0) == 'm' ? MUCH : line.toString().getBytes(UTF_8));
                    line.setLength(0);
                } else if (line.length() > LIMIT) {
                    transport.abort();
                    return;
                }
            }
        }

        @Override
        public boolean eofReceived() {
            assertTrue(!over);
            return false; // closes once everything is sent
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            assertTrue(transport != null && !over);
            over = true;
            lost++;
        }
    }

    @Test
    void createServer_badPeers_leaveNothingBehind() throws Exception {
        LineEcho.made = 0;
        LineEcho.lost = 0;
        List<String> logged = soak(() -> Net.createServer(LineEcho::new, "127.0.0.1", 0));
        int all = CONNECTIONS + 2 * AT_ONCE;
        assertEquals(LineEcho.made, LineEcho.lost);
        assertTrue(LineEcho.made <= all && LineEcho.made >= all * 5 / 6, "made " + LineEcho.made);
        assertEquals(List.of(), logged);
    }
}
