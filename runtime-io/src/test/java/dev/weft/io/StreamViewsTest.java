package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.Pipe;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Streams of bytes as libraries know them, and channels as a source, over real connections. */
final class StreamViewsTest {
    @TempDir
    Path folder;

    @FunctionalInterface
    private interface Client {
        @Suspends
        void run(StreamReader reader, StreamWriter writer) throws Exception;
    }

    private static void connected(StreamHandler handler, Client client) throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(handler, "127.0.0.1", 0).serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                client.run(streams.reader(), streams.writer());
            }
        });
    }

    /** Sends back the number of bytes it got, and closes. */
    @Suspends
    private static void count(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            long total = 0;
            for (byte[] data = reader.read(65536); data.length > 0; data = reader.read(65536)) {
                total += data.length;
            }
            writer.write((total + "\n").getBytes(UTF_8));
        }
    }

    @Test
    void inputStream_reads_waitForBytesAndEndWithTheStream() throws Exception {
        connected(
                (reader, writer) -> {
                    try (writer) {
                        for (String piece : List.of("ab", "cdef", "g")) {
                            writer.write(piece.getBytes(UTF_8));
                            reader.readLine();
                        }
                    }
                },
                (reader, writer) -> {
                    InputStream in = reader.asInputStream();
                    assertEquals(0, in.available());
                    assertEquals('a', in.read());
                    assertEquals(1, in.available());
                    assertEquals("b", new String(in.readNBytes(1), UTF_8));
                    var target = new byte[10];
                    assertEquals(0, in.read(target, 3, 0));
                    writer.write("\n".getBytes(UTF_8));
                    assertEquals(4, in.read(target, 3, 7));
                    assertEquals("cdef", new String(target, 3, 4, UTF_8));
                    writer.write("\n".getBytes(UTF_8));
                    assertEquals('g', in.read());
                    writer.write("\n".getBytes(UTF_8));
                    assertEquals(-1, in.read());
                    assertEquals(-1, in.read(target));
                    assertEquals(0, in.skip(1));
                    assertFalse(in.markSupported());
                    assertThrows(IOException.class, in::reset);
                    assertThrows(IndexOutOfBoundsException.class, () -> in.read(target, 5, 6));
                });
    }

    @Test
    void inputStream_skipAndTransferTo_takeWhatIsThere() throws Exception {
        var content = new byte[500_000];
        new Random(3).nextBytes(content);
        connected(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(content);
                    }
                },
                (reader, writer) -> {
                    InputStream in = reader.asInputStream();
                    assertEquals(0, in.skip(0));
                    assertEquals(0, in.skip(-1));
                    in.skipNBytes(100_000);
                    assertEquals(content[100_000], (byte) in.read());
                    // Mixed with the reader: the view has no bytes of its own.
                    assertEquals(content[100_001], reader.readExactly(1)[0]);
                    var rest = new ByteArrayOutputStream();
                    assertEquals(399_998, in.transferTo(rest));
                    assertArrayEquals(java.util.Arrays.copyOfRange(content, 100_002, 500_000), rest.toByteArray());
                });
    }

    @Test
    void inputStream_closed_leavesTheConnectionOpen() throws Exception {
        connected(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(reader.readLine());
                    }
                },
                (reader, writer) -> {
                    InputStream in = reader.asInputStream();
                    in.close();
                    in.close();
                    assertThrows(IOException.class, in::read);
                    assertThrows(IOException.class, in::available);
                    assertThrows(IOException.class, () -> in.skip(1));
                    assertThrows(IOException.class, () -> in.read(new byte[1]));
                    writer.write("still\n".getBytes(UTF_8));
                    assertEquals("still\n", new String(reader.readLine(), UTF_8));
                });
    }

    @Test
    void inputStream_cancelledRead_losesNothing() throws Exception {
        connected(
                (reader, writer) -> {
                    try (writer) {
                        writer.write(reader.readLine());
                    }
                },
                (reader, writer) -> {
                    InputStream in = reader.asInputStream();
                    Task<Integer> reading = Asyncio.createTask(() -> in.read());
                    Asyncio.yieldNow();
                    reading.cancel();
                    assertThrows(CancelledError.class, reading::await);
                    writer.write("x\n".getBytes(UTF_8));
                    assertEquals('x', in.read());
                });
    }

    @Test
    void inputStream_brokenConnection_throwsWhatTheReaderThrows() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            InputStream in = reader.asInputStream();
            var broken = new IOException("broken");
            reader.setException(broken);
            assertSame(broken, assertThrows(IOException.class, in::read));
            assertEquals(0, in.available());
        });
    }

    @Test
    void outputStream_slowPeer_waitsInsteadOfBuffering() throws Exception {
        connected(StreamViewsTest::count, (reader, writer) -> {
            OutputStream out = writer.asOutputStream();
            var piece = new byte[100_000];
            for (int i = 0; i < 100; i++) {
                out.write(piece);
                assertTrue(writer.transport().getWriteBufferSize()
                        <= writer.transport().getWriteBufferLimits().high());
            }
            out.write('x');
            out.flush();
            writer.writeEof();
            assertEquals("10000001\n", new String(reader.readLine(), UTF_8));
        });
    }

    @Test
    void outputStream_closed_closesTheConnectionAndRefusesMore() throws Exception {
        connected(
                (reader, writer) -> {
                    try (writer) {
                        reader.readAll();
                    }
                },
                (reader, writer) -> {
                    OutputStream out = writer.asOutputStream();
                    out.write("bye".getBytes(UTF_8));
                    out.close();
                    out.close();
                    assertTrue(writer.isClosing());
                    assertThrows(IOException.class, () -> out.write(1));
                    assertThrows(IOException.class, out::flush);
                    assertThrows(
                            IOException.class, () -> writer.asOutputStream().write(1));
                });
    }

    @Test
    void views_librariesOnBothSides_understandEachOther() throws Exception {
        connected(
                (reader, writer) -> {
                    var in = new ObjectInputStream(new GZIPInputStream(reader.asInputStream()));
                    @SuppressWarnings("unchecked")
                    var request = (Map<String, Integer>) in.readObject();
                    try (var out = new ObjectOutputStream(new GZIPOutputStream(writer.asOutputStream()))) {
                        out.writeObject(List.of("got", request));
                    }
                },
                (reader, writer) -> {
                    var zip = new GZIPOutputStream(writer.asOutputStream());
                    var out = new ObjectOutputStream(zip);
                    out.writeObject(Map.of("a", 1));
                    out.flush();
                    zip.finish();
                    var in = new ObjectInputStream(new GZIPInputStream(reader.asInputStream()));
                    assertEquals(List.of("got", Map.of("a", 1)), in.readObject());
                });
    }

    @Test
    void inputStream_bufferedReader_readsLines() throws Exception {
        connected(
                (reader, writer) -> {
                    try (writer) {
                        writer.write("eins\nzwölf\n".getBytes(UTF_8));
                    }
                },
                (reader, writer) -> {
                    var lines = new BufferedReader(new InputStreamReader(reader.asInputStream(), UTF_8));
                    assertEquals(List.of("eins", "zwölf"), lines.lines().toList());
                });
    }

    @Test
    void transferFrom_file_sendsFromItsPosition() throws Exception {
        Path path = Files.write(folder.resolve("file"), new byte[300_000]);
        connected(StreamViewsTest::count, (reader, writer) -> {
            try (FileChannel file = FileChannel.open(path);
                    FileChannel foreign = new ForeignFileChannel(FileChannel.open(path))) {
                file.position(50_000);
                assertEquals(250_000, writer.transferFrom(file));
                assertEquals(300_000, file.position());
                assertEquals(0, writer.transferFrom(file));
                assertEquals(300_000, writer.transferFrom(foreign));
            }
            writer.writeEof();
            assertEquals("550000\n", new String(reader.readLine(), UTF_8));
        });
    }

    @Test
    void transferFrom_blockingChannel_isReadOffTheLoop() throws Exception {
        connected(StreamViewsTest::count, (reader, writer) -> {
            ReadableByteChannel source = Channels.newChannel(new ByteArrayInputStream(new byte[1_000_000]));
            assertEquals(1_000_000, writer.transferFrom(source));
            assertTrue(source.isOpen());
            writer.writeEof();
            assertEquals("1000000\n", new String(reader.readLine(), UTF_8));
        });
    }

    @Test
    void transferFrom_nonBlockingChannel_isWaitedForOnTheLoop() throws Exception {
        connected(StreamViewsTest::count, (reader, writer) -> {
            Pipe pipe = Pipe.open();
            Pipe.SinkChannel sink = pipe.sink();
            try (var source = pipe.source()) {
                source.configureBlocking(false);
                Task<Long> transfer = Asyncio.createTask(() -> writer.transferFrom(source));
                Asyncio.yieldNow();
                assertFalse(transfer.done());
                sink.write(java.nio.ByteBuffer.wrap(new byte[1000]));
                for (int i = 0; i < 10; i++) {
                    Asyncio.yieldNow();
                }
                sink.write(java.nio.ByteBuffer.wrap(new byte[500]));
                sink.close();
                assertEquals(1500, transfer.await());
            }
            writer.writeEof();
            assertEquals("1500\n", new String(reader.readLine(), UTF_8));
        });
    }

    @Test
    void transferFrom_closingConnection_throws() throws Exception {
        connected(StreamViewsTest::count, (reader, writer) -> {
            writer.close();
            assertThrows(
                    IllegalStateException.class,
                    () -> writer.transferFrom(Channels.newChannel(new ByteArrayInputStream(new byte[1]))));
        });
    }
}
