package dev.weft.io;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Future;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@link LineProtocol}, {@link NetstringProtocol} and {@link LengthPrefixedProtocol}: messages out of packets cut anywhere. */
final class MessageProtocolTest {
    private static byte[] bytes(String text) {
        return text.getBytes(ISO_8859_1);
    }

    private static String text(byte[] bytes) {
        return new String(bytes, ISO_8859_1);
    }

    /** Notes lines; some of them are commands. */
    private static final class Lines extends LineProtocol {
        private final List<String> trail;
        private int depth;
        private int rawLeft;

        Lines(List<String> trail, String delimiter, int maxLength) {
            super(bytes(delimiter), maxLength);
            this.trail = trail;
        }

        @Override
        protected void lineReceived(byte[] line) {
            assertEquals(0, depth++);
            try {
                String command = text(line);
                trail.add(command);
                switch (command) {
                    case "raw" -> {
                        rawLeft = 5;
                        setRawMode();
                    }
                    case "comma" -> setDelimiter(bytes(","));
                    case "short" -> setMaxLength(3);
                    case "close" -> transport().close();
                    case "reply" -> sendLine(bytes("replied"));
                    default -> {}
                }
            } finally {
                depth--;
            }
        }

        /** Five bytes, the rest are lines again. */
        @Override
        protected void rawReceived(ByteBuffer data) {
            assertEquals(0, depth++);
            assertTrue(data.isReadOnly());
            var received = new byte[data.remaining()];
            data.get(received);
            int used = Math.min(rawLeft, received.length);
            for (int i = 0; i < used; i++) {
                trail.add("raw " + (char) received[i]);
            }
            rawLeft -= used;
            if (rawLeft == 0) {
                setLineMode(Arrays.copyOfRange(received, used, received.length));
            }
            depth--;
        }

        @Override
        protected void lineLengthExceeded(byte[] received) {
            trail.add("too long");
            assertTrue(received.length > maxLength());
            super.lineLengthExceeded(received);
        }
    }

    private static final class Netstrings extends NetstringProtocol {
        private final List<String> trail;

        Netstrings(List<String> trail, int maxLength) {
            super(maxLength);
            this.trail = trail;
        }

        @Override
        protected void stringReceived(byte[] string) {
            trail.add(text(string));
            if (text(string).equals("close")) {
                transport().close();
            }
        }
    }

    private static final class Prefixed extends LengthPrefixedProtocol {
        private final List<String> trail;

        Prefixed(List<String> trail, PrefixSize size, int maxLength) {
            super(size, maxLength);
            this.trail = trail;
        }

        @Override
        protected void stringReceived(byte[] string) {
            trail.add(text(string));
        }

        @Override
        protected void lengthLimitExceeded(long length) {
            trail.add("too long: " + length);
            super.lengthLimitExceeded(length);
        }
    }

    record Case(String name, Function<List<String>, Protocol> protocol, String input, List<String> trail) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case lines(String name, int maxLength, String input, String... trail) {
        return new Case(name, t -> new Lines(t, "\r\n", maxLength), input, List.of(trail));
    }

    private static Case netstrings(String name, String input, String... trail) {
        return new Case(name, t -> new Netstrings(t, 20), input, List.of(trail));
    }

    private static Case prefixed(String name, PrefixSize size, String input, String... trail) {
        return new Case(name, t -> new Prefixed(t, size, 20), input, List.of(trail));
    }

    static Stream<Case> cases() {
        return Stream.of(
                lines("several lines", 100, "one\r\ntwo\r\n\r\nthree\r\nrest", "one", "two", "", "three"),
                lines("half delimiters", 100, "a\rb\nc\r\r\nd\n\r\n", "a\rb\nc\r", "d\n"),
                lines("as long as it may be", 3, "abc\r\n\r\nabc\r\n", "abc", "", "abc"),
                lines("one byte too long", 3, "abc\r\nabcd\r\nabc\r\n", "abc", "too long", "closed"),
                lines("too long without an end", 3, "abcdefgh", "too long", "closed"),
                lines("too long, almost ended", 3, "abcd\r", "too long", "closed"),
                lines("long enough to be ended", 3, "abc\r\r\n", "too long", "closed"),
                lines(
                        "raw in between",
                        100,
                        "raw\r\n12\r\n5one\r\nraw\r\n54321\r\n",
                        "raw",
                        "raw 1",
                        "raw 2",
                        "raw \r",
                        "raw \n",
                        "raw 5",
                        "one",
                        "raw",
                        "raw 5",
                        "raw 4",
                        "raw 3",
                        "raw 2",
                        "raw 1",
                        ""),
                lines("another delimiter", 100, "one\r\ncomma\r\na,b\r\n,c,", "one", "comma", "a", "b\r\n", "c"),
                lines(
                        "another limit",
                        100,
                        "aaaaaaa\r\nshort\r\nbbb\r\naaaa\r\n",
                        "aaaaaaa",
                        "short",
                        "bbb",
                        "too long",
                        "closed"),
                lines("closed in a line", 100, "one\r\nclose\r\ntwo\r\n", "one", "close", "closed"),
                lines("replied", 100, "reply\r\nend\r\n", "reply", "end", "sent replied\r\n"),
                new Case(
                        "delimiter like its own end",
                        t -> new Lines(t, "aab", 9),
                        "aaabxaabaaaabaab",
                        List.of("a", "x", "aa", "")),
                netstrings("strings", "5:hello,0:,1:,,3:a:b,", "hello", "", ",", "a:b"),
                netstrings("largest", "20:01234567890123456789,1:x,", "01234567890123456789", "x"),
                netstrings("too long", "1:x,21:", "x", "closed"),
                netstrings("far too long", "99999999999999999999999:", "closed"),
                netstrings("no length", "1:x,:x,1:x,", "x", "closed"),
                netstrings("no comma", "1:x,1:xx1:x,", "x", "closed"),
                netstrings("zero in front", "1:x,01:x,1:x,", "x", "closed"),
                netstrings("two zeros", "00:,", "closed"),
                netstrings("sign", "+1:x,", "closed"),
                netstrings("minus", "-1:x,", "closed"),
                netstrings("space", "1 :x,", "closed"),
                netstrings("closed in a string", "5:close,1:x,", "close", "closed"),
                prefixed(
                        "bytes",
                        PrefixSize.INT8,
                        "\1a\0\24abcdefghijklmnopqrst\1b",
                        "a",
                        "",
                        "abcdefghijklmnopqrst",
                        "b"),
                prefixed(
                        "bytes, too long",
                        PrefixSize.INT8,
                        "\1a\25abcdefghijklmnopqrstu\1a",
                        "a",
                        "too long: 21",
                        "closed"),
                prefixed("shorts", PrefixSize.INT16, "\0\1a\0\0\0\3abc\0", "a", "", "abc"),
                prefixed("shorts, largest", PrefixSize.INT16, "\377\377a", "too long: 65535", "closed"),
                prefixed("ints", PrefixSize.INT32, "\0\0\0\1a\0\0\0\0\0\0\0\3abc\0\0\0", "a", "", "abc"),
                prefixed("ints, one too long", PrefixSize.INT32, "\0\0\0\1a\0\0\0\25", "a", "too long: 21", "closed"),
                prefixed(
                        "ints, largest signed", PrefixSize.INT32, "\177\377\377\377", "too long: 2147483647", "closed"),
                prefixed("ints, minus one", PrefixSize.INT32, "\377\377\377\377", "too long: 4294967295", "closed"));
    }

    /** What the protocol is told if the input comes in pieces that end at these offsets. */
    private static List<String> run(Case c, int... cuts) {
        var trail = new ArrayList<String>();
        var transport = new FakeTransport(c.protocol().apply(trail));
        byte[] input = bytes(c.input());
        int from = 0;
        for (int cut : cuts) {
            transport.come(input, from, cut);
            from = cut;
        }
        transport.come(input, from, input.length);
        transport.sent.forEach(sent -> trail.add("sent " + sent));
        transport.calls.forEach(call -> trail.add(call + "d"));
        return trail;
    }

    @ParameterizedTest
    @MethodSource("cases")
    void input_cutAnywhere_givesTheSameCalls(Case c) {
        int length = c.input().length();
        assertEquals(c.trail(), run(c), "whole");
        for (int first = 0; first <= length; first++) {
            for (int second = first; second <= length; second++) {
                int[] cuts = {first, second};
                assertEquals(c.trail(), run(c, cuts), () -> Arrays.toString(cuts));
            }
        }
        var single = new int[length];
        Arrays.setAll(single, i -> i + 1);
        assertEquals(c.trail(), run(c, single), "byte by byte");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void input_pausedAfterEachMessage_deliversOneAtATimeAndLosesNone(Case c) {
        var trail = new ArrayList<String>();
        // The second list pauses the connection whenever something is added to it, which is within a callback.
        var transport = new FakeTransport[1];
        var pausing = new ArrayList<String>() {
            @Override
            public boolean add(String entry) {
                boolean raw = entry.startsWith("raw ");
                if (!raw && transport[0] != null) {
                    assertTrue(transport[0].isReading() || transport[0].isClosing());
                    transport[0].pauseReading();
                }
                return super.add(entry);
            }
        };
        transport[0] = new FakeTransport(c.protocol().apply(pausing));
        transport[0].come(bytes(c.input()), 0, c.input().length());
        int before = -1;
        while (before != pausing.size()) {
            before = pausing.size();
            transport[0].resumeReading();
        }
        trail.addAll(pausing);
        transport[0].sent.forEach(sent -> trail.add("sent " + sent));
        transport[0].calls.forEach(call -> trail.add(call + "d"));
        assertEquals(c.trail(), trail);
    }

    @Test
    void messages_cutAtRandom_comeAsTheyWereSent() {
        var random = new Random(7);
        List<BiFunction<List<String>, int[], Protocol>> kinds = List.of(
                (trail, limit) -> new Lines(trail, "\r\n", limit[0]),
                (trail, limit) -> new Netstrings(trail, limit[0]),
                (trail, limit) -> new Prefixed(trail, PrefixSize.INT16, limit[0]),
                (trail, limit) -> new Prefixed(trail, PrefixSize.INT32, limit[0]));
        List<Framing> framings = List.of(
                Framing.line(bytes("\r\n"), 2000),
                Framing.netstring(2000),
                Framing.prefixed(PrefixSize.INT16, 2000),
                Framing.prefixed(PrefixSize.INT32, 2000));
        for (int round = 0; round < 400; round++) {
            int kind = round % kinds.size();
            var expected = new ArrayList<String>();
            var wire = new java.io.ByteArrayOutputStream();
            for (int i = random.nextInt(20); i >= 0; i--) {
                var message = new byte[random.nextInt(random.nextBoolean() ? 20 : 2000)];
                random.nextBytes(message);
                if (kind == 0) {
                    for (int at = 0; at < message.length; at++) {
                        message[at] = message[at] == '\n' ? (byte) '\r' : message[at]; // no line end inside
                    }
                }
                expected.add(text(message));
                for (ByteBuffer piece : framings.get(kind).around(message)) {
                    while (piece.hasRemaining()) {
                        wire.write(piece.get());
                    }
                }
            }
            var received = new ArrayList<String>();
            var transport = new FakeTransport(kinds.get(kind).apply(received, new int[] {2000}));
            byte[] input = wire.toByteArray();
            for (int from = 0; from < input.length; ) {
                int to = Math.min(input.length, from + 1 + random.nextInt(random.nextBoolean() ? 5 : 3000));
                transport.come(input, from, to);
                from = to;
            }
            assertEquals(expected, received, "round " + round);
        }
    }

    @Test
    void line_tooLongButNotClosed_goesOnWithTheNextByte() {
        var trail = new ArrayList<String>();
        var protocol = new LineProtocol(bytes("\n"), 3) {
            @Override
            protected void lineReceived(byte[] line) {
                trail.add(text(line));
            }

            @Override
            protected void lineLengthExceeded(byte[] received) {
                trail.add("too long: " + text(received));
            }
        };
        var transport = new FakeTransport(protocol);
        transport.come(bytes("abcd"), 0, 4);
        transport.come(bytes("ef\ngh\n"), 0, 6);
        assertEquals(List.of("too long: abcd", "ef", "gh"), trail);
        assertEquals(List.of(), transport.calls);
    }

    @Test
    void dataReceived_fromWithinACallback_isDeliveredAfterIt() {
        var trail = new ArrayList<String>();
        var protocol = new LineProtocol() {
            @Override
            protected void lineReceived(byte[] line) {
                trail.add("begin " + text(line));
                if (text(line).equals("outer")) {
                    dataReceived(ByteBuffer.wrap(bytes("inner\r\n")));
                    readingResumed();
                }
                trail.add("end " + text(line));
            }
        };
        new FakeTransport(protocol).come(bytes("outer\r\nlast\r\n"), 0, 13);
        assertEquals(List.of("begin outer", "end outer", "begin last", "end last", "begin inner", "end inner"), trail);
    }

    @Test
    void lines_tenThousandModeChangesInOnePacket_doNotNest() {
        int[] count = {0};
        int[] depth = {0};
        var protocol = new LineProtocol() {
            @Override
            protected void lineReceived(byte[] line) {
                assertEquals(0, depth[0]++);
                count[0]++;
                setRawMode();
                depth[0]--;
            }

            @Override
            protected void rawReceived(ByteBuffer data) {
                assertEquals(0, depth[0]++);
                var rest = new byte[data.remaining()];
                data.get(rest);
                setLineMode(rest);
                depth[0]--;
            }
        };
        new FakeTransport(protocol).come(bytes("\r\n".repeat(10_000)), 0, 20_000);
        assertEquals(10_000, count[0]);
    }

    @Test
    void lines_oneByteAtATime_takeLinearTime() {
        // 16 KiB of line, looked at again with each byte, would be 134 million steps a line.
        int[] lines = {0};
        var protocol = new LineProtocol() {
            @Override
            protected void lineReceived(byte[] line) {
                lines[0] += line.length;
            }
        };
        var transport = new FakeTransport(protocol);
        byte[] line = bytes("x".repeat(16384) + "\r\n");
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < line.length; i++) {
                transport.come(line, i, i + 1);
            }
        }
        assertEquals(20 * 16384, lines[0]);
    }

    @Test
    void send_messageThatCannotBeOne_isRefused() {
        var line = new Lines(new ArrayList<>(), "\r\n", 10);
        var transport = new FakeTransport(line);
        var failure = assertThrows(IllegalArgumentException.class, () -> line.sendLine(bytes("a\r\nQUIT")));
        assertTrue(failure.getMessage().contains("delimiter"), failure.getMessage());
        line.sendLine(bytes("a\rb\n"));
        var prefixed = new Prefixed(new ArrayList<>(), PrefixSize.INT8, 1000);
        var other = new FakeTransport(prefixed);
        assertEquals(255, prefixed.maxLength());
        assertThrows(IllegalArgumentException.class, () -> prefixed.sendString(new byte[256]));
        prefixed.sendString(bytes("abc"));
        assertEquals(List.of("a\rb\n\r\n"), transport.sent);
        assertEquals(List.of("\3abc"), other.sent);
    }

    @Test
    void create_badArguments_throws() {
        assertThrows(IllegalArgumentException.class, () -> new Lines(new ArrayList<>(), "", 10));
        assertThrows(IllegalArgumentException.class, () -> new Lines(new ArrayList<>(), "\n", -1));
        assertThrows(IllegalArgumentException.class, () -> new Netstrings(new ArrayList<>(), -1));
        assertThrows(IllegalArgumentException.class, () -> new Prefixed(new ArrayList<>(), PrefixSize.INT32, -1));
        var unconnected = new Netstrings(new ArrayList<>(), 10);
        var failure = assertThrows(IllegalStateException.class, unconnected::transport);
        assertTrue(failure.getMessage().contains("super.connectionMade"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void lines_overARealConnection_pauseAndResume(boolean tls) throws Exception {
        var server = tls ? ServerOptions.DEFAULT.tls(TestCa.server()) : ServerOptions.DEFAULT;
        var connect = tls ? ConnectOptions.DEFAULT.tls(TestCa.client()) : ConnectOptions.DEFAULT;
        Asyncio.run(() -> {
            var trail = new ArrayList<String>();
            Future<BaseTransport> pausedAt = Asyncio.createFuture();
            Future<Void> last = Asyncio.createFuture();
            try (var serving = Net.createServer(
                                    () -> new LineProtocol() {
                                        @Override
                                        protected void lineReceived(byte[] line) {
                                            trail.add(text(line));
                                            if (text(line).equals("pause")) {
                                                ((ReadTransport) transport()).pauseReading();
                                                pausedAt.setResult(transport());
                                            } else if (text(line).equals("last")) {
                                                sendLine(bytes("bye"));
                                                last.setResult(null);
                                            }
                                        }
                                    },
                                    "127.0.0.1",
                                    0,
                                    server)
                            .serving();
                    var client =
                            Net.openConnection("localhost", serving.server().port(), connect)) {
                client.writer().write(bytes("one\r\npause\r\ntwo\r\nlast\r\n"));
                var transport = (ReadTransport) pausedAt.await();
                for (int i = 0; i < 5; i++) {
                    Asyncio.yieldNow();
                }
                assertEquals(List.of("one", "pause"), trail);
                transport.resumeReading();
                assertEquals(List.of("one", "pause"), trail); // not from within the call
                last.await();
                assertEquals(List.of("one", "pause", "two", "last"), trail);
                assertEquals("bye\r\n", text(client.reader().readLine()));
            }
        });
    }

    @Test
    void callback_throws_isFatalToTheConnection() throws Exception {
        Asyncio.run(() -> {
            var reports = new ArrayList<Throwable>();
            Asyncio.getRunningLoop().setExceptionHandler((loop, context) -> reports.add(context.exception()));
            var failure = new IllegalStateException("in a line");
            Future<Exception> lost = Asyncio.createFuture();
            try (var serving = Net.createServer(
                                    () -> new LineProtocol() {
                                        @Override
                                        protected void lineReceived(byte[] line) {
                                            throw failure;
                                        }

                                        @Override
                                        public void connectionLost(Exception exception) {
                                            lost.setResult(exception);
                                        }
                                    },
                                    "127.0.0.1",
                                    0)
                            .serving();
                    var client =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                client.writer().write(bytes("one\r\ntwo\r\n"));
                assertEquals(failure, lost.await());
                assertEquals(List.of(failure), reports);
            }
        });
    }
}
