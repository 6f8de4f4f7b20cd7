package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.SendfileNotAvailableException;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.ByteArrayOutputStream;
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
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files over transports: a transport on this side, a plain channel on the other. */
final class SendFileTest {
    private static final int SIZE = 3_000_000;

    private final byte[] content = new byte[SIZE];

    @TempDir
    Path folder;

    private Path path;

    @BeforeEach
    void writeFile() throws IOException {
        new Random(7).nextBytes(content);
        path = Files.write(folder.resolve("file"), content);
    }

    /** How the bytes get to the connection. */
    enum Way {
        DIRECT {
            @Override
            FileChannel open(Path path) throws IOException {
                return FileChannel.open(path);
            }
        },
        READ {
            @Override
            FileChannel open(Path path) throws IOException {
                return new ForeignFileChannel(FileChannel.open(path));
            }
        };

        abstract FileChannel open(Path path) throws IOException;
    }

    /** What a test does with its transport and the peer's channel, which is non-blocking. */
    @FunctionalInterface
    private interface Program {
        @Suspends
        void run(RecordingProtocol protocol, Transport transport, SocketChannel peer) throws Exception;
    }

    /** Small buffers, so that the file is too much for them. */
    private static void connected(Program program) throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open();
                    var near = SocketChannel.open()) {
                listener.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                near.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                near.connect(listener.getLocalAddress());
                try (var peer = listener.accept()) {
                    peer.configureBlocking(false);
                    var endpoint = Net.createConnection(RecordingProtocol::new, near, ConnectOptions.DEFAULT);
                    try {
                        program.run(endpoint.protocol(), endpoint.transport(), peer);
                    } finally {
                        endpoint.transport().abort();
                        endpoint.protocol().lost.await();
                    }
                }
            }
        });
    }

    @Suspends
    private static byte[] receive(SocketChannel peer, int length) throws IOException {
        EventLoop loop = Asyncio.getRunningLoop();
        var received = new ByteArrayOutputStream();
        while (received.size() < length) {
            byte[] data = loop.sockRecv(peer, Math.min(65536, length - received.size()));
            assertFalse(data.length == 0, "the end came after " + received.size() + " bytes");
            received.writeBytes(data);
        }
        return received.toByteArray();
    }

    /** Until the sending task can go no further. */
    @Suspends
    private static void letItSend(FileChannel file, Task<Long> sending) {
        for (int i = 0; i < 200 && !sending.done(); i++) {
            Asyncio.yieldNow();
        }
        assertFalse(sending.done());
        assertTrue(file.isOpen());
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_whole_arrivesAfterWhatWasWrittenBefore(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                var before = new byte[300_000];
                Arrays.fill(before, (byte) 'b');
                transport.write(before);
                assertTrue(transport.getWriteBufferSize() > 0);
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                assertArrayEquals(before, receive(peer, before.length));
                assertArrayEquals(content, receive(peer, SIZE));
                assertEquals(SIZE, sending.await());
                assertEquals(SIZE, file.position());
                transport.write("after".getBytes(UTF_8));
                assertEquals("after", new String(receive(peer, 5), UTF_8));
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_part_sendsItAndMovesThePosition(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file, 1000, 500_000, true));
                assertArrayEquals(Arrays.copyOfRange(content, 1000, 501_000), receive(peer, 500_000));
                assertEquals(500_000, sending.await());
                assertEquals(501_000, file.position());
                assertEquals(0, Net.sendFile(transport, file, SIZE + 5, 10, true));
                assertEquals(SIZE + 5, file.position());
                sending = Asyncio.createTask(() -> Net.sendFile(transport, file, SIZE - 3, 10, true));
                assertEquals(3, sending.await());
            }
        });
    }

    /** In a sparse file of more than 2 GiB. The whole of one: {@code LargeFileRun}. */
    @ParameterizedTest
    @EnumSource
    void sendFile_partBeyondTwoGigabytes_arrivesExactly(Way way) throws Exception {
        long begin = (1L << 31) + 5;
        try (var file = FileChannel.open(path, StandardOpenOption.WRITE)) {
            file.write(ByteBuffer.wrap(content, 0, 100_000), begin);
        }
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                Task<Long> sending =
                        Asyncio.createTask(() -> Net.sendFile(transport, file, begin, Long.MAX_VALUE, true));
                assertArrayEquals(Arrays.copyOf(content, 100_000), receive(peer, 100_000));
                assertEquals(100_000, sending.await());
                assertEquals(begin + 100_000, file.position());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_offsetBehindTheEnd_sendsNothing(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                assertEquals(0, Net.sendFile(transport, file, SIZE + 10L, 100, true));
                transport.write(new byte[1]);
                assertEquals(1, receive(peer, 1).length);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_emptyFile_sendsNothing(Way way) throws Exception {
        Path empty = Files.createFile(folder.resolve("empty"));
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(empty)) {
                assertEquals(0, Net.sendFile(transport, file));
            }
        });
    }

    // Conformance 344: test_sendfile.py::SendfileMixin::test_sendfile_prevents_bare_write
    @ParameterizedTest
    @EnumSource
    void sendFile_underWay_refusesOtherWrites(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                letItSend(file, sending);
                var failure = assertThrows(IllegalStateException.class, () -> transport.write(new byte[1]));
                assertTrue(failure.getMessage().contains("while a file is being sent"), failure.getMessage());
                assertThrows(
                        IllegalStateException.class, () -> transport.writeLines(List.of(ByteBuffer.wrap(new byte[1]))));
                assertThrows(IllegalStateException.class, transport::writeEof);
                assertThrows(IllegalStateException.class, () -> Net.sendFile(transport, file));
                assertArrayEquals(content, receive(peer, SIZE));
                assertEquals(SIZE, sending.await());
                transport.writeEof();
                assertEquals(0, Asyncio.getRunningLoop().sockRecv(peer, 1).length);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_underWay_pausesReadingAndRestoresIt(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                for (boolean reading : new boolean[] {true, false}) {
                    if (!reading) {
                        transport.pauseReading();
                    }
                    Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                    letItSend(file, sending);
                    assertFalse(transport.isReading());
                    assertArrayEquals(content, receive(peer, SIZE));
                    sending.await();
                    assertEquals(reading, transport.isReading());
                }
            }
        });
    }

    // Conformance 345: test_sendfile.py::SendfileMixin::test_sendfile_for_closing_transp
    @Test
    void sendFile_closingTransport_throws() throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = FileChannel.open(path)) {
                transport.close();
                var failure = assertThrows(IllegalStateException.class, () -> Net.sendFile(transport, file));
                assertTrue(failure.getMessage().contains("closing"), failure.getMessage());
                assertEquals(0, file.position());
            }
        });
    }

    // Conformance 347: test_sendfile.py::SendfileMixin::test_sendfile_close_peer_in_the_middle_of_receiving
    @ParameterizedTest
    @EnumSource
    void sendFile_peerClosesMidway_throwsAndLosesTheConnection(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                receive(peer, 100_000);
                peer.close();
                var failure = assertThrows(IOException.class, () -> sending.await(IOException.class));
                assertTrue(
                        failure instanceof ConnectionResetException || failure instanceof BrokenPipeException,
                        failure::toString);
                assertSame(failure, protocol.lost.await());
                assertTrue(file.position() >= 100_000 && file.position() < SIZE, () -> "sent: " + sending);
                assertTrue(transport.isClosing());
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_transportAbortedOrClosedMidway_throws(Way way) throws Exception {
        for (boolean abort : new boolean[] {true, false}) {
            connected((protocol, transport, peer) -> {
                try (FileChannel file = way.open(path)) {
                    Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                    letItSend(file, sending);
                    if (abort) {
                        transport.abort();
                    } else {
                        transport.close();
                    }
                    assertThrows(ConnectionAbortedException.class, () -> sending.await(IOException.class));
                }
            });
        }
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_cancelledMidway_leavesTheTransportUsable(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = way.open(path)) {
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                receive(peer, 100_000);
                letItSend(file, sending);
                sending.cancel();
                assertThrows(CancelledError.class, sending::await);
                assertTrue(file.position() >= 100_000 && file.position() < SIZE);
                assertTrue(transport.isReading());
                int left = (int) file.position() - 100_000;
                transport.write("after".getBytes(UTF_8));
                byte[] rest = receive(peer, left + 5);
                assertArrayEquals(Arrays.copyOfRange(content, 100_000, 100_000 + left), Arrays.copyOf(rest, left));
                assertEquals("after", new String(rest, left, 5, UTF_8));
            }
        });
    }

    @Test
    void sendFile_fileCutShortMidway_returnsWhatWasSent() throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file));
                receive(peer, 100_000);
                letItSend(file, sending);
                file.truncate(10);
                Task<Long> draining = Asyncio.createTask(() -> {
                    long more = 0;
                    while (!sending.done()) {
                        var buffer = ByteBuffer.allocate(65536);
                        more += peer.read(buffer);
                        Asyncio.yieldNow();
                    }
                    return more;
                });
                long sent = sending.await();
                draining.await();
                assertTrue(sent >= 100_000 && sent < SIZE, () -> "sent " + sent);
                transport.write(new byte[1]);
            }
        });
    }

    @ParameterizedTest
    @EnumSource
    void sendFile_fileNotReadable_failsAndKeepsTheConnection(Way way) throws Exception {
        connected((protocol, transport, peer) -> {
            FileChannel file = way.open(path);
            file.close();
            assertInstanceOf(
                    java.nio.channels.ClosedChannelException.class,
                    assertThrows(IOException.class, () -> Net.sendFile(transport, file)));
            try (FileChannel writeOnly = FileChannel.open(path, StandardOpenOption.WRITE)) {
                assertThrows(
                        java.nio.channels.NonReadableChannelException.class, () -> Net.sendFile(transport, writeOnly));
            }
            transport.write("ok".getBytes(UTF_8));
            assertEquals("ok", new String(receive(peer, 2), UTF_8));
            assertTrue(transport.isReading());
        });
    }

    @Test
    void sendFile_noFallback_throwsWhereTheSystemCannot() throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = Way.READ.open(path)) {
                assertThrows(SendfileNotAvailableException.class, () -> Net.sendFile(transport, file, 0, 10, false));
                assertEquals(0, file.position());
            }
            try (FileChannel file = Way.DIRECT.open(path)) {
                assertEquals(10, Net.sendFile(transport, file, 0, 10, false));
            }
        });
    }

    @Test
    void sendFile_badArguments_areRefused() throws Exception {
        connected((protocol, transport, peer) -> {
            try (FileChannel file = FileChannel.open(path)) {
                var failure =
                        assertThrows(IllegalArgumentException.class, () -> Net.sendFile(transport, file, -1, 1, true));
                assertTrue(failure.getMessage().contains("-1"), failure.getMessage());
                for (long count : new long[] {0, -2}) {
                    failure = assertThrows(
                            IllegalArgumentException.class, () -> Net.sendFile(transport, file, 0, count, true));
                    assertTrue(failure.getMessage().contains("got " + count), failure.getMessage());
                }
                assertNotNull(assertThrows(NullPointerException.class, () -> Net.sendFile(transport, null)));
                transport.writeEof();
                assertThrows(IllegalStateException.class, () -> Net.sendFile(transport, file));
            }
        });
    }

    @Test
    void sendFile_largeFileToAFastReader_letsOthersRun() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                                    (reader, writer) -> {
                                        try (writer;
                                                FileChannel file = FileChannel.open(path)) {
                                            for (int i = 0; i < 20; i++) {
                                                Net.sendFile(writer.transport(), file);
                                            }
                                        }
                                    },
                                    "127.0.0.1",
                                    0)
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                int[] turns = new int[1];
                Task<Void> other = Asyncio.createTask(() -> {
                    while (true) {
                        turns[0]++;
                        Asyncio.yieldNow();
                    }
                });
                assertEquals(20 * SIZE, client.reader().readAll().length);
                other.cancel();
                assertTrue(turns[0] > 20, () -> "others ran " + turns[0] + " times");
            }
        });
    }

    /** A transport over TLS on this side, streams on the other. */
    @FunctionalInterface
    private interface TlsProgram {
        @Suspends
        void run(Transport transport, FileChannel file, StreamReader peer, StreamWriter peerWriter) throws Exception;
    }

    private void connectedOverTls(TlsProgram program) throws Exception {
        Asyncio.run(() -> {
            dev.weft.Future<Streams> accepted = Asyncio.createFuture();
            try (var serving = Net.startServer(
                                    (reader, writer) -> accepted.setResult(new Streams(reader, writer)),
                                    "127.0.0.1",
                                    0,
                                    ServerOptions.DEFAULT.tls(TestCa.server()))
                            .serving();
                    var client = Net.openConnection(
                            "localhost", serving.server().port(), ConnectOptions.DEFAULT.tls(TestCa.client()));
                    FileChannel file = FileChannel.open(path)) {
                Streams server = accepted.await();
                program.run(server.writer().transport(), file, client.reader(), client.writer());
                server.writer().transport().abort();
                client.writer().transport().abort();
            }
        });
    }

    // Conformance 346: test_sendfile.py::SendfileMixin::test_sendfile_ssl
    @Test
    void sendFile_overTls_readsTheFileAndRefusesToDoWithout() throws Exception {
        connectedOverTls((transport, file, peer, peerWriter) -> {
            var refused = assertThrows(IllegalStateException.class, () -> Net.sendFile(transport, file, 0, 10, false));
            assertTrue(refused.getMessage().contains("fallback"), refused.getMessage());
            transport.write("before".getBytes(UTF_8));
            Task<Long> sending = Asyncio.createTask(() -> Net.sendFile(transport, file, 1000, SIZE - 2000, true));
            assertEquals("before", new String(peer.readExactly(6), UTF_8));
            byte[] received = peer.readExactly(SIZE - 2000);
            assertArrayEquals(Arrays.copyOfRange(content, 1000, SIZE - 1000), received);
            assertEquals(SIZE - 2000, sending.await());
            assertEquals(SIZE - 1000, file.position());
            assertTrue(transport.isReading());
            transport.write("after".getBytes(UTF_8));
            assertEquals("after", new String(peer.readExactly(5), UTF_8));
        });
    }

    @Test
    void sendFile_overTlsUnderWay_refusesOtherWritesAndFailsWithTheConnection() throws Exception {
        connectedOverTls((transport, file, peer, peerWriter) -> {
            peerWriter.transport().pauseReading();
            Task<Long> sending = Asyncio.createTask(() -> {
                while (true) {
                    Net.sendFile(transport, file);
                }
            });
            while (transport.getWriteBufferSize() == 0) {
                Asyncio.yieldNow();
            }
            assertThrows(IllegalStateException.class, () -> transport.write(new byte[1]));
            assertThrows(
                    IllegalStateException.class, () -> transport.writeLines(List.of(ByteBuffer.wrap(new byte[1]))));
            assertThrows(IllegalStateException.class, () -> Net.sendFile(transport, file));
            assertFalse(transport.isReading());
            peerWriter.transport().abort();
            assertThrows(IOException.class, () -> sending.await(IOException.class));
            assertTrue(transport.isClosing());
        });
    }
}
