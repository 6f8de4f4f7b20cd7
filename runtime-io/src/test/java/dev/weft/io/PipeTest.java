package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Task;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.event.Level;

/** Transports over the ends of pipes, by the selector and by threads. */
@Timeout(60)
final class PipeTest {
    /** A pipe has one direction. */
    private static final class OneWay extends RecordingProtocol {
        @Override
        public void connectionMade(BaseTransport transport) {
            trail.add("made");
        }
    }

    private static byte[] pattern(int length) {
        var bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (i * 31 + (i >> 8));
        }
        return bytes;
    }

    private static byte[] readFully(Pipe.SourceChannel source) throws IOException {
        var all = new java.io.ByteArrayOutputStream();
        var buffer = ByteBuffer.allocate(10_000);
        while (source.read(buffer) >= 0) {
            all.write(buffer.array(), 0, buffer.position());
            buffer.clear();
        }
        return all.toByteArray();
    }

    // ---- reading

    @Test
    void connectReadPipe_channel_deliversDataThenEofThenIsLost() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectReadPipe(OneWay::new, pipe.source());
            assertEquals(List.of("made"), endpoint.protocol().trail);
            assertSame(pipe.source(), endpoint.transport().getExtraInfo(ExtraInfo.PIPE));
            assertSame(pipe.source(), endpoint.transport().getExtraInfo("pipe", null));
            assertEquals("none", endpoint.transport().getExtraInfo("peername", "none"));
            pipe.sink().write(ByteBuffer.wrap("text".getBytes(UTF_8)));
            pipe.sink().close();
            assertNull(endpoint.protocol().lost.await());
            assertEquals("text", endpoint.protocol().received.toString());
            assertEquals(List.of("made", "data", "eof", "lost"), endpoint.protocol().trail);
            assertFalse(pipe.source().isOpen());
            assertTrue(endpoint.transport().isClosing());
        });
    }

    @Test
    void connectReadPipe_eofReceivedWantsItOpen_isClosedAllTheSame() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var reader = new StreamReader();
            Net.connectReadPipe(() -> new StreamReaderProtocol(reader), pipe.source());
            pipe.sink().write(ByteBuffer.wrap("a\nb".getBytes(UTF_8)));
            pipe.sink().close();
            assertEquals("a\n", new String(reader.readLine(), UTF_8));
            assertEquals("b", new String(reader.readAll(), UTF_8));
            Asyncio.yieldNow();
            assertFalse(pipe.source().isOpen());
        });
    }

    @Test
    void connectReadPipe_stream_isReadByAThreadAndClosedAtItsEnd() throws IOException {
        var keyboard = new PipedOutputStream();
        var closed = new AtomicInteger();
        var stream = new PipedInputStream(keyboard) {
            @Override
            public void close() throws IOException {
                closed.incrementAndGet();
                super.close();
            }
        };
        Asyncio.run(() -> {
            var endpoint = Net.connectReadPipe(OneWay::new, stream);
            keyboard.write("text".getBytes(UTF_8));
            keyboard.close();
            assertNull(endpoint.protocol().lost.await());
            assertEquals("text", endpoint.protocol().received.toString());
            assertEquals(List.of("made", "data", "eof", "lost"), endpoint.protocol().trail);
            assertEquals(1, closed.get());
        });
    }

    @Test
    void connectReadPipe_streamThrowsUnchecked_isLostWithIt() {
        var broken = new InputStream() {
            @Override
            public int read() {
                throw new IllegalStateException("unplugged");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                return read();
            }
        };
        Asyncio.run(() -> {
            var endpoint = Net.connectReadPipe(OneWay::new, broken);
            Exception failure = endpoint.protocol().lost.await();
            assertInstanceOf(IOException.class, failure);
            assertTrue(failure.getMessage().contains("unplugged"), failure.getMessage());
        });
    }

    // Conformance 431: test_unix_events.py::UnixReadPipeTransportTests::test_pause_reading_on_closed_pipe
    @Test
    void pauseReading_closedPipe_hasNoEffect() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            for (ReadTransport transport : List.of(
                    Net.connectReadPipe(OneWay::new, pipe.source()).transport(),
                    Net.connectReadPipe(OneWay::new, new PipedInputStream(new PipedOutputStream()))
                            .transport())) {
                assertTrue(transport.isReading());
                transport.close();
                transport.close();
                assertFalse(transport.isReading());
                transport.pauseReading();
                transport.resumeReading();
                transport.resumeReading();
                assertFalse(transport.isReading());
                assertTrue(transport.isClosing());
                var protocol = (OneWay) transport.getProtocol();
                assertNull(protocol.lost.await());
                transport.pauseReading();
                transport.resumeReading();
                assertEquals(List.of("made", "lost"), protocol.trail);
            }
        });
    }

    @Test
    void pauseReading_channel_deliversNothingUntilResumed() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectReadPipe(OneWay::new, pipe.source());
            endpoint.transport().pauseReading();
            endpoint.transport().pauseReading();
            pipe.sink().write(ByteBuffer.wrap("text".getBytes(UTF_8)));
            pipe.sink().close();
            for (int i = 0; i < 10; i++) {
                Asyncio.yieldNow();
            }
            assertEquals(List.of("made"), endpoint.protocol().trail);
            endpoint.transport().resumeReading();
            endpoint.transport().resumeReading();
            assertNull(endpoint.protocol().lost.await());
            assertEquals("text", endpoint.protocol().received.toString());
        });
    }

    @Test
    void pauseReading_stream_isReadOneChunkAheadAtMost() throws InterruptedException {
        var reads = new AtomicInteger();
        var read = new CountDownLatch(1);
        var endless = new InputStream() {
            @Override
            public int read() {
                throw new UnsupportedOperationException();
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                reads.incrementAndGet();
                read.countDown();
                Arrays.fill(target, offset, offset + length, (byte) 'x');
                return length;
            }
        };
        Asyncio.run(() -> {
            var endpoint = Net.connectReadPipe(OneWay::new, endless);
            var protocol = endpoint.protocol();
            endpoint.transport().pauseReading();
            Asyncio.toThread(() -> read.await());
            for (int i = 0; i < 100; i++) {
                Asyncio.yieldNow();
            }
            assertTrue(reads.get() <= 2, "read " + reads + " times"); // one on its way, one delivered before the pause
            assertTrue(protocol.received.length() <= 64 * 1024);
            endpoint.transport().close();
            assertNull(protocol.lost.await());
        });
    }

    @Test
    void close_threadsThatBlock_end() throws IOException {
        Asyncio.run(() -> {
            var reading = Net.connectReadPipe(OneWay::new, new PipedInputStream(new PipedOutputStream()));
            var writing = Net.connectWritePipe(OneWay::new, new PipedOutputStream(new PipedInputStream(1000)));
            writing.transport().write(new byte[100_000]);
            Asyncio.sleep(Asyncio.millis(20)); // blocked by now, or about to be: both are to end
            reading.transport().close();
            writing.transport().abort();
            assertNull(reading.protocol().lost.await());
            assertNull(writing.protocol().lost.await());
            while (!Leaks.childThreads().isEmpty()) {
                Asyncio.sleep(Asyncio.millis(1));
            }
        });
    }

    @Test
    @DisabledOnOs(value = OS.WINDOWS, disabledReason = "no named pipes in the file system")
    void close_readOfANamedPipeBlocks_endsTheThread(@TempDir Path folder) throws Exception {
        Path fifo = folder.resolve("fifo");
        assertEquals(0, new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor());
        try (var writer = new RandomAccessFile(fifo.toFile(), "rw")) {
            var threads = ConcurrentHashMap.<Thread>newKeySet();
            Asyncio.run(() -> {
                var endpoint = Net.connectReadPipe(OneWay::new, new FileInputStream(fifo.toFile()));
                writer.write("text".getBytes(UTF_8));
                while (endpoint.protocol().received.isEmpty()) {
                    Asyncio.sleep(Asyncio.millis(1));
                }
                Thread.getAllStackTraces().keySet().stream()
                        .filter(thread -> thread.getName().equals("weft-pipe-read"))
                        .forEach(threads::add);
                endpoint.transport().close();
                assertNull(endpoint.protocol().lost.await());
                assertEquals("text", endpoint.protocol().received.toString());
            });
            assertFalse(threads.isEmpty());
            for (Thread thread : threads) {
                thread.join(10_000);
                assertFalse(thread.isAlive());
            }
        }
    }

    // ---- writing

    // Conformance 429: test_events.py::EventLoopTestsMixin::test_write_pipe
    @Test
    void connectWritePipe_channel_writesAndCloses() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectWritePipe(OneWay::new, pipe.sink());
            WriteTransport transport = endpoint.transport();
            assertEquals(List.of("made"), endpoint.protocol().trail);
            assertSame(pipe.sink(), transport.getExtraInfo(ExtraInfo.PIPE));
            transport.write("12".getBytes(UTF_8));
            transport.writeLines(List.of(ByteBuffer.wrap("3".getBytes(UTF_8)), ByteBuffer.wrap("45".getBytes(UTF_8))));
            var buffer = ByteBuffer.allocate(10);
            while (buffer.position() < 5) {
                pipe.source().read(buffer);
            }
            assertEquals("12345", new String(buffer.array(), 0, 5, UTF_8));
            assertFalse(transport.isClosing());
            transport.close();
            assertNull(endpoint.protocol().lost.await());
            assertEquals(-1, pipe.source().read(ByteBuffer.allocate(1)));
            assertFalse(pipe.sink().isOpen());
            assertEquals(List.of("made", "lost"), endpoint.protocol().trail);
        });
    }

    // Conformance 430: test_events.py::EventLoopTestsMixin::test_write_pipe_disconnect_on_close
    @Test
    void connectWritePipe_readerGone_connectionLost() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectWritePipe(OneWay::new, pipe.sink());
            endpoint.transport().write("1".getBytes(UTF_8));
            assertEquals(1, pipe.source().read(ByteBuffer.allocate(1)));
            pipe.source().close();
            endpoint.transport().write("2".getBytes(UTF_8));
            assertInstanceOf(BrokenPipeException.class, endpoint.protocol().lost.await());
            try (var log = new LogCapture()) {
                for (int i = 0; i < 5; i++) {
                    endpoint.transport().write("3".getBytes(UTF_8));
                }
                assertEquals(1, log.messages(Level.WARN).size(), log.toString());
            }
            assertFalse(pipe.sink().isOpen());
        });
    }

    @Test
    void connectWritePipe_readerGoneWhileDataIsBuffered_lostWithBrokenPipe() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectWritePipe(OneWay::new, pipe.sink());
            endpoint.transport().write(new byte[1_000_000]);
            assertTrue(endpoint.transport().getWriteBufferSize() > 0);
            pipe.source().close();
            assertInstanceOf(BrokenPipeException.class, endpoint.protocol().lost.await());
            assertEquals(List.of("made", "pause", "lost with BrokenPipeException"), endpoint.protocol().trail);
            assertEquals(0, endpoint.transport().getWriteBufferSize());
        });
    }

    // Conformance 432: test_unix_events.py::UnixWritePipeTransportTests::test_write_eof_pending
    @Test
    void writeEof_dataBuffered_waitsForTheFlush() throws IOException {
        Pipe pipe = Pipe.open();
        byte[] sent = pattern(1_000_000);
        Asyncio.run(() -> {
            var endpoint = Net.connectWritePipe(OneWay::new, pipe.sink());
            assertTrue(endpoint.transport().canWriteEof());
            endpoint.transport().write(sent);
            endpoint.transport().writeEof();
            endpoint.transport().writeEof();
            assertTrue(endpoint.transport().isClosing());
            assertFalse(endpoint.protocol().lost.done());
            assertTrue(endpoint.transport().getWriteBufferSize() > 0);
            byte[] got = Asyncio.toThread(() -> readFully(pipe.source()));
            assertTrue(Arrays.equals(sent, got));
            assertNull(endpoint.protocol().lost.await());
            assertEquals(List.of("made", "pause", "resume", "lost"), endpoint.protocol().trail);
        });
    }

    @Test
    void abort_dataBuffered_dropsIt() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            var endpoint = Net.connectWritePipe(OneWay::new, pipe.sink());
            endpoint.transport().write(new byte[1_000_000]);
            endpoint.transport().abort();
            assertNull(endpoint.protocol().lost.await());
            assertTrue(readFully(pipe.source()).length < 1_000_000);
            assertEquals(List.of("made", "pause", "lost"), endpoint.protocol().trail);
        });
    }

    @Test
    void connectWritePipe_stream_writesInTheBackgroundAndClosesIt() throws IOException {
        byte[] sent = pattern(1_000_000);
        Asyncio.run(() -> {
            var reading = new PipedInputStream(1000);
            var endpoint = Net.connectWritePipe(OneWay::new, new PipedOutputStream(reading));
            endpoint.transport().write(sent);
            endpoint.transport().close();
            byte[] got = Asyncio.toThread(() -> reading.readAllBytes());
            assertTrue(Arrays.equals(sent, got));
            assertNull(endpoint.protocol().lost.await());
            assertEquals(List.of("made", "pause", "resume", "lost"), endpoint.protocol().trail);
        });
    }

    @Test
    void connectWritePipe_streamBroken_isLostWithIt() throws IOException {
        Asyncio.run(() -> {
            var reading = new PipedInputStream();
            var endpoint = Net.connectWritePipe(OneWay::new, new PipedOutputStream(reading));
            reading.close();
            endpoint.transport().write("text".getBytes(UTF_8));
            assertInstanceOf(IOException.class, endpoint.protocol().lost.await());
            assertTrue(endpoint.transport().isClosing());
        });
    }

    // ---- what is refused, and what is left behind

    @Test
    void connectPipe_regularFile_isRefused(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("file"), "text");
        Asyncio.run(() -> {
            try (var input = new FileInputStream(file.toFile())) {
                var failure =
                        assertThrows(IllegalArgumentException.class, () -> Net.connectReadPipe(OneWay::new, input));
                assertTrue(failure.getMessage().contains("regular file"), failure.getMessage());
                assertEquals('t', input.read()); // still the caller's
            }
            try (var output = new FileOutputStream(file.toFile())) {
                assertThrows(IllegalArgumentException.class, () -> Net.connectWritePipe(OneWay::new, output));
            }
        });
    }

    @Test
    void connectPipe_closedOrTwice_throws() throws IOException {
        Pipe pipe = Pipe.open();
        Pipe closed = Pipe.open();
        closed.source().close();
        closed.sink().close();
        Asyncio.run(() -> {
            assertThrows(IOException.class, () -> Net.connectReadPipe(OneWay::new, closed.source()));
            assertThrows(IOException.class, () -> Net.connectWritePipe(OneWay::new, closed.sink()));
            Net.connectReadPipe(OneWay::new, pipe.source()).transport().close();
            var sink = Net.connectWritePipe(OneWay::new, pipe.sink());
            assertThrows(IllegalStateException.class, () -> Net.connectWritePipe(OneWay::new, pipe.sink()));
            sink.transport().close();
        });
    }

    @Test
    void connectPipe_cancelledMeanwhile_closesThePipe() throws IOException {
        Pipe pipe = Pipe.open();
        Asyncio.run(() -> {
            Task<?> reading = Asyncio.createTask(() -> Net.connectReadPipe(OneWay::new, pipe.source()));
            Task<?> writing = Asyncio.createTask(() -> Net.connectWritePipe(OneWay::new, pipe.sink()));
            Asyncio.yieldNow();
            reading.cancel();
            writing.cancel();
            assertThrows(CancelledError.class, reading::await);
            assertThrows(CancelledError.class, writing::await);
            Asyncio.yieldNow();
            assertFalse(pipe.source().isOpen());
            assertFalse(pipe.sink().isOpen());
        });
    }

    @Test
    void closeLoop_pipesOpen_closesThemAndWarns() throws IOException {
        Pipe pipe = Pipe.open();
        try (var log = new LogCapture()) {
            try (var loop = EventLoop.create()) {
                loop.runUntilComplete(() -> {
                    Net.connectReadPipe(OneWay::new, pipe.source());
                    Net.connectWritePipe(OneWay::new, pipe.sink());
                    Net.connectReadPipe(OneWay::new, new PipedInputStream(new PipedOutputStream()));
                });
            }
            assertEquals(
                    3,
                    log.messages(Level.WARN).stream()
                            .filter(message -> message.contains("unclosed"))
                            .count());
        }
        assertFalse(pipe.source().isOpen());
        assertFalse(pipe.sink().isOpen());
    }
}
