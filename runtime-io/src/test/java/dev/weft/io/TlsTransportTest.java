package dev.weft.io;

import static dev.weft.io.TlsFixture.HOST;
import static dev.weft.io.TlsFixture.between;
import static dev.weft.io.TlsFixture.connect;
import static dev.weft.io.TlsFixture.run;
import static dev.weft.io.TlsFixture.served;
import static dev.weft.io.TlsFixture.servedWithTls;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** What goes over a TLS connection, and how it ends. */
final class TlsTransportTest {
    private static final Duration SHORT = Duration.ofMillis(100);

    private static byte[] random(int length) {
        var bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        return bytes;
    }

    private static TlsOptions version(TlsOptions options, String version) {
        var parameters = new SSLParameters();
        parameters.setProtocols(new String[] {version});
        return options.parameters(parameters);
    }

    // ---- data

    @Test
    void write_manyRecordsBothWaysAtOnce_arrivesWhole() throws Exception {
        byte[] much = random(2 * 1024 * 1024);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    // Both write everything before either reads: tickets and key updates must not wait for that.
                    writer.write(much);
                    assertArrayEquals(much, reader.readExactly(much.length));
                    writer.close();
                },
                port -> {
                    try (var streams = connect(port)) {
                        streams.writer().write(much);
                        assertArrayEquals(much, streams.reader().readExactly(much.length));
                        assertEquals(0, streams.reader().readAll().length);
                    }
                }));
    }

    @Test
    void writeLines_manySmallPieces_arriveInOrder() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            try (var streams = connect(port)) {
                var pieces = new ArrayList<byte[]>();
                var whole = new ByteArrayOutputStream();
                for (int i = 0; i < 5_000; i++) {
                    byte[] piece = ("piece " + i + ",").getBytes(UTF_8);
                    pieces.add(piece);
                    whole.write(piece);
                }
                streams.writer().writeLines(pieces);
                assertArrayEquals(whole.toByteArray(), streams.reader().readExactly(whole.size()));
            }
        }));
    }

    @Test
    void write_peerDoesNotRead_pausesAtTheHighWaterMarkAndBuffersPlainly() throws Exception {
        run(() -> {
            var go = new Event();
            servedWithTls(
                    (reader, writer) -> {
                        go.await();
                        TlsFixture.echo(reader, writer);
                    },
                    port -> {
                        var protocol = new RecordingProtocol();
                        var endpoint = Net.createConnection(
                                () -> protocol, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()));
                        Transport transport = endpoint.transport();
                        assertEquals(new BufferLimits(128 * 1024, 512 * 1024), transport.getWriteBufferLimits());
                        int written = 0;
                        while (!protocol.trail.contains("pause")) {
                            transport.write(new byte[64 * 1024]);
                            written += 64 * 1024;
                            Asyncio.yieldNow();
                        }
                        int size = transport.getWriteBufferSize();
                        assertTrue(
                                size > 512 * 1024 && size < 512 * 1024 + 128 * 1024, size + " buffered of " + written);
                        go.set();
                        while (protocol.received.length() < written) {
                            Asyncio.yieldNow();
                        }
                        assertEquals(0, transport.getWriteBufferSize());
                        assertEquals(
                                "resume",
                                protocol.trail.stream()
                                        .filter(entry -> !entry.equals("data"))
                                        .toList()
                                        .getLast());
                        transport.abort();
                        protocol.lost.await();
                    });
        });
    }

    @Test
    void pauseReading_peerGoesOn_holdsNoMoreThanTheHighWaterMark() throws Exception {
        run(() -> servedWithTls(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(random(4 * 1024 * 1024));
                        reader.readAll();
                    }
                },
                port -> {
                    var protocol = new RecordingProtocol() {
                        @Override
                        public void connectionMade(BaseTransport transport) {
                            super.connectionMade(transport);
                            ((Transport) transport).pauseReading();
                        }
                    };
                    var options = ConnectOptions.DEFAULT.tls(TestCa.client());
                    var transport = (TlsTransport) Net.createConnection(() -> protocol, "localhost", port, options)
                            .transport();
                    assertEquals(new BufferLimits(64 * 1024, 256 * 1024), transport.getReadBufferLimits());
                    while (transport.getReadBufferSize() < 256 * 1024) {
                        Asyncio.yieldNow();
                    }
                    for (int i = 0; i < 100; i++) {
                        Asyncio.yieldNow();
                    }
                    assertTrue(transport.getReadBufferSize() <= 512 * 1024, transport.getReadBufferSize() + " held");
                    assertEquals(List.of("made"), protocol.trail);
                    assertFalse(transport.isReading());
                    transport.setReadBufferLimits(100);
                    assertEquals(new BufferLimits(25, 100), transport.getReadBufferLimits());
                    assertThrows(IllegalArgumentException.class, () -> transport.setReadBufferLimits(1, 2));
                    transport.resumeReading();
                    assertEquals(List.of("made"), protocol.trail, "never from within the call");
                    while (protocol.received.length() < 1_000_000) {
                        Asyncio.yieldNow();
                    }
                    transport.abort();
                    protocol.lost.await();
                }));
    }

    /** Supplies little room at a time, and pauses after each delivery. */
    private static final class SmallBuffers implements BufferedProtocol {
        final ByteArrayOutputStream received = new ByteArrayOutputStream();
        final dev.weft.Future<Exception> lost = Asyncio.createFuture();
        final List<String> trail = new ArrayList<>();
        private final byte[] room = new byte[100];
        private Transport transport;

        @Override
        public void connectionMade(BaseTransport made) {
            transport = (Transport) made;
        }

        @Override
        public ByteBuffer getBuffer(int sizeHint) {
            return ByteBuffer.wrap(room);
        }

        @Override
        public void bufferUpdated(int length) {
            assertFalse(trail.contains("eof"));
            received.write(room, 0, length);
            if (received.size() % 1000 == 0) {
                transport.pauseReading();
                Asyncio.getRunningLoop().callSoon(transport::resumeReading);
            }
        }

        @Override
        public boolean eofReceived() {
            trail.add("eof");
            return false;
        }

        @Override
        public void connectionLost(Exception exception) {
            lost.setResult(exception);
        }
    }

    @Test
    void bufferedProtocol_withLittleRoom_getsEverythingBeforeTheEnd() throws Exception {
        byte[] data = random(50_000);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.write(data);
                    writer.close();
                },
                port -> {
                    var endpoint = Net.createConnection(
                            SmallBuffers::new, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()));
                    assertNull(endpoint.protocol().lost.await());
                    assertArrayEquals(data, endpoint.protocol().received.toByteArray());
                    assertEquals(List.of("eof"), endpoint.protocol().trail);
                }));
    }

    @Test
    void records_eachByteByItself_areDeliveredWhole() throws Exception {
        byte[] data = random(20_000);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.write(data);
                    writer.close();
                },
                port -> between(port, TlsFixture.Passing.ALL, TlsFixture.Passing.BY_BYTES, slow -> {
                    try (var streams = connect(slow)) {
                        assertArrayEquals(data, streams.reader().readAll());
                    }
                })));
    }

    @Test
    void dataReceived_throws_isFatalToTheConnection() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> servedWithTls(TlsFixture::echo, port -> {
                var protocol = new RecordingProtocol() {
                    @Override
                    public void dataReceived(ByteBuffer data) {
                        throw new IllegalStateException("no more");
                    }
                };
                var endpoint = Net.createConnection(
                        () -> protocol, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()));
                endpoint.transport().write("hello".getBytes(UTF_8));
                assertEquals("no more", protocol.lost.await().getMessage());
            }));
            assertNotNull(log.only("protocol callback failed: dataReceived"));
        }
    }

    // Conformance 346: test_sendfile.py::SendfileMixin::test_sendfile_ssl
    @Test
    void sendFile_overTls_usesTheFallback(@TempDir Path folder) throws Exception {
        byte[] content = random(1_000_000);
        Path file = Files.write(folder.resolve("file"), content);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    try (writer;
                            var channel = FileChannel.open(file)) {
                        assertThrows(
                                IllegalStateException.class,
                                () -> Net.sendFile(writer.transport(), channel, 0, content.length, false));
                        writer.write("before ".getBytes(UTF_8));
                        assertEquals(content.length, Net.sendFile(writer.transport(), channel));
                        writer.write(" after".getBytes(UTF_8));
                    }
                },
                port -> {
                    try (var streams = connect(port)) {
                        assertEquals("before ", new String(streams.reader().readExactly(7), UTF_8));
                        assertArrayEquals(content, streams.reader().readExactly(content.length));
                        assertEquals(" after", new String(streams.reader().readAll(), UTF_8));
                    }
                }));
    }

    @Test
    void sendFile_peerResets_throwsAndTheConnectionIsLost(@TempDir Path folder) throws Exception {
        Path file = Files.write(folder.resolve("file"), random(8_000_000));
        run(() -> {
            dev.weft.Future<Exception> thrown = Asyncio.createFuture();
            servedWithTls(
                    (reader, writer) -> {
                        try (var channel = FileChannel.open(file)) {
                            Net.sendFile(writer.transport(), channel);
                        } catch (IOException e) {
                            thrown.setResult(e);
                        }
                    },
                    port -> {
                        var streams = connect(port);
                        streams.reader().readExactly(1000);
                        TlsFixture.reset(streams.writer());
                        assertNotNull(thrown.await());
                    });
        });
    }

    // ---- TLS in TLS

    // Conformance 407: test_ssl.py::TestSSL::test_create_server_ssl_over_ssl
    @Test
    void tlsInTls_goesBothWaysAndEndsInOrder() throws Exception {
        byte[] much = random(600_000);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.startTls(TestCa.server());
                    TlsFixture.echo(reader, writer);
                },
                port -> {
                    try (var streams = connect(port)) {
                        var outer = streams.writer().transport();
                        streams.writer().startTls(TestCa.client());
                        assertTrue(streams.writer().transport() != outer && outer instanceof TlsTransport);
                        streams.writer().write(much);
                        assertArrayEquals(much, streams.reader().readExactly(much.length));
                        streams.writer().close();
                        assertEquals(0, streams.reader().readAll().length);
                    }
                }));
    }

    // ---- ending

    // Conformance 408: test_ssl.py::TestSSL::test_shutdown_cleanly
    @Test
    void close_sendsEverythingAndEndsCleanlyOnBothSides() throws Exception {
        byte[] much = random(3_000_000);
        for (String version : List.of("TLSv1.3", "TLSv1.2")) {
            run(() -> servedWithTls(
                    (reader, writer) -> {
                        writer.write(much);
                        writer.close();
                        writer.waitClosed();
                    },
                    port -> {
                        var streams = connect(port, version(TestCa.client(), version));
                        assertArrayEquals(much, streams.reader().readAll());
                        streams.writer().waitClosed();
                        assertTrue(streams.reader().atEof());
                    }));
        }
    }

    // Conformance 409: test_ssl.py::TestSSL::test_remote_shutdown_receives_trailing_data
    @Test
    void peerCloses_whilePaused_whatItSentBeforeIsDeliveredFirst() throws Exception {
        byte[] data = random(100_000);
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.write(data);
                    writer.close();
                },
                port -> {
                    var protocol = new SmallBuffers();
                    var options = ConnectOptions.DEFAULT.tls(TestCa.client());
                    var transport = (TlsTransport) Net.createConnection(() -> protocol, "localhost", port, options)
                            .transport();
                    transport.pauseReading();
                    while (transport.getReadBufferSize() < data.length / 2) {
                        Asyncio.yieldNow();
                    }
                    assertTrue(protocol.trail.isEmpty());
                    transport.resumeReading();
                    assertNull(protocol.lost.await());
                    assertArrayEquals(data, protocol.received.toByteArray());
                    assertEquals(List.of("eof"), protocol.trail);
                }));
    }

    @Test
    void peerCloses_whileMuchIsBuffered_inTls13ItIsSentFirst() throws Exception {
        byte[] much = random(4_000_000);
        run(() -> {
            dev.weft.Future<byte[]> received = Asyncio.createFuture();
            servedWithTls(
                    (reader, writer) -> {
                        // Closes at once, and goes on receiving: what came before its close, and a little more.
                        writer.close();
                        received.setResult(reader.readAll());
                    },
                    port -> {
                        var streams = connect(port);
                        streams.writer().write(much, 0, 100_000);
                        assertEquals(0, streams.reader().readAll().length);
                        streams.writer().waitClosed();
                        byte[] got = received.await();
                        assertArrayEquals(java.util.Arrays.copyOf(much, 100_000), got);
                    });
        });
    }

    private static void assertCut(int records, TlsOptions options, boolean error) throws Exception {
        run(() -> servedWithTls(
                (reader, writer) -> {
                    for (int i = 0; i < 5; i++) {
                        writer.write(random(10_000));
                        writer.drain();
                    }
                    reader.readAll();
                },
                port -> between(
                        port,
                        TlsFixture.Passing.ALL,
                        (from, to) -> {
                            int passed = 0;
                            while (passed < records) {
                                byte[] record = TlsFixture.record(from);
                                to.write(record);
                                passed += record[0] == 23 && record.length > 10_000 ? 1 : 0;
                            }
                            if (records % 2 == 1) {
                                to.write(TlsFixture.record(from), 0, 7); // in the middle of the next
                            }
                            to.writeEof();
                        },
                        cut -> {
                            var streams = connect(cut, options);
                            streams.reader().readExactly(records * 10_000);
                            if (error) {
                                var failure = assertThrows(
                                        SSLException.class,
                                        () -> streams.reader().readAll());
                                assertTrue(failure.getMessage().contains("truncated"), failure.getMessage());
                                assertTrue(failure.getMessage().contains("127.0.0.1:" + cut), failure.getMessage());
                                assertFalse(streams.reader().atEof());
                                assertThrows(SSLException.class, streams.writer()::waitClosed);
                            } else {
                                assertEquals(0, streams.reader().readAll().length);
                                streams.close();
                            }
                        })));
    }

    @Test
    void streamWithoutCloseNotify_isTruncated() throws Exception {
        for (int records = 1; records < 5; records++) {
            assertCut(records, TestCa.client(), true);
        }
    }

    @Test
    void streamWithoutCloseNotify_whereThatIsAllowed_ends() throws Exception {
        for (int records = 1; records < 3; records++) {
            assertCut(records, TestCa.client().allowTruncation(), false);
        }
    }

    @Test
    void record_damaged_breaksTheConnectionOnBothSides() throws Exception {
        run(() -> {
            dev.weft.Future<Exception> atServer = Asyncio.createFuture();
            servedWithTls(
                    (reader, writer) -> {
                        writer.write(random(3_000));
                        atServer.setResult(assertThrows(IOException.class, reader::readAll));
                    },
                    port -> between(
                            port,
                            TlsFixture.Passing.ALL,
                            (from, to) -> {
                                while (true) {
                                    byte[] record = TlsFixture.record(from);
                                    if (record.length > 3_000) {
                                        record[1_000] ^= 1;
                                    }
                                    to.write(record);
                                }
                            },
                            damaged -> {
                                var streams = connect(damaged);
                                var failure = assertThrows(
                                        SSLException.class,
                                        () -> streams.reader().readExactly(3_000));
                                assertTrue(failure.getMessage().contains("Tag mismatch"), failure.getMessage());
                                assertTrue(
                                        atServer.await().getMessage().contains("bad_record_mac"),
                                        atServer.await().toString());
                            }));
        });
    }

    @Test
    void peerResets_theReadFailsWithConnectionReset() throws Exception {
        run(() -> servedWithTls(
                (reader, writer) -> {
                    reader.readLine();
                    TlsFixture.reset(writer);
                },
                port -> {
                    var streams = connect(port);
                    streams.writer().write("now\n".getBytes(UTF_8));
                    assertThrows(
                            ConnectionResetException.class,
                            () -> streams.reader().readAll());
                    assertThrows(ConnectionResetException.class, streams.writer()::waitClosed);
                }));
    }

    // Conformance 411: test_ssl.py::TestSSL::test_shutdown_timeout_handler_leak
    @Test
    void close_leavesNoTimer() throws Exception {
        try (var loop = new TlsFixture.WatchedLoop()) {
            loop.runUntilComplete(() -> servedWithTls(TlsFixture::echo, port -> {
                for (int i = 0; i < 3; i++) {
                    connect(port).close();
                    assertEquals(0, loop.timersLeft() - serverTimers(loop), "after close");
                    var aborted = connect(port);
                    aborted.writer().close();
                    aborted.writer().transport().abort();
                    aborted.writer().waitClosed();
                }
            }));
            assertEquals(0, loop.timersLeft());
        }
    }

    /** The server's side may be a moment behind. */
    @Suspends
    private static long serverTimers(TlsFixture.WatchedLoop loop) {
        for (int i = 0; i < 1_000 && loop.timersLeft() > 0; i++) {
            Asyncio.yieldNow();
        }
        return 0;
    }

    @Test
    void close_peerDoesNotAnswer_isAbortedAtTheLimit() throws Exception {
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.transport().pauseReading(); // and so never sees the end
                    writer.write("ready\n".getBytes(UTF_8));
                },
                port -> between(
                        port,
                        (from, to) -> {
                            for (int i = 0; i < 3; i++) {
                                to.write(TlsFixture.record(from));
                            }
                            // the rest goes nowhere
                            from.readAll();
                        },
                        TlsFixture.Passing.ALL,
                        deaf -> {
                            var streams = connect(deaf, TestCa.client().shutdownTimeout(SHORT));
                            assertEquals("ready\n", new String(streams.reader().readLine(), UTF_8));
                            streams.writer().close();
                            var failure = assertThrows(SocketTimeoutException.class, streams.writer()::waitClosed);
                            assertTrue(failure.getMessage().contains("took longer than 0.1 s"), failure.getMessage());
                        })));
    }

    @Test
    void close_peerDoesNotReadWhatIsBuffered_isAbortedAtTheLimit() throws Exception {
        run(() -> servedWithTls((reader, writer) -> new Event().await(), port -> {
            var streams = connect(port, TestCa.client().shutdownTimeout(SHORT));
            streams.writer().write(random(8 * 1024 * 1024));
            streams.writer().close();
            assertTrue(streams.writer().isClosing());
            assertThrows(SocketTimeoutException.class, streams.writer()::waitClosed);
        }));
    }

    @Test
    void eofReceived_true_isIgnoredWithAWarning() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> servedWithTls((reader, writer) -> writer.close(), port -> {
                var protocol = new RecordingProtocol() {
                    @Override
                    public boolean eofReceived() {
                        super.eofReceived();
                        return true;
                    }
                };
                Net.createConnection(() -> protocol, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()));
                assertNull(protocol.lost.await());
                assertEquals(List.of("made", "eof", "lost"), protocol.trail);
            }));
            assertEquals(Level.WARN, log.only("eofReceived returned true").level());
        }
    }

    @Test
    void writeEof_isNotSupported() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            try (var streams = connect(port)) {
                assertFalse(streams.writer().canWriteEof());
                assertThrows(UnsupportedOperationException.class, streams.writer()::writeEof);
            }
        }));
    }

    @Test
    void write_afterTheEnd_isDroppedWithAWarningFromTheFifthOn() throws Exception {
        try (var log = new LogCapture()) {
            Asyncio.run(() -> servedWithTls(TlsFixture::echo, port -> {
                var streams = connect(port);
                streams.close();
                for (int i = 0; i < 4; i++) {
                    streams.writer().write(new byte[1]);
                }
                assertFalse(log.contains("connection that is lost"));
                streams.writer().write(new byte[1]);
                assertTrue(log.contains("connection that is lost"));
            }));
        }
    }

    @Test
    void abort_deliversNothingMore() throws Exception {
        run(() -> servedWithTls(
                (reader, writer) -> {
                    writer.write(random(1_000_000));
                    reader.readAll();
                },
                port -> {
                    var protocol = new RecordingProtocol() {
                        @Override
                        public void dataReceived(ByteBuffer data) {
                            super.dataReceived(data);
                            made.result().abort();
                        }
                    };
                    Net.createConnection(
                            () -> protocol, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()));
                    assertNull(protocol.lost.await());
                    assertEquals(List.of("made", "data", "lost"), protocol.trail);
                }));
    }

    @Test
    void extraInfo_isThereFromConnectionMadeOnUntilTheEnd() throws Exception {
        run(() -> servedWithTls(TlsFixture::echo, port -> {
            var seen = new ArrayList<Object>();
            var protocol = new RecordingProtocol() {
                @Override
                public void connectionMade(BaseTransport transport) {
                    super.connectionMade(transport);
                    for (String name : List.of("peercert", "cipher", "sslcontext", "ssl_object", "peername")) {
                        seen.add(transport.getExtraInfo(name, null));
                    }
                }
            };
            var transport = Net.createConnection(
                            () -> protocol, "localhost", port, ConnectOptions.DEFAULT.tls(TestCa.client()))
                    .transport();
            seen.forEach(value -> assertNotNull(value, seen.toString()));
            assertEquals(TestCa.client().context(), transport.getExtraInfo(ExtraInfo.SSL_CONTEXT));
            transport.close();
            protocol.lost.await();
            assertEquals("none", transport.getExtraInfo("cipher", "none"));
            assertNull(transport.getExtraInfo(ExtraInfo.PEER_CERTIFICATES));
        }));
    }

    @Test
    void server_abortClients_endsTlsConnectionsAtOnce() throws Exception {
        run(() -> {
            Server server = Net.startServer(
                    (reader, writer) -> reader.readAll(), HOST, 0, ServerOptions.DEFAULT.tls(TestCa.server()));
            var streams = connect(server.port());
            server.close();
            server.abortClients();
            server.waitClosed();
            assertThrows(IOException.class, () -> streams.reader().readAll());
        });
    }

    @Test
    void manyConnections_endedInEveryWay_leaveNoDescriptor() throws Exception {
        run(() -> served(TlsFixture::echo, ServerOptions.DEFAULT.tls(TestCa.server()), port -> {
            long before = -1;
            for (int round = 0; round < 60; round++) {
                if (round == 20) {
                    before = descriptors();
                }
                var streams = connect(port);
                switch (round % 3) {
                    case 0 -> streams.close();
                    case 1 -> {
                        streams.writer().transport().abort();
                        streams.writer().waitClosed();
                    }
                    default ->
                        assertThrows(
                                SSLException.class,
                                () -> connect(port, TestCa.client().serverHostname("other.example")));
                }
                streams.writer().transport().abort();
            }
            for (int i = 0; i < 10_000 && (i % 100 > 0 || descriptors() > before + 3); i++) {
                Asyncio.yieldNow();
            }
            assertTrue(descriptors() <= before + 3, descriptors() + " descriptors, " + before + " before");
        }));
    }

    private static long descriptors() throws IOException {
        Path folder = Path.of("/proc/self/fd");
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(folder), "no /proc here");
        try (var entries = Files.list(folder)) {
            return entries.count();
        }
    }
}
