package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.Future;
import dev.weft.Suspends;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.event.Level;

/** The callback-level API over real connections: a transport on this side, a plain channel on the other. */
final class SocketTransportTest {
    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(UTF_8));
    }

    /** What a test does with its protocol, its transport and the peer's channel, which is non-blocking. */
    @FunctionalInterface
    private interface Program<P extends BaseProtocol> {
        @Suspends
        void run(P protocol, Transport transport, SocketChannel peer) throws Exception;
    }

    @FunctionalInterface
    private interface Protocols<P extends BaseProtocol> {
        P get();
    }

    private static <P extends BaseProtocol> void connected(Protocols<P> protocols, Program<P> program)
            throws Exception {
        Asyncio.run(() -> {
            try (var listener = ServerSocketChannel.open();
                    var near = SocketChannel.open()) {
                // Small buffers, so that a few hundred kilobytes are too much for them.
                listener.setOption(StandardSocketOptions.SO_RCVBUF, 4096);
                near.setOption(StandardSocketOptions.SO_SNDBUF, 4096);
                listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                near.connect(listener.getLocalAddress());
                try (var peer = listener.accept()) {
                    peer.configureBlocking(false);
                    Endpoint<P> endpoint = Net.createConnection(protocols::get, near, ConnectOptions.DEFAULT);
                    try {
                        program.run(endpoint.protocol(), endpoint.transport(), peer);
                    } finally {
                        endpoint.transport().abort();
                        Asyncio.yieldNow();
                        Asyncio.yieldNow();
                    }
                }
            }
        });
    }

    private static void recorded(Program<RecordingProtocol> program) throws Exception {
        connected(RecordingProtocol::new, program);
    }

    @Suspends
    private static void yieldUntilReceived(RecordingProtocol protocol, int length) {
        while (protocol.received.length() < length) {
            Asyncio.yieldNow();
        }
    }

    /** How many bytes the peer gets until the end of the stream. */
    @Suspends
    private static long drainPeer(SocketChannel peer) throws Exception {
        EventLoop loop = Asyncio.getRunningLoop();
        long total = 0;
        for (byte[] data = loop.sockRecv(peer, 65536); data.length > 0; data = loop.sockRecv(peer, 65536)) {
            total += data.length;
        }
        return total;
    }

    // Conformance 383: test_selector_events.py::SelectorSocketTransportTests::test_ctor_with_waiter
    @Test
    void createConnection_returns_afterConnectionMadeAndWhileReading() throws Exception {
        recorded((protocol, transport, peer) -> {
            assertEquals(List.of("made"), protocol.trail);
            assertSame(transport, protocol.made.result());
            assertTrue(transport.isReading());
            peer.write(bytes("abc"));
            yieldUntilReceived(protocol, 3);
            assertEquals("abc", protocol.received.toString());
        });
    }

    // Conformance 384: test_selector_events.py::SelectorSocketTransportTests::test_pause_reading_connection_made
    @Test
    void pauseReading_insideConnectionMade_works() throws Exception {
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public void connectionMade(BaseTransport transport) {
                        super.connectionMade(transport);
                        ((Transport) transport).pauseReading();
                    }
                },
                (protocol, transport, peer) -> {
                    assertFalse(transport.isReading());
                    peer.write(bytes("abc"));
                    for (int i = 0; i < 10; i++) {
                        Asyncio.yieldNow();
                    }
                    assertEquals("", protocol.received.toString());
                    transport.resumeReading();
                    transport.resumeReading();
                    assertTrue(transport.isReading());
                    yieldUntilReceived(protocol, 3);
                });
    }

    @Test
    void pauseReading_closing_hasNoEffect() throws Exception {
        recorded((protocol, transport, peer) -> {
            transport.pauseReading();
            transport.pauseReading();
            transport.close();
            assertFalse(transport.isReading());
            transport.pauseReading();
            transport.resumeReading();
            assertFalse(transport.isReading());
            assertNull(protocol.lost.await());
        });
    }

    private static List<ExceptionContext> collectReports() {
        var reports = new ArrayList<ExceptionContext>();
        Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reports.add(context));
        return reports;
    }

    private static void assertReported(
            List<ExceptionContext> reports, String method, Throwable failure, Object transport, Object protocol) {
        assertEquals(1, reports.size(), reports::toString);
        ExceptionContext report = reports.getFirst();
        assertEquals("protocol callback failed: " + method, report.message());
        assertSame(failure, report.exception());
        assertSame(transport, report.transport());
        assertSame(protocol, report.protocol());
    }

    // Conformance 385: test_selector_events.py::SelectorSocketTransportTests::test_data_received_error
    @Test
    void dataReceived_throws_isFatalToTheConnection() throws Exception {
        var failure = new IllegalStateException("cannot parse");
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public void dataReceived(ByteBuffer data) {
                        throw failure;
                    }
                },
                (protocol, transport, peer) -> {
                    List<ExceptionContext> reports = collectReports();
                    peer.write(bytes("abc"));
                    assertSame(failure, protocol.lost.await());
                    assertReported(reports, "dataReceived", failure, transport, protocol);
                    assertTrue(transport.isClosing());
                    assertEquals(0, drainPeer(peer));
                });
    }

    @Test
    void dataReceived_throwsAnError_isReportedAndTheLoopGoesOn() throws Exception {
        var failure = new AssertionError("wrong");
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public void dataReceived(ByteBuffer data) {
                        throw failure;
                    }
                },
                (protocol, transport, peer) -> {
                    List<ExceptionContext> reports = collectReports();
                    peer.write(bytes("abc"));
                    assertSame(failure, protocol.lost.await().getCause());
                    assertReported(reports, "dataReceived", failure, transport, protocol);
                });
    }

    // Conformance 386: test_selector_events.py::SelectorSocketTransportTests::test_read_eof_received_error
    @Test
    void eofReceived_throws_isFatal() throws Exception {
        var failure = new IllegalStateException("no end expected");
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public boolean eofReceived() {
                        throw failure;
                    }
                },
                (protocol, transport, peer) -> {
                    List<ExceptionContext> reports = collectReports();
                    peer.shutdownOutput();
                    assertSame(failure, protocol.lost.await());
                    assertReported(reports, "eofReceived", failure, transport, protocol);
                });
    }

    // Conformance 387: test_selector_events.py::SelectorSocketTransportTests::test_read_ready_eof
    @Test
    void eofReceived_false_closes() throws Exception {
        recorded((protocol, transport, peer) -> {
            peer.write(bytes("abc"));
            peer.shutdownOutput();
            assertNull(protocol.lost.await());
            assertEquals(List.of("made", "data", "eof", "lost"), protocol.trail);
            assertEquals(0, drainPeer(peer));
        });
    }

    // Conformance 388: test_selector_events.py::SelectorSocketTransportTests::test_read_ready_eof_keep_open
    @Test
    void eofReceived_true_keepsOpenForWriting() throws Exception {
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public boolean eofReceived() {
                        super.eofReceived();
                        return true;
                    }
                },
                (protocol, transport, peer) -> {
                    peer.shutdownOutput();
                    protocol.ended.await();
                    assertFalse(transport.isReading());
                    transport.pauseReading();
                    transport.resumeReading(); // must not have the end told again
                    for (int i = 0; i < 5; i++) {
                        Asyncio.yieldNow();
                    }
                    assertFalse(transport.isClosing());
                    transport.write(bytes("answer"));
                    transport.close();
                    assertEquals(6, drainPeer(peer));
                    assertNull(protocol.lost.await());
                    assertEquals(List.of("made", "eof", "lost"), protocol.trail);
                });
    }

    // Conformance 389: test_selector_events.py::SelectorSocketTransportTests::test_write_partial
    @Test
    void write_partial_buffersTheRest() throws Exception {
        recorded((protocol, transport, peer) -> {
            int size = 1_000_000;
            ByteBuffer data = ByteBuffer.allocate(size);
            transport.write(data);
            assertFalse(data.hasRemaining());
            int buffered = transport.getWriteBufferSize();
            assertTrue(buffered > 0 && buffered < size, "buffered " + buffered);
            assertEquals(List.of("made", "pause"), protocol.trail);
            transport.writeEof();
            assertEquals(size, drainPeer(peer));
            assertEquals(0, transport.getWriteBufferSize());
            assertEquals(List.of("made", "pause", "resume"), protocol.trail);
        });
    }

    // Conformance 390: test_selector_events.py::SelectorSocketTransportTests::test_write_no_data
    @Test
    void write_nothing_doesNothing() throws Exception {
        recorded((protocol, transport, peer) -> {
            transport.write(new byte[0]);
            transport.writeLines(List.of());
            transport.writeLines(List.of(ByteBuffer.allocate(0), ByteBuffer.allocate(0)));
            assertEquals(0, transport.getWriteBufferSize());
            transport.close();
            assertEquals(0, drainPeer(peer));
        });
    }

    // Conformance 391: test_selector_events.py::SelectorSocketTransportTests::test_write_closing
    @Test
    void write_afterTheLoss_isDroppedWithAWarning() throws Exception {
        try (var log = new LogCapture()) {
            recorded((protocol, transport, peer) -> {
                transport.abort();
                for (int i = 0; i < 4; i++) {
                    transport.write(bytes("data"));
                }
                assertEquals(List.of(), log.messages(Level.WARN));
                transport.write(bytes("data"));
                assertEquals(1, log.messages(Level.WARN).size());
                assertEquals(0, drainPeer(peer));
            });
        }
    }

    // Conformance 392: test_selector_events.py::SelectorSocketTransportTests::test_write_eof_buffer
    @Test
    void writeEof_bufferNotEmpty_waitsForIt() throws Exception {
        recorded((protocol, transport, peer) -> {
            assertTrue(transport.canWriteEof());
            transport.write(ByteBuffer.allocate(500_000));
            assertTrue(transport.getWriteBufferSize() > 0);
            transport.writeEof();
            assertThrows(IllegalStateException.class, () -> transport.write(bytes("more")));
            assertEquals(500_000, drainPeer(peer));
            peer.write(bytes("reading goes on"));
            yieldUntilReceived(protocol, 15);
        });
    }

    // Conformance 393: test_selector_events.py::SelectorSocketTransportTests::test_write_eof_after_close
    @Test
    void writeEof_afterClose_hasNoEffect() throws Exception {
        recorded((protocol, transport, peer) -> {
            transport.close();
            assertNull(protocol.lost.await());
            transport.writeEof();
            assertEquals(List.of("made", "lost"), protocol.trail);
        });
    }

    // Conformance 394: test_selector_events.py::SelectorTransportTests::test_abort
    @Test
    void abort_bufferNotEmpty_dropsIt() throws Exception {
        recorded((protocol, transport, peer) -> {
            transport.write(ByteBuffer.allocate(1_000_000));
            transport.abort();
            assertTrue(transport.isClosing());
            assertEquals(0, transport.getWriteBufferSize());
            assertEquals(List.of("made", "pause"), protocol.trail); // not inside the call
            assertNull(protocol.lost.await());
            transport.abort();
            transport.close();
            assertTrue(drainPeer(peer) < 1_000_000);
            assertEquals(List.of("made", "pause", "lost"), protocol.trail);
        });
    }

    @Test
    void close_bufferNotEmpty_sendsItFirst() throws Exception {
        recorded((protocol, transport, peer) -> {
            transport.write(ByteBuffer.allocate(1_000_000));
            transport.close();
            transport.close();
            assertEquals(1_000_000, drainPeer(peer));
            assertNull(protocol.lost.await());
            assertEquals(List.of("made", "pause", "resume", "lost"), protocol.trail);
        });
    }

    @Test
    void close_dataArrivesMeanwhile_isNotDelivered() throws Exception {
        recorded((protocol, transport, peer) -> {
            peer.write(bytes("too late"));
            transport.close();
            assertNull(protocol.lost.await());
            assertEquals(List.of("made", "lost"), protocol.trail);
        });
    }

    // Conformance 395: test_selector_events.py::SelectorSocketTransportTests::test_writelines_pauses_protocol
    @Test
    void writeLines_overHighWater_pausesTheProtocol() throws Exception {
        recorded((protocol, transport, peer) -> {
            var pieces = new ArrayList<ByteBuffer>();
            for (int i = 0; i < 1000; i++) {
                pieces.add(ByteBuffer.allocate(1000));
            }
            transport.writeLines(pieces);
            assertEquals(List.of("made", "pause"), protocol.trail);
            transport.writeEof();
            assertEquals(1_000_000, drainPeer(peer));
            assertEquals(List.of("made", "pause", "resume"), protocol.trail);
        });
    }

    @Test
    void writeBufferLimits_changed_areKept() throws Exception {
        recorded((protocol, transport, peer) -> {
            assertEquals(new BufferLimits(16 * 1024, 64 * 1024), transport.getWriteBufferLimits());
            transport.setWriteBufferLimits(1000);
            assertEquals(new BufferLimits(250, 1000), transport.getWriteBufferLimits());
            assertThrows(IllegalArgumentException.class, () -> transport.setWriteBufferLimits(1, 2));
            assertThrows(IllegalArgumentException.class, () -> transport.setWriteBufferLimits(-1));
            transport.setWriteBufferLimits(10_000_000, 0);
            transport.write(ByteBuffer.allocate(1_000_000));
            assertEquals(List.of("made"), protocol.trail);
            transport.setWriteBufferLimits(0); // below what is buffered: pauses at once
            assertEquals(List.of("made", "pause"), protocol.trail);
        });
    }

    @Test
    void pauseWriting_throws_isReportedAndIgnored() throws Exception {
        var failure = new IllegalStateException("no pause");
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public void pauseWriting() {
                        throw failure;
                    }
                },
                (protocol, transport, peer) -> {
                    List<ExceptionContext> reports = collectReports();
                    transport.write(ByteBuffer.allocate(1_000_000));
                    assertReported(reports, "pauseWriting", failure, transport, protocol);
                    assertFalse(transport.isClosing());
                    transport.writeEof();
                    assertEquals(1_000_000, drainPeer(peer));
                });
    }

    @Test
    void resumeWriting_closes_endsOnce() throws Exception {
        connected(
                () -> new RecordingProtocol() {
                    @Override
                    public void resumeWriting() {
                        super.resumeWriting();
                        made.result().write(bytes("last"));
                        made.result().close();
                    }
                },
                (protocol, transport, peer) -> {
                    transport.write(ByteBuffer.allocate(1_000_000));
                    assertEquals(1_000_004, drainPeer(peer));
                    assertNull(protocol.lost.await());
                    assertEquals(List.of("made", "pause", "resume", "lost"), protocol.trail);
                });
    }

    /** Takes bytes into a buffer of its own. */
    private static class Buffered extends RecordingProtocolBase implements BufferedProtocol {
        ByteBuffer buffer = ByteBuffer.allocate(4);

        @Override
        public ByteBuffer getBuffer(int sizeHint) {
            return buffer.clear();
        }

        @Override
        public void bufferUpdated(int length) {
            received.append(UTF_8.decode(buffer.flip()));
        }
    }

    /** What both kinds of protocol note. */
    private static class RecordingProtocolBase implements BaseProtocol {
        final StringBuilder received = new StringBuilder();
        final Future<Exception> lost = Asyncio.createFuture();

        @Override
        public void connectionLost(Exception exception) {
            lost.setResult(exception);
        }
    }

    // Conformance 396: test_selector_events.py::SelectorSocketTransportBufferedProtocolTests::test_get_buffer_zerosized
    @Test
    void getBuffer_noRoom_isFatal() throws Exception {
        for (ByteBuffer useless : new ByteBuffer[] {ByteBuffer.allocate(0), null}) {
            connected(
                    () -> new Buffered() {
                        @Override
                        public ByteBuffer getBuffer(int sizeHint) {
                            return useless;
                        }
                    },
                    (protocol, transport, peer) -> {
                        List<ExceptionContext> reports = collectReports();
                        peer.write(bytes("abc"));
                        Exception failure = protocol.lost.await();
                        assertTrue(failure.getMessage().contains("getBuffer"), failure.getMessage());
                        assertReported(reports, "getBuffer", failure, transport, protocol);
                    });
        }
    }

    // Conformance 397: test_selector_events.py::SelectorSocketTransportBufferedProtocolTests::test_proto_type_switch
    @Test
    void setProtocol_otherKind_takesEffectForTheNextEvent() throws Exception {
        recorded((first, transport, peer) -> {
            peer.write(bytes("abc"));
            yieldUntilReceived(first, 3);
            var second = new Buffered();
            transport.setProtocol(second);
            assertSame(second, transport.getProtocol());
            peer.write(bytes("defghi"));
            while (second.received.length() < 6) {
                Asyncio.yieldNow();
            }
            assertEquals("abc", first.received.toString());
            assertEquals("defghi", second.received.toString());
            peer.shutdownOutput();
            assertNull(second.lost.await());
            assertEquals(List.of("made", "data"), first.trail);
        });
    }

    // Conformance 398: test_buffered_proto.py::BaseTestBufferedProtocol::test_buffered_proto_create_connection
    @Test
    void bufferedProtocol_endToEnd_getsEverything() throws Exception {
        byte[] noise = "0123456789".repeat(1000).getBytes(UTF_8);
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                            (reader, writer) -> {
                                writer.write(noise);
                                writer.close();
                            },
                            "127.0.0.1",
                            0)
                    .serving()) {
                var endpoint = Net.createConnection(
                        Buffered::new, "127.0.0.1", serving.server().port());
                assertNull(endpoint.protocol().lost.await());
                assertEquals(
                        new String(noise, UTF_8), endpoint.protocol().received.toString());
            }
        });
    }

    // Conformance 399: test_transports.py::TransportTests::test_get_extra_info
    @Test
    void getExtraInfo_unknownName_givesTheDefault() throws Exception {
        recorded((protocol, transport, peer) -> {
            var fallback = new Object();
            assertSame(fallback, transport.getExtraInfo("unknown", fallback));
            assertNull(transport.getExtraInfo("unknown", null));
            assertEquals(peer.getLocalAddress(), transport.getExtraInfo("peername", fallback));
            assertEquals(peer.getLocalAddress(), transport.getExtraInfo(ExtraInfo.PEER_NAME));
        });
    }

    // Conformance 312: test_unix_events.py::TestFunctional::test_add_reader_or_writer_transport_fd
    @Test
    void addReader_channelOfATransport_isRefused() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            try (var listener = ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var channel = SocketChannel.open(listener.getLocalAddress())) {
                var endpoint = Net.createConnection(RecordingProtocol::new, channel, ConnectOptions.DEFAULT);
                List<org.junit.jupiter.api.function.Executable> calls = List.of(
                        () -> loop.addReader(channel, () -> {}),
                        () -> loop.addWriter(channel, () -> {}),
                        () -> loop.removeReader(channel),
                        () -> loop.removeWriter(channel),
                        () -> loop.sockRecv(channel, 1),
                        () -> loop.sockSendAll(channel, new byte[1]));
                for (var call : calls) {
                    var failure = assertThrows(IllegalStateException.class, call);
                    assertTrue(failure.getMessage().contains("owned by a transport"), failure.getMessage());
                }
                endpoint.transport().close();
                endpoint.protocol().lost.await();
                assertFalse(channel.isOpen());
            }
        });
    }

    @Test
    void connectionLost_peerReset_hasTheException() throws Exception {
        recorded((protocol, transport, peer) -> {
            peer.setOption(StandardSocketOptions.SO_LINGER, 0);
            peer.close();
            assertTrue(protocol.lost.await() instanceof ConnectionResetException);
            assertEquals(List.of("made", "lost with ConnectionResetException"), protocol.trail);
        });
    }

    @Test
    @SuppressWarnings("try") // that somebody closes the channel is the point
    void channel_closedByOthers_endsAReadThatWaits() throws Exception {
        Asyncio.run(() -> {
            EventLoop loop = Asyncio.getRunningLoop();
            try (var listener = ServerSocketChannel.open()
                            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
                    var channel = SocketChannel.open(listener.getLocalAddress())) {
                var reader = new StreamReader(1000, loop);
                Net.createConnection(() -> new StreamReaderProtocol(reader), channel, ConnectOptions.DEFAULT);
                var reading = Asyncio.createTask(() -> reader.read(10));
                Asyncio.yieldNow();
                channel.close();
                assertThrows(ClosedChannelException.class, () -> reading.await(IOException.class));
            }
        });
    }
}
