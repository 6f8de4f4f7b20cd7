package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers that reset, close half of a connection, do not read, or close at the same time. The N in the comments are the fault plan's. */
@Timeout(30)
final class FaultyPeersTest {
    interface WithPeer {
        void run(DuplexEnd near, SocketChannel peer) throws Exception;
    }

    record DuplexEnd(Transport transport, RecordingProtocol protocol) {}

    private static void connected(WithPeer program) throws Exception {
        Asyncio.run(() -> {
            try (var listener =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                var endpoint = Net.createConnection(RecordingProtocol::new, "127.0.0.1", port);
                try (var peer = listener.accept()) {
                    program.run(new DuplexEnd(endpoint.transport(), endpoint.protocol()), peer);
                }
            }
        });
    }

    private static void reset(SocketChannel peer) throws IOException {
        peer.setOption(StandardSocketOptions.SO_LINGER, 0);
        peer.close();
    }

    // N4
    @Test
    void reset_whileReading_isLostWithAnError() throws Exception {
        connected((near, peer) -> {
            reset(peer);
            assertTrue(near.protocol().lost.await() instanceof IOException);
            assertEquals(List.of("made", "lost with ConnectionResetException"), near.protocol().trail);
        });
    }

    // N4
    @Test
    void reset_whileMuchIsBuffered_isLostWithAnError() throws Exception {
        connected((near, peer) -> {
            near.transport().write(ByteBuffer.allocate(10_000_000));
            reset(peer);
            assertTrue(near.protocol().lost.await() instanceof IOException);
            assertEquals("pause", near.protocol().trail.get(1));
            assertTrue(near.protocol().trail.getLast().startsWith("lost with"));
            assertEquals(3, near.protocol().trail.size());
        });
    }

    // N4
    @Test
    void reset_whileClosingWithMuchBuffered_isLostWithAnErrorOnce() throws Exception {
        connected((near, peer) -> {
            near.transport().write(ByteBuffer.allocate(10_000_000));
            near.transport().close();
            reset(peer);
            assertTrue(near.protocol().lost.await() instanceof IOException);
            assertEquals(3, near.protocol().trail.size(), near.protocol().trail::toString);
        });
    }

    // N4
    @Test
    void reset_afterOurHalfClose_isNoCleanEnd() throws Exception {
        connected((near, peer) -> {
            near.transport().writeEof();
            reset(peer);
            assertTrue(near.protocol().lost.await() instanceof IOException);
            assertTrue(!near.protocol().trail.contains("eof"), near.protocol().trail::toString);
        });
    }

    // N5
    @Test
    void halfClose_ofThePeer_stillGetsAllThatIsSentToIt() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                byte[] all = reader.readAll(); // up to the end
                                writer.write(all);
                                writer.drain();
                                writer.close();
                            },
                            "127.0.0.1",
                            0)
                    .serving()) {
                var client = Net.openConnection("127.0.0.1", serving.server().port());
                client.writer().write(new byte[1_000_000]);
                client.writer().writeEof();
                client.writer().writeEof(); // harmless
                assertEquals(1_000_000, client.reader().readAll().length);
                client.close();
            }
        });
    }

    // N6
    @Test
    void halfClose_ofOurs_receivesWhatThePeerStillSends() throws Exception {
        connected((near, peer) -> {
            near.transport().writeEof();
            assertThrows(IllegalStateException.class, () -> near.transport().write(ByteBuffer.allocate(1)));
            for (int i = 0; i < 20; i++) {
                peer.write(ByteBuffer.wrap("0123456789".getBytes(UTF_8)));
                Asyncio.yieldNow();
            }
            peer.shutdownOutput();
            assertNull(near.protocol().lost.await());
            assertEquals(200, near.protocol().received.length());
        });
    }

    // N7
    @Test
    void stalledPeer_writerIsFreedByATimeLimitAndOthersGoOn() throws Exception {
        Asyncio.run(() -> {
            try (var listener =
                    ServerSocketChannel.open().bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                var client = Net.openConnection("127.0.0.1", port);
                try (var _ = listener.accept()) {
                    int[] ticks = {0};
                    Task<?> other = Asyncio.createTask(() -> {
                        while (true) {
                            Asyncio.sleep(Asyncio.millis(1));
                            ticks[0]++;
                        }
                    });
                    client.writer().write(new byte[10_000_000]);
                    assertThrows(
                            TimeoutException.class,
                            () -> Asyncio.waitFor(() -> client.writer().drain(), Asyncio.millis(100)));
                    assertTrue(ticks[0] > 5, ticks[0] + " ticks");
                    other.cancel();
                    client.writer().transport().abort();
                }
            }
        });
    }

    // N3
    @Test
    void peerKilled_whileMuchIsWritten_writerHearsOfItEachTime() throws Exception {
        Asyncio.run(() -> {
            for (int i = 0; i < 5; i++) {
                var accepted = Asyncio.<StreamWriter>createFuture();
                try (var serving = Net.startServer((reader, writer) -> accepted.setResult(writer), "127.0.0.1", 0)
                        .serving()) {
                    // Connects by itself, and reads nothing.
                    String connect =
                            "exec 3<>/dev/tcp/127.0.0.1/" + serving.server().port() + "; read line";
                    var options = ProcessOptions.DEFAULT.stdin(Redirect.PIPE);
                    try (var child = Subprocess.exec(options, List.of("/bin/bash", "-c", connect))) {
                        StreamWriter writer = accepted.await();
                        writer.write(new byte[5_000_000]);
                        child.kill();
                        child.waitFor();
                        assertThrows(IOException.class, writer::drain);
                        assertThrows(IOException.class, writer::waitClosed);
                    }
                }
            }
        });
    }

    // N8
    @Test
    void slowReader_writerIsHeldAtTheHighWaterMark() throws Exception {
        connected((near, peer) -> {
            peer.configureBlocking(false);
            var loop = Asyncio.getRunningLoop();
            var chunk = ByteBuffer.allocate(16 * 1024);
            int most = 0;
            long offered = 0;
            long received = 0;
            while (received < 4_000_000) {
                while (offered < 4_000_000
                        && !"pause".equals(near.protocol().trail.getLast())) {
                    near.transport().write(chunk.clear());
                    offered += chunk.capacity();
                    most = Math.max(most, near.transport().getWriteBufferSize());
                }
                assertTrue(near.transport().getWriteBufferSize() <= 64 * 1024 + chunk.capacity());
                while ("pause".equals(near.protocol().trail.getLast())) {
                    received += loop.sockRecv(peer, 1024).length;
                }
                assertTrue(near.transport().getWriteBufferSize() <= 16 * 1024, "resumed at the low water mark");
                if (offered >= 4_000_000) {
                    received += loop.sockRecv(peer, 65_536).length;
                }
            }
            assertTrue(most > 64 * 1024, most + " bytes at most");
        });
    }

    // N15
    @Test
    void bothSidesCloseOrAbortAtOnce_eachIsLostOnce() throws Exception {
        Asyncio.run(() -> {
            var servers = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        var protocol = new RecordingProtocol();
                        servers.add(protocol);
                        return protocol;
                    },
                    "127.0.0.1",
                    0);
            try (var _ = server.serving()) {
                for (int i = 0; i < 300; i++) {
                    var near = Net.createConnection(RecordingProtocol::new, "127.0.0.1", server.port());
                    while (servers.size() <= i) {
                        Asyncio.yieldNow();
                    }
                    Transport far = servers.get(i).made.await();
                    if (i % 3 == 0) {
                        near.transport().write(ByteBuffer.allocate(10));
                    }
                    if (i % 2 == 0) {
                        near.transport().close();
                        far.abort();
                    } else {
                        far.close();
                        near.transport().close();
                        near.transport().abort();
                    }
                    near.protocol().lost.await();
                    servers.get(i).lost.await(); // a second time would be refused by the future
                }
            }
        });
    }

    // N20
    @Test
    void thousandPeers_closedAtOnce_eachIsLostOnceAndNothingIsLeft() throws Exception {
        Asyncio.run(() -> {
            long before = Descriptors.count();
            var accepted = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        accepted.add(new RecordingProtocol());
                        return accepted.getLast();
                    },
                    "127.0.0.1",
                    0);
            try (var _ = server.serving()) {
                var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), server.port());
                var peers = new ArrayList<SocketChannel>();
                while (peers.size() < 1000) {
                    peers.add(SocketChannel.open(address));
                    while (accepted.size() + 50 < peers.size()) { // the queue of the system is short
                        Asyncio.yieldNow();
                    }
                }
                while (accepted.size() < 1000) {
                    Asyncio.yieldNow();
                }
                for (SocketChannel peer : peers) {
                    peer.close();
                }
                for (RecordingProtocol protocol : accepted) {
                    assertNull(protocol.lost.await());
                    assertEquals(List.of("made", "eof", "lost"), protocol.trail);
                }
            }
            Asyncio.yieldNow(); // with a look at the channels, which are closed then
            Descriptors.assertNoMoreThan(before);
        });
    }
}
