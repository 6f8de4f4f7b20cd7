package dev.weft.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bytes that come in awkward pieces, never end, or are not what they should be. */
final class StreamInputsTest {
    /** One way to read a stream. */
    @FunctionalInterface
    private interface Read {
        @Suspends
        Object from(StreamReader reader) throws IOException;
    }

    /** What comes out: the value as text, or the exception and its numbers. */
    @Suspends
    private static String outcome(StreamReader reader, Read read) {
        try {
            Object value = read.from(reader);
            return value instanceof byte[] bytes ? new String(bytes, ISO_8859_1) : String.valueOf(value);
        } catch (LimitOverrunException e) {
            return "overrun";
        } catch (IncompleteReadException e) {
            return "incomplete: " + new String(e.partial(), ISO_8859_1) + " of " + e.expected();
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** Has the pieces arrive one by one, each when the reading task waits. */
    @Suspends
    private static String fedWith(int limit, Read read, byte[]... pieces) {
        EventLoop loop = Asyncio.getRunningLoop();
        var reader = new StreamReader(limit, loop);
        Task<String> reading = loop.createTask(() -> outcome(reader, read));
        for (byte[] piece : pieces) {
            Asyncio.yieldNow();
            reader.feedData(piece);
            Asyncio.yieldNow();
        }
        reader.feedEof();
        return reading.await();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    @Suspends
    private static void assertAlikeHoweverSplit(String expected, String data, Read read) {
        byte[] whole = bytes(data);
        assertEquals(expected, fedWith(100, read, whole), "whole");
        for (int at = 1; at < whole.length; at++) {
            assertEquals(
                    expected,
                    fedWith(100, read, Arrays.copyOf(whole, at), Arrays.copyOfRange(whole, at, whole.length)),
                    "split at " + at);
        }
        byte[][] single = new byte[whole.length][];
        for (int i = 0; i < whole.length; i++) {
            single[i] = new byte[] {whole[i]};
        }
        assertEquals(expected, fedWith(100, read, single), "byte by byte");
    }

    @Test
    void readUntil_separatorSplitAnywhere_givesTheSame() throws Exception {
        Asyncio.run(() -> {
            assertAlikeHoweverSplit("header\r\n\r\n", "header\r\n\r\nbody", r -> r.readUntil(bytes("\r\n\r\n")));
            assertAlikeHoweverSplit("\r\n\r\n", "\r\n\r\n", r -> r.readUntil(bytes("\r\n\r\n")));
            // Separators that overlap with themselves and with what comes before.
            assertAlikeHoweverSplit("xaaab", "xaaabaab", r -> r.readUntil(bytes("aab")));
            assertAlikeHoweverSplit("abaabab", "abaababab", r -> r.readUntil(bytes("abab")));
            assertAlikeHoweverSplit("ab", "abcd", r -> r.readUntil(List.of(bytes("abcd"), bytes("b"))));
            assertAlikeHoweverSplit("one\r\n", "one\r\ntwo\n", r -> r.readUntil(List.of(bytes("\n"), bytes("\r\n"))));
            assertAlikeHoweverSplit("line\n", "line\nnext\n", StreamReader::readLine);
            assertAlikeHoweverSplit("incomplete: no end of OptionalInt.empty", "no end", r -> r.readUntil(bytes("\n")));
            assertAlikeHoweverSplit("no end", "no end", StreamReader::readLine);
        });
    }

    @Test
    void readUntilPattern_matchSplitAnywhere_givesTheSame() throws Exception {
        Asyncio.run(() -> {
            Pattern blankLine = Pattern.compile("\r?\n\r?\n");
            assertAlikeHoweverSplit("header\r\n\r\n", "header\r\n\r\nbody", r -> r.readUntil(blankLine, 100));
            assertAlikeHoweverSplit("header\n\n", "header\n\n\n", r -> r.readUntil(blankLine, 100));
            assertAlikeHoweverSplit("x=17;", "x=17;y=18;", r -> r.readUntil(Pattern.compile("\\d+;"), 100));
            assertAlikeHoweverSplit("a\u00ff", "a\u00ffb", r -> r.readUntil(Pattern.compile("\u00ff"), 100));
            assertAlikeHoweverSplit(
                    "incomplete: nothing of OptionalInt.empty", "nothing", r -> r.readUntil(blankLine, 100));
            assertAlikeHoweverSplit("aaab", "aaabc", r -> r.readUntil(Pattern.compile("b*"), 100));
        });
    }

    @Test
    void readUntilPattern_tooLong_leavesTheBuffer() throws Exception {
        Asyncio.run(() -> {
            Pattern end = Pattern.compile(";");
            var reader = new StreamReader(1000, Asyncio.getRunningLoop());
            reader.feedData(bytes("12345;rest"));
            var overrun = assertThrows(LimitOverrunException.class, () -> reader.readUntil(end, 5));
            assertEquals(5, overrun.consumed());
            assertTrue(overrun.getMessage().contains("5 bytes"), overrun.getMessage());
            assertEquals("12345;", new String(reader.readUntil(end, 6), UTF_8));
            overrun = assertThrows(LimitOverrunException.class, () -> reader.readUntil(end, 4));
            assertEquals(4, overrun.consumed());
            assertEquals("rest", new String(reader.read(10), UTF_8));
        });
    }

    @Test
    void readUntil_ownLimit_takesThePlaceOfTheReaders() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader(4, Asyncio.getRunningLoop());
            reader.feedData(bytes("1234567890;1234567890;"));
            assertEquals("1234567890;", new String(reader.readUntil(bytes(";"), 10), UTF_8));
            var overrun = assertThrows(LimitOverrunException.class, () -> reader.readUntil(bytes(";"), 9));
            assertEquals(10, overrun.consumed());
            overrun = assertThrows(LimitOverrunException.class, () -> reader.readUntil(bytes(";")));
            assertEquals(10, overrun.consumed());
            assertEquals(11, reader.read(100).length);
        });
    }

    @Test
    void readExactly_eofAtEachPoint_tellsWhatCame() throws Exception {
        Asyncio.run(() -> {
            int length = 20;
            for (int came = 0; came < length; came++) {
                String expected = "incomplete: " + "x".repeat(came) + " of " + OptionalInt.of(length);
                assertEquals(expected, fedWith(5, r -> r.readExactly(length), bytes("x".repeat(came))));
            }
            assertEquals("x".repeat(20), fedWith(5, r -> r.readExactly(length), bytes("x".repeat(21))));
        });
    }

    @Test
    void readExactly_hugeNumber_takesMemoryForWhatComesOnly() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            reader.feedData(new byte[10]);
            reader.feedEof();
            var incomplete = assertThrows(IncompleteReadException.class, () -> reader.readExactly(Integer.MAX_VALUE));
            assertEquals(10, incomplete.partial().length);
            assertEquals(OptionalInt.of(Integer.MAX_VALUE), incomplete.expected());
        });
    }

    @Test
    void readLine_endlessLineFromAConnection_failsWithLittleBuffered() throws Exception {
        Asyncio.run(() -> {
            int limit = 64 * 1024;
            Future<Integer> buffered = Asyncio.createFuture();
            try (var serving = Net.startServer(
                                    (reader, writer) -> {
                                        try (writer) {
                                            reader.readUntil(bytes("\n"));
                                        } catch (LimitOverrunException e) {
                                            buffered.setResult(reader.buffered());
                                            writer.transport().abort();
                                        }
                                    },
                                    "127.0.0.1",
                                    0,
                                    ServerOptions.DEFAULT.limit(limit))
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                var piece = new byte[256 * 1024];
                Arrays.fill(piece, (byte) 'a');
                // A gigabyte, had the other side taken it.
                assertThrows(IOException.class, () -> {
                    for (int i = 0; i < 4096; i++) {
                        client.writer().write(piece);
                        client.writer().drain();
                    }
                });
                int held = buffered.await();
                assertTrue(held > limit && held <= limit + 256 * 1024, "buffered: " + held);
                client.writer().transport().abort();
            }
        });
    }

    @Test
    void reader_nobodyReads_pausesTheConnectionAtTwiceTheLimit() throws Exception {
        Asyncio.run(() -> {
            int limit = 10_000;
            Future<StreamReader> served = Asyncio.createFuture();
            try (var serving = Net.startServer(
                                    (reader, writer) -> served.setResult(reader),
                                    "127.0.0.1",
                                    0,
                                    ServerOptions.DEFAULT.limit(limit))
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                // Until the system takes no more: everything that is going to be read has been.
                while (client.writer().transport().getWriteBufferSize() < 1 << 20) {
                    client.writer().write(new byte[100_000]);
                    Asyncio.yieldNow();
                }
                StreamReader reader = served.await();
                for (int i = 0; i < 50; i++) {
                    Asyncio.yieldNow();
                }
                assertTrue(reader.toString().contains("transport paused"), reader::toString);
                assertTrue(reader.buffered() <= 2 * limit + 256 * 1024, reader::toString);
                client.writer().transport().abort();
                serving.server().abortClients();
            }
        });
    }

    private static final List<byte[]> NOT_UTF_8 = List.of(
            new byte[] {'a', (byte) 0xC3, '\n'}, // cut short
            new byte[] {(byte) 0xC0, (byte) 0xAF, '\n'}, // overlong
            new byte[] {(byte) 0xED, (byte) 0xA0, (byte) 0x80, '\n'}, // a surrogate
            new byte[] {'a', 'b', (byte) 0xFF, '\n'},
            new byte[] {(byte) 0xF5, (byte) 0x80, (byte) 0x80, (byte) 0x80, '\n'}); // beyond U+10FFFF

    @Test
    void lines_malformed_failAndGoOnWithTheNext() throws Exception {
        Asyncio.run(() -> {
            for (byte[] malformed : NOT_UTF_8) {
                var reader = new StreamReader();
                reader.feedData(bytes("good\n"));
                reader.feedData(malformed);
                reader.feedData("gut: ä".getBytes(UTF_8));
                reader.feedEof();
                var lines = reader.lines(UTF_8).iterator();
                assertEquals("good\n", lines.next());
                var failure = assertThrows(UncheckedIOException.class, lines::next);
                assertTrue(failure.getMessage().startsWith("line 2 is not UTF-8"), failure.getMessage());
                assertInstanceOf(CharacterCodingException.class, failure.getCause());
                assertEquals("gut: ä", lines.next());
            }
        });
    }

    @Test
    void lines_malformedToBeReplacedOrIgnored_areReplacedOrIgnored() throws Exception {
        Asyncio.run(() -> {
            for (byte[] malformed : NOT_UTF_8) {
                for (CodingErrorAction action : List.of(CodingErrorAction.REPLACE, CodingErrorAction.IGNORE)) {
                    var reader = new StreamReader();
                    reader.feedData(malformed);
                    reader.feedEof();
                    String line = reader.lines(UTF_8, action).iterator().next();
                    assertEquals(action == CodingErrorAction.REPLACE, line.indexOf('\uFFFD') >= 0, line);
                    assertTrue(line.endsWith("\n"));
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"grün\nблакіт\n漢字\n😀\n", "😀😀😀\n😀"})
    void lines_charactersSplitAnywhere_areWhole(String text) throws Exception {
        byte[] whole = text.getBytes(UTF_8);
        Asyncio.run(() -> {
            for (int at = 0; at <= whole.length; at++) {
                var reader = new StreamReader();
                reader.feedData(Arrays.copyOf(whole, at));
                int split = at;
                Asyncio.getRunningLoop().callSoon(() -> {
                    reader.feedData(Arrays.copyOfRange(whole, split, whole.length));
                    reader.feedEof();
                });
                var lines = new ArrayList<String>();
                reader.lines(UTF_8).forEach(lines::add);
                assertEquals(text, String.join("", lines));
                assertTrue(lines.stream().limit(lines.size() - 1).allMatch(line -> line.endsWith("\n")));
            }
        });
    }

    @Test
    void lines_randomBytes_eitherDecodeOrFail() throws Exception {
        var random = new byte[1_000_000];
        new Random(11).nextBytes(random);
        Asyncio.run(() -> {
            var reader = new StreamReader();
            reader.feedData(random);
            reader.feedEof();
            var lines = reader.lines(UTF_8).iterator();
            int decoded = 0;
            int refused = 0;
            while (lines.hasNext()) {
                try {
                    decoded += lines.next().length();
                } catch (UncheckedIOException e) {
                    refused++;
                }
            }
            assertTrue(refused > 1000, "refused " + refused + " lines, decoded " + decoded + " characters");
        });
    }

    @Test
    void lines_charsetWithOtherNewlines_isRefused() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            for (var charset : List.of(UTF_16, UTF_16LE, java.nio.charset.Charset.forName("UTF-32"))) {
                var refused = assertThrows(IllegalArgumentException.class, () -> reader.lines(charset));
                assertTrue(refused.getMessage().contains(charset.name()), refused.getMessage());
            }
        });
    }

    /** The bytes copied and looked at, as a measure of work that no other process can disturb: time would not do. */
    @Test
    void readUntil_manyTinyPieces_looksAtEachByteAFewTimesOnly() throws Exception {
        for (int count : new int[] {10_000, 100_000}) {
            var queue = new ByteQueue();
            var separators = new Separators(List.of(bytes("\r\n"), bytes("\n\n\n\n")));
            long looked = 0;
            for (int i = 0; i < count; i++) {
                queue.append(java.nio.ByteBuffer.wrap(new byte[] {'a'}));
                int before = separators.searched();
                assertTrue(!separators.find(queue));
                looked += queue.size() - before;
            }
            assertTrue(looked <= 6L * count, "looked at " + looked + " bytes of " + count);
            assertArrayEquals(new byte[] {'a'}, queue.take(1));
        }
    }

    @Test
    void readExactly_aHundredThousandPiecesOfOneByte_areJoined() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            Task<byte[]> reading = Asyncio.createTask(() -> reader.readExactly(100_000));
            for (int i = 0; i < 100_000; i++) {
                reader.feedData(new byte[] {(byte) i});
                if (i % 10 == 0) {
                    Asyncio.yieldNow();
                }
            }
            byte[] all = reading.await();
            for (int i = 0; i < all.length; i++) {
                assertEquals((byte) i, all[i]);
            }
        });
    }
}
