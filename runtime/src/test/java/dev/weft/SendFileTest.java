package dev.weft;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Sending files through plain channels. */
final class SendFileTest {
    private static final byte[] CONTENT = new byte[3_000_000];

    static {
        for (int i = 0; i < CONTENT.length; i++) {
            CONTENT[i] = (byte) (i * 7 + i / 509);
        }
    }

    @TempDir
    private Path directory;

    private FileChannel file(byte[] content) throws IOException {
        Path path = directory.resolve("content");
        Files.write(path, content);
        return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    @FunctionalInterface
    private interface Sending {
        @Suspends
        long send(EventLoop loop, SocketChannel channel) throws IOException;
    }

    /** What arrives of what is sent; checks the count. */
    private static byte[] sent(Sending sending) throws IOException {
        try (var pair = Loopback.open()) {
            return Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Task<Long> sender = loop.createTask(() -> {
                    long count = sending.send(loop, pair.far);
                    pair.far.shutdownOutput();
                    return count;
                });
                var all = new ByteArrayOutputStream();
                for (byte[] data = loop.sockRecv(pair.near, 65536);
                        data.length > 0;
                        data = loop.sockRecv(pair.near, 65536)) {
                    all.write(data);
                }
                assertEquals(all.size(), sender.await());
                return all.toByteArray();
            });
        }
    }

    @Test
    void sockSendFile_wholeFile_arrives() throws IOException {
        try (FileChannel file = file(CONTENT)) {
            file.position(100); // does not matter
            assertArrayEquals(CONTENT, sent((loop, channel) -> loop.sockSendFile(channel, file)));
            assertEquals(CONTENT.length, file.position());
        }
    }

    // Conformance 320: test_sendfile.py::SockSendfileMixin::test_sock_sendfile_with_offset_and_count
    @Test
    void sockSendFile_offsetAndCount_sendsThatPartAndMovesThePosition() throws IOException {
        for (boolean direct : List.of(true, false)) {
            try (FileChannel file = direct ? file(CONTENT) : new ForeignFile(file(CONTENT))) {
                byte[] sent = sent((loop, channel) -> loop.sockSendFile(channel, file, 1000, 2_000_000, true));
                assertArrayEquals(Arrays.copyOfRange(CONTENT, 1000, 2_001_000), sent);
                assertEquals(2_001_000, file.position());
            }
        }
    }

    @Test
    void sockSendFile_countBeyondTheEnd_sendsWhatThereIs() throws IOException {
        for (boolean direct : List.of(true, false)) {
            try (FileChannel file = direct ? file(CONTENT) : new ForeignFile(file(CONTENT))) {
                byte[] sent = sent((loop, channel) -> loop.sockSendFile(channel, file, 2_999_000, 5000, true));
                assertArrayEquals(Arrays.copyOfRange(CONTENT, 2_999_000, CONTENT.length), sent);
                assertEquals(CONTENT.length, file.position());
            }
        }
    }

    // Conformance 321: test_sendfile.py::SockSendfileMixin::test_sock_sendfile_zero_size
    @Test
    void sockSendFile_emptyFile_isZero() throws IOException {
        for (boolean direct : List.of(true, false)) {
            try (FileChannel file = direct ? file(new byte[0]) : new ForeignFile(file(new byte[0]))) {
                assertEquals(0, sent((loop, channel) -> loop.sockSendFile(channel, file)).length);
                assertEquals(0, file.position());
            }
        }
    }

    @Test
    void sockSendFile_fileCutShortMeanwhile_endsAtItsEnd() throws IOException {
        try (var pair = Loopback.openNarrow();
                FileChannel file = file(CONTENT)) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Task<Long> sender = loop.createTask(() -> loop.sockSendFile(pair.near, file));
                Asyncio.yieldNow(); // the buffers between are full now
                file.truncate(1_000_000);
                long received = 0;
                while (!sender.done()) {
                    received += loop.sockRecv(pair.far, 65536).length;
                    Asyncio.yieldNow();
                }
                pair.near.shutdownOutput();
                for (int count = loop.sockRecv(pair.far, 65536).length;
                        count > 0;
                        count = loop.sockRecv(pair.far, 65536).length) {
                    received += count;
                }
                assertEquals(received, sender.await());
                assertEquals(1_000_000, received);
            });
        }
    }

    @Test
    void sockSendFile_peerGone_failsAndThePositionTellsHowMuchWentOut() throws IOException {
        try (var pair = Loopback.openNarrow();
                FileChannel file = file(CONTENT)) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                Task<Long> sender = loop.createTask(() -> loop.sockSendFile(pair.near, file, 10, 2_000_000, true));
                Asyncio.yieldNow();
                pair.far.close();
                assertThrows(IOException.class, () -> sender.await(IOException.class));
                long position = file.position();
                assertEquals(true, position >= 10 && position < 2_000_000, "position " + position);
            });
        }
    }

    // Conformance 322: test_base_events.py::BaseLoopSockSendfileTests::test_sock_sendfile_no_fallback
    @Test
    void sockSendFile_notPossibleAndNoFallback_throws() throws IOException {
        try (var pair = Loopback.open();
                FileChannel file = new ForeignFile(file(CONTENT))) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                assertThrows(
                        SendfileNotAvailableException.class,
                        () -> loop.sockSendFile(pair.near, file, 0, Long.MAX_VALUE, false));
                assertEquals(0, file.position());
            });
        }
    }

    // Conformance 323: test_base_events.py::BaseLoopSockSendfileTests::test_negative_count
    @Test
    void sockSendFile_badCountOrOffset_throws() throws IOException {
        try (var pair = Loopback.open();
                FileChannel file = file(CONTENT)) {
            Asyncio.run(() -> {
                EventLoop loop = Asyncio.getRunningLoop();
                for (long count : List.of(-1L, 0L)) {
                    assertThrows(
                            IllegalArgumentException.class, () -> loop.sockSendFile(pair.near, file, 0, count, true));
                }
                assertThrows(IllegalArgumentException.class, () -> loop.sockSendFile(pair.near, file, -1, 1, true));
            });
        }
    }

    /** A file the system knows nothing of, as those of an archive or of memory. */
    private static final class ForeignFile extends FileChannel {
        private final FileChannel file;

        ForeignFile(FileChannel file) {
            this.file = file;
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return file.read(target);
        }

        @Override
        public int read(ByteBuffer target, long position) throws IOException {
            return file.read(target, position);
        }

        @Override
        public long position() throws IOException {
            return file.position();
        }

        @Override
        public FileChannel position(long newPosition) throws IOException {
            file.position(newPosition);
            return this;
        }

        @Override
        public long size() throws IOException {
            return file.size();
        }

        @Override
        protected void implCloseChannel() throws IOException {
            file.close();
        }

        @Override
        public long read(ByteBuffer[] targets, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long write(ByteBuffer[] sources, int offset, int length) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileChannel truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void force(boolean metaData) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferTo(long position, long count, WritableByteChannel target) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long transferFrom(ReadableByteChannel source, long position, long count) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int write(ByteBuffer source, long position) {
            throw new UnsupportedOperationException();
        }

        @Override
        public MappedByteBuffer map(MapMode mode, long position, long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock lock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }

        @Override
        public FileLock tryLock(long position, long size, boolean shared) {
            throw new UnsupportedOperationException();
        }
    }
}
