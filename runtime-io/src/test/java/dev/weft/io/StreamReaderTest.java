package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Task;
import dev.weft.testing.TestLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

/** What tasks read of what is fed. */
final class StreamReaderTest {
    private static final byte[] DATA = bytes("line1\nline2\nline3\n");

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, UTF_8);
    }

    @FunctionalInterface
    private interface Program {
        void run(StreamReader reader) throws Exception;
    }

    private static void withReader(Program program) throws Exception {
        withReader(StreamReader.DEFAULT_LIMIT, program);
    }

    private static void withReader(int limit, Program program) throws Exception {
        try (var loop = new TestLoop()) {
            loop.run(() -> program.run(new StreamReader(limit, loop)));
        }
    }

    /** Feeds in iterations to come, one piece each; then the end. */
    private static void feedLater(StreamReader reader, String... pieces) {
        Asyncio.createTask(() -> {
            for (String piece : pieces) {
                reader.feedData(bytes(piece));
                Asyncio.yieldNow();
            }
            reader.feedEof();
        });
    }

    private static String rest(StreamReader reader) throws IOException {
        reader.feedEof();
        return text(reader.readAll());
    }

    // Conformance 351: test_streams.py::StreamTests::test_feed_empty_data
    @Test
    void feedData_empty_changesNothing() throws Exception {
        withReader(reader -> {
            reader.feedData(new byte[0]);
            assertFalse(reader.isReady());
            assertEquals("", rest(reader));
        });
    }

    @Test
    void feedData_afterEof_throws() throws Exception {
        withReader(reader -> {
            reader.feedEof();
            assertThrows(IllegalStateException.class, () -> reader.feedData(DATA));
        });
    }

    // Conformance 352: test_streams.py::StreamTests::test_read_zero
    @Test
    void read_zero_isEmptyAtOnce() throws Exception {
        withReader(reader -> {
            assertEquals(0, reader.read(0).length); // nothing fed: would wait otherwise
            reader.feedData(DATA);
            assertEquals(0, reader.read(0).length);
            assertEquals(text(DATA), rest(reader));
        });
    }

    // Conformance 353: test_streams.py::StreamTests::test_read_line_breaks
    @Test
    void read_several_givesWhatIsThereAtMostThatMany() throws Exception {
        withReader(reader -> {
            reader.feedData(bytes("line1"));
            reader.feedData(bytes("line2"));
            assertEquals("line1", text(reader.read(5)));
            assertEquals("line2", text(reader.read(30)));
            assertEquals("", rest(reader));
        });
    }

    @Test
    void read_nothingThere_waits() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(() -> reader.read(30));
            Asyncio.yieldNow();
            assertFalse(task.done());
            reader.feedData(bytes("abc"));
            assertEquals("abc", text(task.await()));
        });
    }

    @Test
    void read_atEof_isEmptyEachTime() throws Exception {
        withReader(reader -> {
            feedLater(reader);
            assertEquals(0, reader.read(1024).length);
            assertEquals(0, reader.read(1024).length);
        });
    }

    // Conformance 354: test_streams.py::StreamTests::test_read_until_eof
    @Test
    void readAll_pieces_collectsToTheEnd() throws Exception {
        withReader(reader -> {
            feedLater(reader, "chunk1\n", "chunk2");
            assertEquals("chunk1\nchunk2", text(reader.readAll()));
            assertEquals(0, reader.readAll().length);
        });
        withReader(reader -> {
            feedLater(reader, "chunk1\n", "chunk2");
            assertEquals("chunk1\nchunk2", text(reader.read(-1)));
        });
    }

    @Test
    void readAll_cancelled_leavesWhatCameInTheBuffer() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(reader::readAll);
            Asyncio.yieldNow();
            reader.feedData(bytes("abc"));
            Asyncio.yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            assertEquals("abc", text(reader.read(10)));
        });
    }

    // Conformance 355: test_streams.py::StreamTests::test_read_exception
    @Test
    void setException_afterData_isThrownByReads() throws Exception {
        withReader(reader -> {
            reader.feedData(DATA);
            assertEquals("li", text(reader.read(2)));
            var failure = new IOException("broken");
            reader.setException(failure);
            assertSame(failure, reader.exception());
            assertSame(failure, assertThrows(IOException.class, () -> reader.read(2)));
            assertSame(failure, assertThrows(IOException.class, reader::readAll));
            assertSame(failure, assertThrows(IOException.class, reader::readLine));
            assertSame(failure, assertThrows(IOException.class, () -> reader.readExactly(1)));
            assertSame(failure, assertThrows(IOException.class, () -> reader.readUntil(bytes("x"))));
            assertSame(failure, assertThrows(IOException.class, () -> reader.readInto(ByteBuffer.allocate(1))));
        });
    }

    @Test
    void setException_unchecked_isThrownAsItIs() throws Exception {
        withReader(reader -> {
            var failure = new IllegalArgumentException("odd");
            reader.setException(failure);
            assertSame(failure, assertThrows(IllegalArgumentException.class, () -> reader.read(2)));
        });
    }

    // Conformance 356: test_streams.py::StreamTests::test_invalid_limit
    @Test
    void constructor_limitNotPositive_throws() {
        try (var loop = EventLoop.create()) {
            assertThrows(IllegalArgumentException.class, () -> new StreamReader(0, loop));
            assertThrows(IllegalArgumentException.class, () -> new StreamReader(-1, loop));
        }
    }

    // Conformance 357: test_streams.py::StreamTests::test_read_limit
    @Test
    void readAll_moreThanTheLimit_isNotLimited() throws Exception {
        withReader(3, reader -> {
            reader.feedData(bytes("chunk"));
            reader.feedEof();
            assertEquals("chunk", text(reader.read(5)));
        });
        withReader(3, reader -> {
            feedLater(reader, "chunk", "chunk", "chunk");
            assertEquals("chunkchunkchunk", text(reader.readAll()));
        });
    }

    // Conformance 358: test_streams.py::StreamTests::test_readline
    @Test
    void readLine_pieces_areJoined() throws Exception {
        withReader(reader -> {
            reader.feedData(bytes("chunk1 "));
            Task<byte[]> task = Asyncio.createTask(reader::readLine);
            for (String piece : List.of("chunk2 ", "chunk3 ", "\n chunk4")) {
                Asyncio.yieldNow();
                assertFalse(task.done());
                reader.feedData(bytes(piece));
            }
            assertEquals("chunk1 chunk2 chunk3 \n", text(task.await()));
            assertEquals(" chunk4", rest(reader));
        });
    }

    // Conformance 359: test_streams.py::StreamTests::test_readline_limit_with_existing_data
    @Test
    void readLine_tooLong_dropsThatLine() throws Exception {
        withReader(3, reader -> {
            reader.feedData(bytes("li"));
            reader.feedData(bytes("ne1\nline2\n"));
            var failure = assertThrows(LimitOverrunException.class, reader::readLine);
            assertEquals(5, failure.consumed());
            assertEquals("line2\n", rest(reader));
        });
        withReader(3, reader -> {
            reader.feedData(bytes("li"));
            reader.feedData(bytes("ne1"));
            reader.feedData(bytes("li"));
            assertThrows(LimitOverrunException.class, reader::readLine);
            reader.feedData(bytes("\n"));
            assertEquals("\n", text(reader.readLine())); // nothing of the line without an end was left
        });
    }

    // test_streams.py::StreamTests::test_readline_limit
    @Test
    void readLine_tooLongWhileWaiting_dropsWhatWasBuffered() throws Exception {
        withReader(7, reader -> {
            Asyncio.createTask(() -> {
                reader.feedData(bytes("chunk1"));
                reader.feedData(bytes("chunk2"));
                reader.feedData(bytes("chunk3\n"));
                reader.feedEof();
            });
            assertThrows(LimitOverrunException.class, reader::readLine);
            assertEquals("", text(reader.readAll()));
        });
    }

    @Test
    void readLine_exactlyTheLimit_isRead() throws Exception {
        withReader(3, reader -> {
            reader.feedData(bytes("abc\nabcd\n"));
            assertEquals("abc\n", text(reader.readLine()));
            assertThrows(LimitOverrunException.class, reader::readLine);
        });
    }

    // Conformance 360: test_streams.py::StreamTests::test_readline_eof
    @Test
    void readLine_atEof_givesTheRest() throws Exception {
        withReader(reader -> {
            reader.feedData(bytes("some data"));
            reader.feedEof();
            assertEquals("some data", text(reader.readLine()));
            assertEquals("", text(reader.readLine()));
        });
    }

    // Conformance 361: test_streams.py::StreamTests::test_at_eof
    @Test
    void atEof_bufferNotEmpty_isFalse() throws Exception {
        withReader(reader -> {
            assertFalse(reader.atEof());
            reader.feedData(bytes("some data\n"));
            assertFalse(reader.atEof());
            reader.readLine();
            assertFalse(reader.atEof());
            reader.feedData(bytes("some data\n"));
            reader.feedEof();
            assertFalse(reader.atEof());
            reader.readLine();
            assertTrue(reader.atEof());
        });
    }

    // Conformance 362: test_streams.py::StreamTests::test_readuntil_separator
    @Test
    void readUntil_emptySeparator_throws() throws Exception {
        withReader(reader -> {
            assertThrows(IllegalArgumentException.class, () -> reader.readUntil(new byte[0]));
            assertThrows(IllegalArgumentException.class, () -> reader.readUntil(List.of(new byte[0])));
            assertThrows(IllegalArgumentException.class, () -> reader.readUntil(List.of(bytes("foo"), new byte[0])));
            assertThrows(IllegalArgumentException.class, () -> reader.readUntil(List.of()));
        });
    }

    // Conformance 363: test_streams.py::StreamTests::test_readuntil_multi_chunks_1
    @Test
    void readUntil_separatorSplit_isFound() throws Exception {
        withReader(reader -> {
            for (String split : List.of("QWERTYa|aa", "QWERTYaa|a", "aa|a", "Q|aaa", "bb|b|aaa", "a|a|a")) {
                Task<byte[]> task = Asyncio.createTask(() -> reader.readUntil(bytes("aaa")));
                for (String piece : split.split("\\|", -1)) {
                    Asyncio.yieldNow();
                    reader.feedData(bytes(piece));
                }
                assertEquals(split.replace("|", ""), text(task.await()));
            }
        });
    }

    private static void feedNow(StreamReader reader, String data) {
        reader.feedData(bytes(data));
    }

    // Conformance 364: test_streams.py::StreamTests::test_readuntil_limit_found_sep
    @Test
    void readUntil_overTheLimit_leavesTheBuffer() throws Exception {
        withReader(3, reader -> {
            feedNow(reader, "some dataAA");
            var notFound = assertThrows(LimitOverrunException.class, () -> reader.readUntil(bytes("AAA")));
            assertTrue(notFound.getMessage().contains("no separator was found"), notFound.getMessage());
            assertEquals(9, notFound.consumed());
            feedNow(reader, "A");
            var found = assertThrows(LimitOverrunException.class, () -> reader.readUntil(bytes("AAA")));
            assertTrue(found.getMessage().contains("a separator was found"), found.getMessage());
            assertEquals(9, found.consumed());
            assertEquals("some dataAAA", rest(reader));
        });
    }

    // test_streams.py::StreamTests::test_readuntil_eof, test_readuntil_limit
    @Test
    void readUntil_eofFirst_throwsWithAllThatCame() throws Exception {
        withReader(reader -> {
            feedNow(reader, "some dataAA");
            reader.feedEof();
            var failure = assertThrows(IncompleteReadException.class, () -> reader.readUntil(bytes("AAA")));
            assertEquals("some dataAA", text(failure.partial()));
            assertEquals(OptionalInt.empty(), failure.expected());
            assertTrue(failure.getMessage().contains("unknown"), failure.getMessage());
            assertTrue(reader.atEof());
        });
    }

    @Test
    void readUntil_completeMatchBeforeEof_isReturned() throws Exception {
        withReader(reader -> {
            feedNow(reader, "some dataAAA");
            reader.feedEof();
            assertEquals("some dataAAA", text(reader.readUntil(bytes("AAA"))));
        });
    }

    // Conformance 365: test_streams.py::StreamTests::test_readuntil_multi_separator
    @Test
    void readUntil_severalSeparators_earliestEndWins() throws Exception {
        withReader(reader -> {
            feedNow(reader, "line 1\nline 2\r");
            List<byte[]> ends = List.of(bytes("\r"), bytes("\n"));
            assertEquals("line 1\n", text(reader.readUntil(ends)));
            assertEquals("line 2\r", text(reader.readUntil(ends)));

            feedNow(reader, "ABCDEFG");
            // both end at F: the shorter one is reported, the result is the same
            assertEquals("ABCDEF", text(reader.readUntil(List.of(bytes("DEF"), bytes("EF")))));
            assertEquals("G", text(reader.readExactly(1)));

            feedNow(reader, "ABCDEFG");
            // the longer one begins and ends before the shorter one
            assertEquals("ABCD", text(reader.readUntil(List.of(bytes("G"), bytes("BCD")))));
            assertEquals("EFG", text(reader.readExactly(3)));
        });
    }

    // Conformance 366: test_streams.py::StreamTests::test_readuntil_multi_separator_limit
    @Test
    void readUntil_severalSeparators_limitCountsToTheOneThatMatched() throws Exception {
        withReader(3, reader -> {
            feedNow(reader, "some dataA");
            var failure = assertThrows(
                    LimitOverrunException.class, () -> reader.readUntil(List.of(bytes("A"), bytes("ome dataA"))));
            assertTrue(failure.getMessage().contains("a separator was found"), failure.getMessage());
            assertEquals("some dataA", rest(reader));
        });
    }

    // Conformance 367: test_streams.py::StreamTests::test_readuntil_multi_separator_negative_offset
    @Test
    void readUntil_longAlternative_rescansCorrectly() throws Exception {
        withReader(reader -> {
            List<byte[]> separators = List.of(bytes("AA"), bytes("long separator"));
            Task<byte[]> task = Asyncio.createTask(() -> reader.readUntil(separators));
            Asyncio.yieldNow();
            feedNow(reader, "data");
            Asyncio.yieldNow();
            assertFalse(task.done());
            feedNow(reader, "Al");
            Asyncio.yieldNow();
            feedNow(reader, "ong separ");
            Asyncio.yieldNow();
            feedNow(reader, "atorAA");
            assertEquals("dataAlong separator", text(task.await()));
            assertEquals("AA", rest(reader));
        });
    }

    // Conformance 368: test_streams.py::StreamTests::test_readexactly_zero_or_less
    @Test
    void readExactly_zeroOrNegative_isEmptyOrThrows() throws Exception {
        withReader(reader -> {
            reader.feedData(DATA);
            assertEquals(0, reader.readExactly(0).length);
            assertThrows(IllegalArgumentException.class, () -> reader.readExactly(-1));
            assertEquals(text(DATA), rest(reader));
        });
    }

    // test_streams.py::StreamTests::test_readexactly, test_readexactly_limit
    @Test
    void readExactly_moreThanTheLimit_isRead() throws Exception {
        withReader(3, reader -> {
            feedLater(reader, "chunk", "chunk", "chunkmore");
            assertEquals("chunkchunkchunk", text(reader.readExactly(15)));
            assertEquals("more", text(reader.readAll()));
        });
    }

    // Conformance 369: test_streams.py::StreamTests::test_readexactly_eof
    @Test
    void readExactly_eofEarlier_throwsWithPartialAndExpected() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(() -> reader.readExactly(2 * DATA.length));
            Asyncio.yieldNow();
            reader.feedData(DATA);
            reader.feedEof();
            var failure = assertThrows(IncompleteReadException.class, () -> task.await(IOException.class));
            assertEquals(text(DATA), text(failure.partial()));
            assertEquals(OptionalInt.of(36), failure.expected());
            assertEquals("18 bytes read on a total of 36 expected bytes", failure.getMessage());
            assertTrue(reader.atEof());
        });
    }

    @Test
    void readInto_buffer_fillsFromItsPosition() throws Exception {
        withReader(reader -> {
            reader.feedData(bytes("abcdef"));
            ByteBuffer buffer = ByteBuffer.allocateDirect(5).position(1);
            assertEquals(4, reader.readInto(buffer));
            assertEquals(0, reader.readInto(buffer));
            assertEquals(2, reader.readInto(buffer.clear()));
            assertEquals("ef", UTF_8.decode(buffer.flip()).toString());
            reader.feedEof();
            assertEquals(0, reader.readInto(buffer.clear()));
        });
    }

    // Conformance 370: test_streams.py::StreamTests::test_exception_waiter
    @Test
    void setException_waitingRead_isWoken() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(reader::readLine);
            Asyncio.yieldNow();
            var failure = new IOException("broken");
            reader.setException(failure);
            assertSame(failure, assertThrows(IOException.class, () -> task.await(IOException.class)));
        });
    }

    // Conformance 371: test_streams.py::StreamTests::test_exception_cancel
    @Test
    void setException_afterTheReadWasCancelled_isSafe() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(reader::readLine);
            Asyncio.yieldNow();
            task.cancel();
            reader.setException(new IOException("broken"));
            assertThrows(CancelledError.class, task::await);
            assertThrows(IOException.class, reader::readLine);
        });
    }

    @Test
    void read_secondTask_throws() throws Exception {
        withReader(reader -> {
            Task<byte[]> task = Asyncio.createTask(() -> reader.read(10));
            Asyncio.yieldNow();
            var failure = assertThrows(IllegalStateException.class, () -> reader.read(10));
            assertTrue(failure.getMessage().contains("another task is reading"), failure.getMessage());
            reader.feedData(bytes("abc"));
            assertEquals("abc", text(task.await()));
        });
    }

    @Test
    void read_cancelledAsDataArrives_losesNothing() throws Exception {
        withReader(reader -> {
            for (boolean cancelFirst : List.of(true, false)) {
                Task<byte[]> task = Asyncio.createTask(() -> reader.read(10));
                Asyncio.yieldNow();
                if (cancelFirst) {
                    task.cancel();
                    reader.feedData(bytes("abc"));
                } else {
                    reader.feedData(bytes("abc"));
                    task.cancel();
                }
                assertThrows(CancelledError.class, task::await);
                assertEquals("abc", text(reader.read(10)));
            }
        });
    }

    @Test
    void read_bufferedDataInACallback_doesNotSuspend() throws Exception {
        withReader(reader -> {
            reader.feedData(bytes("abc"));
            var read = Asyncio.<String>createFuture();
            Asyncio.getRunningLoop().callSoon(() -> read.setResult(text(reader.read(2))));
            assertEquals("ab", read.await());
        });
    }

    // Conformance 372: test_pep492.py::StreamReaderTests::test_readline
    @Test
    void lines_eof_end() throws Exception {
        withReader(reader -> {
            feedLater(reader, "line1\nli", "ne2\n", "line3");
            var lines = new ArrayList<String>();
            for (byte[] line : reader.lines()) {
                lines.add(text(line));
            }
            assertEquals(List.of("line1\n", "line2\n", "line3"), lines);
        });
    }

    @Test
    void lines_decoded_keepTheirEnds() throws Exception {
        withReader(reader -> {
            feedLater(reader, "grün\n", "blau");
            var lines = new ArrayList<String>();
            for (String line : reader.lines(UTF_8)) {
                lines.add(line);
            }
            assertEquals(List.of("grün\n", "blau"), lines);
        });
    }

    @Test
    void lines_failure_isWrapped() throws Exception {
        withReader(reader -> {
            var iterator = reader.lines().iterator();
            var failure = new IOException("broken");
            reader.setException(failure);
            assertSame(
                    failure,
                    assertThrows(UncheckedIOException.class, iterator::hasNext).getCause());
        });
        withReader(reader -> {
            reader.feedEof();
            assertThrows(
                    NoSuchElementException.class,
                    () -> reader.lines().iterator().next());
        });
    }

    /** Notes what a reader asks of its transport. */
    private static final class PausableSource implements ReadTransport {
        private final List<String> calls = new ArrayList<>();

        @Override
        public boolean isReading() {
            return calls.isEmpty() || calls.getLast().equals("resume");
        }

        @Override
        public void pauseReading() {
            calls.add("pause");
        }

        @Override
        public void resumeReading() {
            calls.add("resume");
        }

        @Override
        public <T> T getExtraInfo(ExtraInfo<T> key) {
            return null;
        }

        @Override
        public Object getExtraInfo(String name, Object fallback) {
            return fallback;
        }

        @Override
        public boolean isClosing() {
            return false;
        }

        @Override
        public void close() {
            calls.add("close");
        }

        @Override
        public void setProtocol(BaseProtocol protocol) {
            throw new UnsupportedOperationException();
        }

        @Override
        public BaseProtocol getProtocol() {
            throw new UnsupportedOperationException();
        }
    }

    @Test
    void feedData_moreThanTwiceTheLimit_pausesUntilAtTheLimit() throws Exception {
        withReader(4, reader -> {
            var source = new PausableSource();
            reader.setTransport(source);
            feedNow(reader, "12345678");
            assertEquals(List.of(), source.calls);
            feedNow(reader, "9");
            feedNow(reader, "0");
            assertEquals(List.of("pause"), source.calls);
            reader.readExactly(5);
            assertEquals(List.of("pause"), source.calls);
            reader.readExactly(1);
            assertEquals(List.of("pause", "resume"), source.calls);
        });
    }

    @Test
    void readExactly_pausedAndMoreWanted_resumes() throws Exception {
        withReader(2, reader -> {
            var source = new PausableSource();
            reader.setTransport(source);
            feedNow(reader, "12345");
            assertEquals(List.of("pause"), source.calls);
            Task<byte[]> task = Asyncio.createTask(() -> reader.readExactly(10));
            Asyncio.yieldNow();
            assertEquals(List.of("pause", "resume"), source.calls);
            feedNow(reader, "67890");
            assertEquals("1234567890", text(task.await()));
            assertEquals(List.of("pause", "resume", "pause", "resume"), source.calls);
        });
    }

    @Test
    void foreignThread_feeding_isRefused() throws Exception {
        withReader(reader -> {
            Throwable failure = Asyncio.toThread(() -> {
                try {
                    reader.feedData(DATA);
                    return null;
                } catch (IllegalStateException e) {
                    return e;
                }
            });
            assertTrue(failure.getMessage().contains("callSoonThreadsafe"), failure.getMessage());
        });
    }
}
