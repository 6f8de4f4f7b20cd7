package dev.weft.io.testing;

import static dev.weft.Asyncio.createTask;
import static dev.weft.Asyncio.millis;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Task;
import dev.weft.io.ConnectionResetException;
import dev.weft.io.StreamReader;
import dev.weft.io.Streams;
import dev.weft.testing.TestLoop;
import dev.weft.testing.WeftTest;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two ends of a connection in memory. */
final class MemoryStreamsTest {
    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static byte[] pattern(int n) {
        var bytes = new byte[n];
        new Random(n).nextBytes(bytes);
        return bytes;
    }

    @WeftTest(seeds = 20)
    void bytes_goBothWays() throws Exception {
        try (var pair = MemoryStreams.pair()) {
            pair.left().writer().write(bytes("ping\n"));
            pair.right().writer().write(bytes("pong\n"));
            assertArrayEquals(bytes("ping\n"), pair.right().reader().readLine());
            assertArrayEquals(bytes("pong\n"), pair.left().reader().readLine());
        }
    }

    @WeftTest
    void latency_delaysEverything(TestLoop loop) throws Exception {
        var pair = MemoryStreams.pair(MemoryStreams.Options.DEFAULT.latency(millis(30)));
        pair.left().writer().write(bytes("x"));
        assertArrayEquals(bytes("x"), pair.right().reader().readExactly(1));
        assertEquals(millis(30).toNanos(), loop.time());
        pair.left().close();
        assertEquals(millis(60).toNanos(), loop.time());
        assertArrayEquals(new byte[0], pair.right().reader().readAll());
        pair.right().close();
    }

    @WeftTest
    void chunking_deliversByteByByte() throws Exception {
        try (var pair = MemoryStreams.pair(MemoryStreams.Options.DEFAULT.chunking(1))) {
            pair.left().writer().write(bytes("abc"));
            StreamReader reader = pair.right().reader();
            assertArrayEquals(bytes("a"), reader.read(100));
            assertArrayEquals(bytes("bc"), reader.readExactly(2));
        }
    }

    @WeftTest
    void halfClose_endsOneDirection() throws Exception {
        try (var pair = MemoryStreams.pair()) {
            assertTrue(pair.left().writer().canWriteEof());
            pair.left().writer().write(bytes("last"));
            pair.left().writer().writeEof();
            assertArrayEquals(bytes("last"), pair.right().reader().readAll());
            pair.right().writer().write(bytes("still"));
            assertArrayEquals(bytes("still"), pair.left().reader().readExactly(5));
            assertThrows(IllegalStateException.class, () -> pair.left().writer().write(bytes("x")));
        }
    }

    @WeftTest
    void halfClose_impossible_isRefused() throws Exception {
        try (var pair = MemoryStreams.pair(MemoryStreams.Options.DEFAULT.halfClose(false))) {
            assertFalse(pair.left().writer().canWriteEof());
            assertThrows(
                    UnsupportedOperationException.class,
                    () -> pair.left().writer().writeEof());
        }
    }

    @WeftTest
    void readerThatWaits_holdsTheWriterUp(TestLoop loop) throws Exception {
        try (var pair = MemoryStreams.pair()) {
            byte[] sent = pattern(1_000_000);
            Task<?> writing = createTask(() -> {
                for (int i = 0; i < sent.length; i += 10_000) {
                    pair.left().writer().write(Arrays.copyOfRange(sent, i, i + 10_000));
                    pair.left().writer().drain();
                }
            });
            loop.awaitAllBlocked();
            assertFalse(writing.done());
            assertArrayEquals(sent, pair.right().reader().readExactly(sent.length));
            writing.await();
        }
    }

    @WeftTest
    void abort_resetsTheOtherEnd() throws Exception {
        var pair = MemoryStreams.pair();
        Streams left = pair.left();
        Streams right = pair.right();
        left.writer().transport().abort();
        assertThrows(ConnectionResetException.class, () -> right.reader().read(1));
        left.close();
        right.close();
    }

    @WeftTest
    void write_toAnEndThatIsClosed_resetsTheConnection() throws Exception {
        var pair = MemoryStreams.pair();
        pair.right().close();
        assertArrayEquals(new byte[0], pair.left().reader().readAll());
        pair.left().writer().write(bytes("too late"));
        assertThrows(ConnectionResetException.class, () -> pair.left().writer().waitClosed());
    }

    @Test
    void options_outOfRange_areRefused() {
        var options = MemoryStreams.Options.DEFAULT;
        assertThrows(IllegalArgumentException.class, () -> options.latency(millis(-1)));
        assertThrows(IllegalArgumentException.class, () -> options.chunking(0));
        assertThrows(IllegalArgumentException.class, () -> options.chunking(300_000));
        assertThrows(IllegalStateException.class, MemoryStreams::pair);
    }
}
