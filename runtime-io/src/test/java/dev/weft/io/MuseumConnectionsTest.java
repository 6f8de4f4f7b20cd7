package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.Task;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Bugs that other runtimes had with connections: accepting, connecting, writing and closing them. */
@Timeout(30)
final class MuseumConnectionsTest {
    private static final String HOST = "127.0.0.1";

    // asyncio gh-127529, trio #609
    @Test
    void museum79_clientsResetBeforeTheyAreAccepted_nextOneIsServed() throws Exception {
        Asyncio.run(() -> {
            var reports = new ArrayList<Object>();
            Asyncio.getRunningLoop().setExceptionHandler((loop, report) -> reports.add(report));
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                try {
                                    writer.write(reader.readLine());
                                    writer.drain();
                                } catch (ConnectionResetException e) {
                                    // what this is about
                                }
                                writer.close();
                            },
                            HOST,
                            0)
                    .serving()) {
                for (int i = 0; i < 50; i++) {
                    var client = SocketChannel.open(loopback(serving.server().port()));
                    client.setOption(StandardSocketOptions.SO_LINGER, 0);
                    client.close();
                }
                var last = Net.openConnection(HOST, serving.server().port());
                last.writer().write("here\n".getBytes(UTF_8));
                assertEquals("here\n", new String(last.reader().readLine(), UTF_8));
                last.close();
            }
            assertEquals(List.of(), reports);
        });
    }

    // Tornado 4.0.2
    @Test
    void museum80_manyClientsInTheQueue_othersGetTheirTurnInBetween() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            var trail = new ArrayList<String>();
            ServerOptions options = ServerOptions.DEFAULT.backlog(10).startServing(false);
            var clients = new ArrayList<SocketChannel>();
            Server server = Net.createServer(
                    () -> {
                        trail.add("accepted");
                        return new RecordingProtocol();
                    },
                    listening(200),
                    options);
            try (var _ = server.serving()) {
                for (int i = 0; i < 100; i++) {
                    clients.add(SocketChannel.open(loopback(server.port())));
                }
                server.startServing();
                for (int i = 0; i < 10; i++) {
                    loop.callSoon(() -> trail.add("other"));
                    Asyncio.yieldNow();
                }
                int most = 0;
                int inARow = 0;
                for (String entry : trail) {
                    inARow = entry.equals("accepted") ? inARow + 1 : 0;
                    most = Math.max(most, inARow);
                }
                assertTrue(most > 1 && most <= 11, most + " in a row: " + trail);
                for (SocketChannel client : clients) {
                    client.close();
                }
            }
        });
    }

    // uvloop #740, trio #661
    @Test
    void museum83_closedTwiceWhileOthersOpen_hitsNobodyElse() throws Exception {
        Asyncio.run(() -> {
            try (var serving = echo().serving()) {
                for (int i = 0; i < 30; i++) {
                    var first = Net.openConnection(HOST, serving.server().port());
                    var cancelled = Asyncio.createTask(
                            () -> Net.openConnection(HOST, serving.server().port()));
                    Asyncio.yieldNow();
                    cancelled.cancel();
                    first.writer().transport().abort();
                    var second = Net.openConnection(HOST, serving.server().port()); // takes the descriptor
                    first.writer().transport().abort();
                    first.close();
                    first.close();
                    Task<?> one = Asyncio.createTask(() -> {
                        second.writer().write(new byte[1_000]);
                        second.writer().drain();
                    });
                    Task<?> two = Asyncio.createTask(() -> {
                        second.writer().write(new byte[500]);
                        second.writer().drain();
                    });
                    assertEquals(1_500, second.reader().readExactly(1_500).length);
                    one.await();
                    two.await();
                    second.close();
                }
            }
        });
    }

    // asyncio gh-153133; trio #247, #809
    @Test
    void museum84_connectsThatFailOrAreCancelled_leaveNoSocket() throws Exception {
        Asyncio.run(() -> {
            int closedPort;
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                closedPort = ((InetSocketAddress) listener.getLocalAddress()).getPort();
            }
            connectInVain(closedPort, 20);
            int before = Leaks.descriptors();
            connectInVain(closedPort, 400);
            assertTrue(Leaks.descriptors() <= before + 3, Leaks.descriptors() + " descriptors, before " + before);
        });
    }

    private static void connectInVain(int port, int count) {
        var random = new Random(1);
        for (int i = 0; i < count; i++) {
            Task<Streams> connecting = Asyncio.createTask(() -> Net.openConnection(HOST, port));
            if (i % 2 == 0) {
                for (int ticks = random.nextInt(4); ticks > 0; ticks--) {
                    Asyncio.yieldNow();
                }
                connecting.cancel();
            }
            assertThrows(Throwable.class, connecting::await);
        }
    }

    // asyncio gh-155941, gh-113538
    @Test
    void museum85_handlerThrowsOrIsCancelled_connectionIsClosedAndTheServerEnds() throws Exception {
        Asyncio.run(() -> {
            var reports = new ArrayList<String>();
            Asyncio.getRunningLoop().setExceptionHandler((loop, report) -> reports.add(report.message()));
            var handlers = new ArrayList<Task<?>>();
            Server server = Net.startServer(
                    (reader, writer) -> {
                        handlers.add(Asyncio.currentTask());
                        if (handlers.size() == 1) {
                            throw new IOException("at once");
                        }
                        reader.readAll();
                    },
                    HOST,
                    0);
            var first = Net.openConnection(HOST, server.port());
            assertEquals(0, first.reader().readAll().length);
            var second = Net.openConnection(HOST, server.port());
            while (handlers.size() < 2) {
                Asyncio.yieldNow();
            }
            handlers.get(1).cancel();
            assertEquals(0, second.reader().readAll().length);
            first.close();
            second.close();
            server.close();
            server.waitClosed();
            assertEquals(List.of("stream handler failed"), reports);
        });
    }

    // asyncio gh-79033, gh-123720
    @Test
    void museum86_closedWithIdleClients_waitsForThemAndNoLonger() throws Exception {
        Asyncio.run(() -> {
            Server server = Net.startServer((reader, writer) -> reader.readAll(), HOST, 0);
            var clients = new ArrayList<Streams>();
            for (int i = 0; i < 20; i++) {
                clients.add(Net.openConnection(HOST, server.port()));
            }
            while (!server.toString().contains("20 connections")) {
                Asyncio.yieldNow();
            }
            server.close();
            Task<?> closed = Asyncio.createTask(() -> server.waitClosed());
            Asyncio.yieldNow();
            Asyncio.yieldNow();
            assertTrue(!closed.done(), "returned early");
            server.closeClients();
            closed.await();
            for (Streams client : clients) {
                client.close();
            }
        });
    }

    // Netty f4c18c6e74
    @Test
    void museum88_manyPeersGoAtOnce_eachIsLostOnce() throws Exception {
        Asyncio.run(() -> {
            var protocols = new ArrayList<RecordingProtocol>();
            Server server = Net.createServer(
                    () -> {
                        var protocol = new RecordingProtocol();
                        protocols.add(protocol);
                        return protocol;
                    },
                    HOST,
                    0);
            try (var _ = server.serving()) {
                var clients = new ArrayList<SocketChannel>();
                for (int i = 0; i < 90; i++) {
                    clients.add(SocketChannel.open(loopback(server.port())));
                }
                while (protocols.size() < 90) {
                    Asyncio.yieldNow();
                }
                for (RecordingProtocol protocol : protocols) {
                    protocol.made.await();
                }
                for (SocketChannel client : clients) {
                    client.close();
                }
                for (RecordingProtocol protocol : protocols) {
                    assertNull(protocol.lost.await());
                    assertEquals(List.of("made", "eof", "lost"), protocol.trail);
                }
            }
        });
    }

    // CVE-2024-12254
    @Test
    void museum92_writeLinesToAPeerThatDoesNotRead_pausesTheWriter() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                var client = Net.openConnection(HOST, ((InetSocketAddress) listener.getLocalAddress()).getPort());
                Task<?> writing = Asyncio.createTask(() -> {
                    var pieces = List.of(new byte[1_000], new byte[1_000]);
                    for (int i = 0; i < 100_000; i++) {
                        client.writer().writeLines(pieces);
                        client.writer().drain();
                    }
                });
                for (int i = 0; i < 20; i++) {
                    Asyncio.sleep(Asyncio.millis(1));
                    int high =
                            client.writer().transport().getWriteBufferLimits().high();
                    assertTrue(client.writer().transport().getWriteBufferSize() <= high + 2_000);
                }
                assertTrue(!writing.done());
                writing.cancel();
                client.writer().transport().abort();
            }
        });
    }

    // asyncio gh-103462, gh-115514
    @Test
    void museum93_manyPiecesAndCloseRightAfter_allArriveInOrder() throws Exception {
        Asyncio.run(() -> {
            var random = new Random(3);
            var sent = new byte[2_000_000];
            random.nextBytes(sent);
            try (var listener = ServerSocketChannel.open()) {
                listener.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                listener.bind(loopback(0));
                var channel = SocketChannel.open();
                channel.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                channel.connect(listener.getLocalAddress());
                var peer = listener.accept();
                channel.configureBlocking(false);
                var endpoint = Net.createConnection(RecordingProtocol::new, channel, ConnectOptions.DEFAULT);
                var pieces = new ArrayList<ByteBuffer>();
                for (int from = 0; from < sent.length; from += 200) {
                    pieces.add(ByteBuffer.wrap(sent, from, 200));
                }
                endpoint.transport().writeLines(pieces.subList(0, 5_000));
                pieces.subList(5_000, 10_000).forEach(endpoint.transport()::write);
                endpoint.transport().close();
                byte[] received =
                        Asyncio.toThread(() -> peer.socket().getInputStream().readAllBytes());
                assertArrayEquals(sent, received);
                assertNull(endpoint.protocol().lost.await());
                peer.close();
            }
        });
    }

    // asyncio gh-155888, Netty f3a2c22738
    @Test
    void museum94_emptyPiecesAndEmptyFileRegions_complete(@TempDir Path folder) throws Exception {
        Asyncio.run(() -> {
            try (var serving = echo().serving()) {
                var client = Net.openConnection(HOST, serving.server().port());
                client.writer().writeLines(List.of(new byte[0], "x".getBytes(UTF_8), new byte[0]));
                client.writer().writeLines(List.of(new byte[0]));
                client.writer().write(new byte[0]);
                client.writer().drain();
                try (var file = FileChannel.open(Files.write(folder.resolve("file"), new byte[10]))) {
                    assertEquals(0, Net.sendFile(client.writer().transport(), file, 10, 5, true));
                    assertEquals(0, Net.sendFile(client.writer().transport(), file, 20, 5, true));
                }
                client.writer().writeEof();
                assertEquals("x", new String(client.reader().readAll(), UTF_8));
                client.close();
            }
        });
    }

    // asyncio bpo-25441, bpo-36801, gh-74116
    @Test
    void museum95_tenTasksDrainAsThePeerResets_allHearOfIt() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                var client = Net.openConnection(HOST, ((InetSocketAddress) listener.getLocalAddress()).getPort());
                var peer = listener.accept();
                client.writer().write(new byte[10_000_000]);
                var draining = new ArrayList<Task<?>>();
                for (int i = 0; i < 10; i++) {
                    draining.add(Asyncio.createTask(() -> client.writer().drain()));
                }
                Asyncio.yieldNow();
                peer.setOption(StandardSocketOptions.SO_LINGER, 0);
                peer.close();
                for (Task<?> task : draining) {
                    assertThrows(IOException.class, task::await);
                }
                client.close();
            }
        });
    }

    // asyncio gh-156512; uvloop #498; Netty #5028, #1630, #3367
    @Test
    void museum96_resumeWritingWritesElsewhereAndCloses_lifeIsInOrder() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                var other = Net.createConnection(RecordingProtocol::new, HOST, port);
                var otherPeer = listener.accept();
                var endpoint = Net.createConnection(
                        () -> new RecordingProtocol() {
                            @Override
                            public void resumeWriting() {
                                super.resumeWriting();
                                other.transport().write(ByteBuffer.allocate(10));
                                made.result().write(ByteBuffer.allocate(5));
                                made.result().close();
                                made.result().abort();
                                other.transport().close();
                            }
                        },
                        HOST,
                        port);
                var peer = listener.accept();
                endpoint.transport().write(ByteBuffer.allocate(10_000_000));
                Asyncio.toThread(() -> {
                    try {
                        peer.socket().getInputStream().readAllBytes();
                    } catch (IOException e) {
                        // aborted
                    }
                });
                endpoint.protocol().lost.await();
                assertEquals(List.of("made", "pause", "resume", "lost"), endpoint.protocol().trail);
                assertEquals(
                        10,
                        Asyncio.toThread(
                                () -> otherPeer.socket().getInputStream().readAllBytes().length));
                assertNull(other.protocol().lost.await());
                peer.close();
                otherPeer.close();
            }
        });
    }

    // asyncio bpo-31821, bpo-33694, bpo-38019
    @Test
    void museum97_pausedInConnectionMade_getsAllAfterItIsResumed() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                var endpoint = Net.createConnection(
                        () -> new RecordingProtocol() {
                            @Override
                            public void connectionMade(BaseTransport transport) {
                                super.connectionMade(transport);
                                ((Transport) transport).pauseReading();
                            }
                        },
                        HOST,
                        ((InetSocketAddress) listener.getLocalAddress()).getPort());
                var peer = listener.accept();
                peer.write(ByteBuffer.wrap("early".getBytes(UTF_8)));
                peer.close();
                Asyncio.sleep(Asyncio.millis(20));
                assertEquals("", endpoint.protocol().received.toString());
                endpoint.transport().resumeReading();
                endpoint.protocol().lost.await();
                assertEquals("early", endpoint.protocol().received.toString());
                endpoint.transport().pauseReading();
                endpoint.transport().resumeReading();
            }
        });
    }

    // uvloop 6476aad, Netty #15833
    @Test
    void museum98_framesAndTheEndInOnePacket_allFramesComeBeforeTheEnd() throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0))) {
                var client = Net.openConnection(HOST, ((InetSocketAddress) listener.getLocalAddress()).getPort());
                try (var peer = listener.accept()) {
                    client.writer().write(new byte[3_000_000]); // being flushed meanwhile
                    peer.write(ByteBuffer.wrap("one\ntwo\nthree\n".getBytes(UTF_8)));
                    peer.shutdownOutput();
                    var end = new Event();
                    client.reader().setListener(() -> {
                        if (client.reader().toString().contains("eof")) {
                            end.set();
                        }
                    });
                    end.await(); // both are there, and nothing was read yet
                    var lines = new ArrayList<String>();
                    for (String line : client.reader().lines(UTF_8)) {
                        lines.add(line);
                    }
                    assertEquals(List.of("one\n", "two\n", "three\n"), lines);
                }
                client.writer().transport().abort();
            }
        });
    }

    // Netty e06ab750cb, f4a71f92ce
    @Test
    void museum126_massCloseAndMassOpenNearTheLimit_doesNotRunOutOfDescriptors() throws Exception {
        Assumptions.assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "descriptors are limited by a shell");
        String output = SubJvm.run(
                List.of("/bin/sh", "-c", "ulimit -n 400; exec \"$@\"", "sh"), List.of(), MuseumConnectionsTest.class);
        assertTrue(output.contains("opened 3 times 100"), output);
    }

    /** Opens and closes as many connections as the descriptors allow, three times in a row without a pause. */
    static void main(String[] arguments) throws IOException {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open().bind(loopback(0), 200)) {
                int port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
                for (int round = 0; round < 3; round++) {
                    var open = new ArrayList<Streams>();
                    var peers = new ArrayList<SocketChannel>();
                    for (int i = 0; i < 100; i++) {
                        open.add(Net.openConnection(HOST, port));
                        peers.add(listener.accept());
                    }
                    open.forEach(streams -> streams.writer().transport().abort());
                    for (SocketChannel peer : peers) {
                        peer.close();
                    }
                    Asyncio.yieldNow();
                }
            }
            System.out.println("opened 3 times 100");
        });
    }

    private static Server echo() throws IOException {
        return Net.startServer(
                (reader, writer) -> {
                    for (byte[] data = reader.read(65_536); data.length > 0; data = reader.read(65_536)) {
                        writer.write(data);
                        writer.drain();
                    }
                    writer.close();
                },
                HOST,
                0);
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    private static ServerSocketChannel listening(int backlog) throws IOException {
        var channel = ServerSocketChannel.open();
        channel.configureBlocking(false);
        return channel.bind(loopback(0), backlog);
    }
}
