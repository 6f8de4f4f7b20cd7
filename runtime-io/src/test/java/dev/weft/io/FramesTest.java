package dev.weft.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Task;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@link StreamReader#frames} and {@link StreamWriter#writeFrame}: messages out of a stream. */
final class FramesTest {
    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    record Case(Framing framing, String input, List<String> messages) {}

    private static Case c(Framing framing, String input, String... messages) {
        return new Case(framing, input, List.of(messages));
    }

    static Stream<Case> cases() {
        var line = Framing.line(bytes("\r\n"), 5);
        var netstring = Framing.netstring(5);
        var prefix = Framing.prefixed(PrefixSize.INT32, 5);
        return Stream.of(
                c(line, "one\r\n\r\n12345\r\n", "one", "", "12345", "end"),
                c(line, "one\r\ntwo", "one", "IncompleteReadException"),
                c(line, "one\r\n123456\r\n", "one", "LimitOverrunException"),
                c(line, "one\r\n123456789", "one", "LimitOverrunException"),
                c(Framing.line(), "a\nb\r\n", "a\nb", "end"),
                c(netstring, "3:one,0:,5:12345,", "one", "", "12345", "end"),
                c(netstring, "3:one,3:tw", "one", "IncompleteReadException"),
                c(netstring, "3:one,3", "one", "IncompleteReadException"),
                c(netstring, "3:one,6:", "one", "LimitOverrunException"),
                c(netstring, "3:one,3:onee", "one", "FrameException"),
                c(netstring, "3:one,x", "one", "FrameException"),
                c(netstring, "3:one,:", "one", "FrameException"),
                c(netstring, "3:one,02:", "one", "FrameException"),
                c(Framing.netstring(), "3:one,", "one", "end"),
                c(prefix, "\0\0\0\3one\0\0\0\0\0\0\0\00512345", "one", "", "12345", "end"),
                c(prefix, "\0\0\0\3one\0\0\0\3on", "one", "IncompleteReadException"),
                c(prefix, "\0\0\0\3one\0\0", "one", "IncompleteReadException"),
                c(prefix, "\0\0\0\3one\0\0\0\6", "one", "LimitOverrunException"),
                c(prefix, "\177\377\377\377", "LimitOverrunException"),
                c(prefix, "\377\377\377\377", "LimitOverrunException"),
                c(Framing.prefix8(), "\3one", "one", "end"),
                c(Framing.prefix16(), "\0\3one", "one", "end"),
                c(Framing.prefix32(), "\0\0\0\3one", "one", "end"));
    }

    private static List<String> read(Framing framing, List<byte[]> pieces) {
        return Asyncio.run(() -> {
            var reader = new StreamReader(16, Asyncio.getRunningLoop());
            Task<List<String>> reading = Asyncio.createTask(() -> {
                var messages = new ArrayList<String>();
                Frames frames = reader.frames(framing);
                try {
                    for (var next = frames.next(); next.isPresent(); next = frames.next()) {
                        messages.add(text(next.get()));
                    }
                    messages.add("end");
                } catch (IOException e) {
                    messages.add(e.getClass().getSimpleName());
                    if (!(e instanceof IncompleteReadException)) {
                        // It stays as it is.
                        assertEquals(
                                e.getMessage(),
                                assertThrows(IOException.class, frames::next).getMessage());
                    }
                }
                return messages;
            });
            for (byte[] piece : pieces) {
                Asyncio.yieldNow();
                reader.feedData(piece);
            }
            Asyncio.yieldNow();
            reader.feedEof();
            return reading.await();
        });
    }

    @ParameterizedTest
    @MethodSource("cases")
    void frames_inputCutAnywhere_givesTheSameMessages(Case c) {
        byte[] input = bytes(c.input());
        assertEquals(c.messages(), read(c.framing(), List.of(input)));
        var single = new ArrayList<byte[]>();
        for (int cut = 0; cut < input.length; cut++) {
            single.add(new byte[] {input[cut]});
            var cuts = List.of(Arrays.copyOf(input, cut), Arrays.copyOfRange(input, cut, input.length));
            assertEquals(c.messages(), read(c.framing(), cuts), "cut at " + cut);
        }
        assertEquals(c.messages(), read(c.framing(), single), "byte by byte");
    }

    @Test
    void frames_forLoop_endsAtTheEndAndWrapsFailures() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            reader.feedData(bytes("1:a,1:b,"));
            reader.feedEof();
            var messages = new ArrayList<String>();
            for (byte[] message : reader.frames(Framing.netstring())) {
                messages.add(text(message));
            }
            assertEquals(List.of("a", "b"), messages);
            assertEquals(Optional.empty(), reader.frames(Framing.netstring()).next());
            var ended = reader.frames(Framing.netstring()).iterator();
            assertFalse(ended.hasNext());
            assertThrows(NoSuchElementException.class, ended::next);

            var broken = new StreamReader();
            broken.feedData(bytes("1:a,x"));
            var iterator = broken.frames(Framing.netstring()).iterator();
            assertEquals("a", text(iterator.next()));
            var failure = assertThrows(UncheckedIOException.class, iterator::next);
            assertInstanceOf(FrameException.class, failure.getCause());
        });
    }

    @Test
    void frames_otherReadsInBetween_areFine() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            reader.feedData(bytes("4\r\nbody6\r\nbodies"));
            Frames heads = reader.frames(Framing.line());
            assertEquals("4", text(heads.next().orElseThrow()));
            assertEquals("body", text(reader.readExactly(4)));
            assertEquals("6", text(heads.next().orElseThrow()));
            assertEquals("bodies", text(reader.readExactly(6)));
        });
    }

    @Test
    void frames_cancelled_losesNothing() throws Exception {
        Asyncio.run(() -> {
            var reader = new StreamReader();
            Frames frames = reader.frames(Framing.netstring());
            reader.feedData(bytes("5:he"));
            var task = Asyncio.createTask(() -> frames.next());
            Asyncio.yieldNow();
            task.cancel();
            assertThrows(CancelledError.class, task::await);
            reader.feedData(bytes("llo,"));
            assertEquals("hello", text(frames.next().orElseThrow()));
        });
    }

    @Test
    void frames_largerThanTheReadersLimit_comeOverAConnection() throws Exception {
        var random = new Random(3);
        var messages = new ArrayList<byte[]>();
        for (int i = 0; i < 20; i++) {
            var message = new byte[random.nextInt(400_000)];
            random.nextBytes(message);
            messages.add(message);
        }
        var framing = Framing.prefixed(PrefixSize.INT32, 400_000);
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                                    (reader, writer) -> {
                                        try (writer) {
                                            for (byte[] message : reader.frames(framing)) {
                                                writer.writeFrame(framing, message);
                                                writer.drain();
                                            }
                                        }
                                    },
                                    "127.0.0.1",
                                    0,
                                    ServerOptions.DEFAULT.limit(1000))
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                var sending = Asyncio.createTask(() -> {
                    for (byte[] message : messages) {
                        client.writer().writeFrame(framing, message);
                        client.writer().drain();
                    }
                    client.writer().writeEof();
                });
                int at = 0;
                for (byte[] message : client.reader().frames(framing)) {
                    assertTrue(Arrays.equals(messages.get(at++), message));
                }
                assertEquals(messages.size(), at);
                sending.await();
            }
        });
    }

    @Test
    void frames_hugeLengthAnnounced_takesNoMemory() {
        Asyncio.run(() -> {
            var framing = Framing.prefixed(PrefixSize.INT32, Integer.MAX_VALUE - 64);
            for (int i = 0; i < 50; i++) { // 100 GB, if it were allocated
                var reader = new StreamReader();
                var task = Asyncio.createTask(() -> reader.frames(framing).next());
                reader.feedData(bytes("\177\377\377\0ten bytes."));
                Asyncio.yieldNow();
                Asyncio.yieldNow();
                assertFalse(task.done());
                reader.feedEof();
                var failure = assertThrows(IncompleteReadException.class, task::await);
                assertEquals(14, failure.partial().length);
            }
        });
    }

    @Test
    void framing_badArguments_throws() {
        assertThrows(IllegalArgumentException.class, () -> Framing.line(new byte[0], 10));
        assertThrows(IllegalArgumentException.class, () -> Framing.netstring(-1));
        assertThrows(IllegalArgumentException.class, () -> Framing.prefixed(PrefixSize.INT8, -1));
        assertThrows(IllegalArgumentException.class, () -> Framing.prefixed(PrefixSize.INT8, Integer.MAX_VALUE));
        assertEquals(255, Framing.prefix8().maxLength());
        assertEquals(65535, Framing.prefix16().maxLength());
        assertEquals(99999, Framing.prefix32().maxLength());
        assertEquals(16384, Framing.line().maxLength());
    }

    @Test
    void writeFrame_tooLongOrWithADelimiter_isRefusedAndNothingSent() throws Exception {
        Asyncio.run(() -> {
            try (var serving = Net.startServer(
                                    (reader, writer) -> {
                                        try (writer) {
                                            writer.write(reader.readAll());
                                        }
                                    },
                                    "127.0.0.1",
                                    0)
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                var writer = client.writer();
                assertThrows(
                        IllegalArgumentException.class, () -> writer.writeFrame(Framing.netstring(3), bytes("abcd")));
                assertThrows(IllegalArgumentException.class, () -> writer.writeFrame(Framing.prefix8(), new byte[256]));
                assertThrows(
                        IllegalArgumentException.class, () -> writer.writeFrame(Framing.line(), bytes("a\r\nDELETE")));
                writer.writeFrame(Framing.netstring(3), bytes("abc"));
                writer.writeFrame(Framing.prefix16(), bytes("de"));
                writer.writeFrame(Framing.line(), bytes("fg"));
                writer.writeEof();
                assertEquals("3:abc,\0\2defg\r\n", text(client.reader().readAll()));
            }
        });
    }
}
