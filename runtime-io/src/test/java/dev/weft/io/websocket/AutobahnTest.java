package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Event;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.internal.websocket.Role;
import dev.weft.io.websocket.RawPeer.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What the Autobahn test suite expects, case by case under its numbers, of a server and of a client that send back what they get. The frames
 * are made here, byte by byte; nothing of what is tested takes part. Where Autobahn sends as it comes, each case is also chopped into single
 * bytes.
 */
final class AutobahnTest {
    private static final int FIN = 0x80;
    private static final int CONTINUATION = 0;
    private static final int TEXT = 1;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PING = 9;
    private static final int PONG = 10;

    /** The end is one that the case itself brings about with a close frame of code 1000. */
    private static final int CLEAN = 0;

    /** The peer's close frame is answered with a close frame that has no code. */
    private static final int EMPTY = CloseCode.NO_STATUS;

    /**
     * A case.
     *
     * @param sent its frames; those that end too early are made with {@link #begun}
     * @param expected what comes back before the end; if the end is a failure, the last of it may be missing, as the suite allows
     * @param end the code of the close frame that comes back
     */
    record Case(String id, List<Frame> sent, List<Frame> expected, int end) {
        @Override
        public String toString() {
            return id;
        }
    }

    // ---- the cases

    private static Stream<Case> cases() {
        var cases = new ArrayList<Case>();
        messages(cases);
        pings(cases);
        reservedBits(cases);
        opcodes(cases);
        fragmentation(cases);
        utf8(cases);
        closing(cases);
        limits(cases);
        return cases.stream();
    }

    private static void messages(List<Case> cases) {
        int[] sizes = {0, 125, 126, 127, 128, 65535, 65536};
        for (int i = 0; i < sizes.length; i++) {
            var text = new byte[sizes[i]];
            Arrays.fill(text, (byte) '*');
            echo(cases, "1.1." + (i + 1), List.of(frame(FIN | TEXT, text)), frame(FIN | TEXT, text));
            var bytes = new byte[sizes[i]];
            Arrays.fill(bytes, (byte) 0xfe);
            echo(cases, "1.2." + (i + 1), List.of(frame(FIN | BINARY, bytes)), frame(FIN | BINARY, bytes));
        }
    }

    private static void pings(List<Case> cases) {
        String binary = "\u0000ÿþý";
        byte[] long125 = repeat("þ", 125);
        echo(cases, "2.1", List.of(frame(FIN | PING, "")), frame(FIN | PONG, ""));
        echo(cases, "2.2", List.of(frame(FIN | PING, "Hello, world!")), frame(FIN | PONG, "Hello, world!"));
        echo(cases, "2.3", List.of(frame(FIN | PING, latin(binary))), frame(FIN | PONG, latin(binary)));
        echo(cases, "2.4", List.of(frame(FIN | PING, long125)), frame(FIN | PONG, long125));
        fails(cases, "2.5", 1002, List.of(frame(FIN | PING, repeat("þ", 126))));
        echo(cases, "2.7", List.of(frame(FIN | PONG, "")));
        echo(cases, "2.8", List.of(frame(FIN | PONG, "unsolicited pong payload")));
        echo(
                cases,
                "2.9",
                List.of(frame(FIN | PONG, "unsolicited pong payload"), frame(FIN | PING, "ping payload")),
                frame(FIN | PONG, "ping payload"));
        var sent = new ArrayList<Frame>();
        var back = new ArrayList<Frame>();
        for (int i = 0; i < 10; i++) {
            sent.add(frame(FIN | PING, "payload-" + i));
            back.add(frame(FIN | PONG, "payload-" + i));
        }
        cases.add(new Case("2.10", sent, back, CLEAN));
    }

    private static void reservedBits(List<Case> cases) {
        Frame hello = frame(FIN | TEXT, "Hello, world!");
        fails(cases, "3.1", 1002, List.of(frame(FIN | 0x10 | TEXT, "Hello, world!")));
        fails(
                cases,
                "3.2",
                1002,
                List.of(hello, frame(FIN | 0x20 | TEXT, "Hello, world!"), frame(FIN | PING, "")),
                hello);
        fails(
                cases,
                "3.3",
                1002,
                List.of(hello, frame(FIN | 0x30 | TEXT, "Hello, world!"), frame(FIN | PING, "")),
                hello);
        fails(
                cases,
                "3.4",
                1002,
                List.of(hello, frame(FIN | 0x40 | TEXT, "Hello, world!"), frame(FIN | PING, "")),
                hello);
        fails(cases, "3.5", 1002, List.of(frame(FIN | 0x50 | BINARY, latin("\u0000ÿþý"))));
        fails(cases, "3.6", 1002, List.of(frame(FIN | 0x60 | PING, "Hello, world!")));
        fails(cases, "3.7", 1002, List.of(frame(FIN | 0x70 | CLOSE, RawPeer.closePayload(1000, ""))));
    }

    private static void opcodes(List<Case> cases) {
        Frame hello = frame(FIN | TEXT, "Hello, world!");
        for (int i = 0; i < 5; i++) {
            int data = 3 + i;
            int control = 11 + i;
            fails(cases, "4.1." + (i + 1), 1002, List.of(frame(FIN | data, i == 0 ? "" : "reserved opcode payload")));
            fails(
                    cases,
                    "4.2." + (i + 1),
                    1002,
                    List.of(frame(FIN | control, i == 0 ? "" : "reserved opcode payload")));
            fails(
                    cases,
                    "4.1." + (i + 1) + " after a message",
                    1002,
                    List.of(hello, frame(FIN | data, ""), frame(FIN | PING, "")),
                    hello);
            fails(
                    cases,
                    "4.2." + (i + 1) + " after a message",
                    1002,
                    List.of(hello, frame(FIN | control, ""), frame(FIN | PING, "")),
                    hello);
        }
    }

    private static void fragmentation(List<Case> cases) {
        Frame first = frame(TEXT, "fragment1");
        Frame last = frame(FIN | CONTINUATION, "fragment2");
        Frame whole = frame(FIN | TEXT, "fragment1fragment2");
        Frame ping = frame(FIN | PING, "ping payload");
        Frame pong = frame(FIN | PONG, "ping payload");
        Frame hello = frame(FIN | TEXT, "Hello, world!");
        fails(cases, "5.1", 1002, List.of(frame(PING, "fragment1"), frame(FIN | CONTINUATION, "fragment2")));
        fails(cases, "5.2", 1002, List.of(frame(PONG, "fragment1"), frame(FIN | CONTINUATION, "fragment2")));
        echo(cases, "5.3-5.5", List.of(first, last), whole);
        echo(cases, "5.6-5.8", List.of(first, ping, last), pong, whole);
        Frame noStart = frame(FIN | CONTINUATION, "non-continuation payload");
        Frame noStartNoEnd = frame(CONTINUATION, "non-continuation payload");
        fails(cases, "5.9-5.11", 1002, List.of(noStart, hello));
        fails(cases, "5.12-5.14", 1002, List.of(noStartNoEnd, hello));
        fails(cases, "5.15", 1002, List.of(first, last, noStartNoEnd, hello), whole);
        fails(cases, "5.16", 1002, List.of(noStartNoEnd, first, last, noStartNoEnd, first, last));
        fails(cases, "5.17", 1002, List.of(noStart, first, last, noStart, first, last));
        fails(cases, "5.18", 1002, List.of(first, frame(FIN | TEXT, "fragment2")));
        echo(
                cases,
                "5.19-5.20",
                List.of(
                        first,
                        frame(CONTINUATION, "fragment2"),
                        frame(FIN | PING, "pongme 1!"),
                        frame(CONTINUATION, "fragment3"),
                        frame(CONTINUATION, "fragment4"),
                        frame(FIN | PING, "pongme 2!"),
                        frame(FIN | CONTINUATION, "fragment5")),
                frame(FIN | PONG, "pongme 1!"),
                frame(FIN | PONG, "pongme 2!"),
                frame(FIN | TEXT, "fragment1fragment2fragment3fragment4fragment5"));
    }

    private static void utf8(List<Case> cases) {
        echo(cases, "6.1.1", List.of(frame(FIN | TEXT, "")), frame(FIN | TEXT, ""));
        echo(
                cases,
                "6.1.2",
                List.of(frame(TEXT, ""), frame(CONTINUATION, ""), frame(FIN | CONTINUATION, "")),
                frame(FIN | TEXT, ""));
        echo(
                cases,
                "6.1.3",
                List.of(frame(TEXT, ""), frame(CONTINUATION, "middle frame payload"), frame(FIN | CONTINUATION, "")),
                frame(FIN | TEXT, "middle frame payload"));
        byte[] valid = utf("Hello-µ@ßöäüàá-UTF-8!!");
        byte[] greek = utf("κόσμε");
        valid(cases, "6.2", valid);
        valid(cases, "6.5", greek);
        byte[] tooHigh = join(greek, hex("f4908080"), utf("edited"));
        invalid(cases, "6.3", join(greek, hex("eda080"), utf("edited")));
        invalid(cases, "6.4", tooHigh);
        // 6.4.1 to 6.4.4: it has to fail at once, while the rest of the message is still to come.
        fails(cases, "6.4.1", 1007, List.of(frame(TEXT, greek), frame(CONTINUATION, hex("f4908080"))));
        fails(cases, "6.4.2", 1007, List.of(frame(TEXT, join(greek, hex("f4"))), frame(CONTINUATION, hex("90"))));
        fails(cases, "6.4.3", 1007, List.of(begun(TEXT, tooHigh, greek.length + 4)));
        fails(cases, "6.4.4", 1007, List.of(begun(TEXT, tooHigh, greek.length + 2)));
        // 6.6: each beginning of a character is none.
        byte[] word = join(hex("cebae1bdb9cf83cebcceb5"));
        for (int length = 1; length <= word.length; length++) {
            byte[] start = Arrays.copyOf(word, length);
            String id = "6.6." + length;
            if (new String(start, StandardCharsets.UTF_8).contains("\ufffd")) {
                fails(cases, id, 1007, List.of(frame(FIN | TEXT, start)));
            } else {
                echo(cases, id, List.of(frame(FIN | TEXT, start)), frame(FIN | TEXT, start));
            }
        }
        String[] good = {
            "00",
            "c280",
            "e0a080",
            "f0908080", // 6.7: first of each length
            "7f",
            "dfbf",
            "efbfbf",
            "f48fbfbf", // 6.9, 6.11: last of each length
            "ed9fbf",
            "ee8080",
            "efbfbd", // 6.11: around the surrogates
            "efbfbe",
            "f09fbfbe",
            "f09fbfbf",
            "f0afbfbe",
            "f48fbfbe" // 6.22: noncharacters
        };
        for (String bytes : good) {
            valid(cases, "6.7-6.22 " + bytes, hex(bytes));
        }
        String[] bad = {
            "f888808080",
            "fc8480808080",
            "f7bfbfbf",
            "fbbfbfbfbf",
            "fdbfbfbfbfbf",
            "f4908080", // 6.8, 6.10, 6.11
            "80",
            "bf",
            "80bf",
            "80bf80",
            "80bf80bf",
            "80bf80bf80",
            "80bf80bf80bf", // 6.12: lonely continuations
            "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8"
                    + "b9babbbcbdbe",
            "c020c120c220c320c420c520c620c720c820c920ca20cb20cc20cd20ce20cf20", // 6.13: lonely starts
            "e020e120e220e320e420e520e620e720e820e920ea20eb20ec20ed20ee20ef20",
            "f020f120f220f320f420f520f620f720",
            "f820f920fa20fb20",
            "fc20fd20",
            "c0",
            "e080",
            "f08080",
            "f8808080",
            "fc80808080",
            "df",
            "efbf",
            "f7bfbf",
            "fbbfbfbf",
            "fdbfbfbfbf", // 6.14
            "c0e080f08080f8808080fc80808080dfefbff7bfbffbbfbfbffdbfbfbfbf", // 6.15
            "fe",
            "ff",
            "fefeffff", // 6.16
            "c0af",
            "e080af",
            "f08080af",
            "f8808080af",
            "fc80808080af", // 6.17: overlong
            "c1bf",
            "e09fbf",
            "f08fbfbf",
            "f887bfbfbf",
            "fc83bfbfbfbf", // 6.18
            "c080",
            "e08080",
            "f0808080",
            "f880808080",
            "fc8080808080", // 6.19
            "eda080",
            "edadbf",
            "edae80",
            "edafbf",
            "edb080",
            "edbe80",
            "edbfbf", // 6.20: surrogates
            "eda080edb080",
            "eda080edbfbf",
            "edadbfedb080",
            "edadbfedbfbf",
            "edae80edb080",
            "edae80edbfbf", // 6.21
            "edafbfedb080",
            "edafbfedbfbf"
        };
        for (String bytes : bad) {
            invalid(cases, "6.8-6.21 " + bytes.substring(0, Math.min(20, bytes.length())), hex(bytes));
        }
    }

    private static void valid(List<Case> cases, String id, byte[] text) {
        echo(cases, id + " whole", List.of(frame(FIN | TEXT, text)), frame(FIN | TEXT, text));
        echo(cases, id + " a byte a frame", byteFrames(text), frame(FIN | TEXT, text));
    }

    private static void invalid(List<Case> cases, String id, byte[] text) {
        fails(cases, id + " whole", 1007, List.of(frame(FIN | TEXT, text)));
        fails(cases, id + " a byte a frame", 1007, byteFrames(text));
    }

    private static List<Frame> byteFrames(byte[] text) {
        var frames = new ArrayList<Frame>();
        for (int i = 0; i < text.length; i++) {
            frames.add(frame((i == 0 ? TEXT : CONTINUATION) | (i == text.length - 1 ? FIN : 0), new byte[] {text[i]}));
        }
        return frames;
    }

    private static void closing(List<Case> cases) {
        Frame hello = frame(FIN | TEXT, "Hello World!");
        Frame normal = frame(FIN | CLOSE, RawPeer.closePayload(1000, ""));
        cases.add(new Case("7.1.1", List.of(hello, normal), List.of(hello), 1000));
        cases.add(new Case("7.1.2", List.of(normal, normal), List.of(), 1000));
        cases.add(new Case("7.1.3", List.of(normal, frame(FIN | PING, "")), List.of(), 1000));
        cases.add(new Case("7.1.4", List.of(normal, hello), List.of(), 1000));
        cases.add(new Case(
                "7.1.5", List.of(frame(TEXT, "fragment1"), normal, frame(FIN | CONTINUATION, "2")), List.of(), 1000));
        byte[] big = repeat("BAsd7&jh23", 26_214);
        cases.add(new Case(
                "7.1.6",
                List.of(frame(FIN | TEXT, big), hello, normal, frame(FIN | PING, "")),
                List.of(frame(FIN | TEXT, big), hello),
                1000));
        cases.add(new Case("7.3.1", List.of(frame(FIN | CLOSE, "")), List.of(), EMPTY));
        fails(cases, "7.3.2", 1002, List.of(frame(FIN | CLOSE, "a")));
        cases.add(new Case("7.3.3", List.of(normal), List.of(), 1000));
        Frame reasoned = frame(FIN | CLOSE, RawPeer.closePayload(1000, "Hello World!"));
        cases.add(new Case("7.3.4", List.of(reasoned), List.of(), 1000));
        Frame longest = frame(FIN | CLOSE, RawPeer.closePayload(1000, "*".repeat(123)));
        cases.add(new Case("7.3.5", List.of(longest), List.of(), 1000));
        fails(cases, "7.3.6", 1002, List.of(frame(FIN | CLOSE, RawPeer.closePayload(1000, "*".repeat(124)))));
        fails(
                cases,
                "7.5.1",
                1007,
                List.of(frame(FIN | CLOSE, join(hex("03e8"), utf("κόσμε"), hex("eda080"), utf("edited")))));
        int[] valid = {1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999};
        for (int code : valid) {
            Frame close = frame(FIN | CLOSE, RawPeer.closePayload(code, ""));
            cases.add(new Case("7.7 " + code, List.of(close), List.of(), code));
        }
        int[] invalid = {0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535};
        for (int code : invalid) {
            fails(cases, "7.9 and 7.13 " + code, 1002, List.of(frame(FIN | CLOSE, RawPeer.closePayload(code, ""))));
        }
    }

    /** Section 9 with messages up to the limit, in one frame and in many, and 10.1.1. */
    private static void limits(List<Case> cases) {
        int[] sizes = {64 * 1024, 256 * 1024, 1024 * 1024};
        for (int i = 0; i < sizes.length; i++) {
            byte[] message = repeat("0123456789abcdef", sizes[i] / 16);
            echo(cases, "9.1." + (i + 1), List.of(frame(FIN | TEXT, message)), frame(FIN | TEXT, message));
            echo(cases, "9.2." + (i + 1), List.of(frame(FIN | BINARY, message)), frame(FIN | BINARY, message));
        }
        byte[] message = repeat("0123456789abcdef", 16 * 1024);
        for (int size : new int[] {64, 256, 1024, 4096, 16384, 65536}) {
            echo(cases, "9.3 " + size, fragments(TEXT, message, size), frame(FIN | TEXT, message));
            echo(cases, "9.4 " + size, fragments(BINARY, message, size), frame(FIN | BINARY, message));
        }
        byte[] autoFragmented = repeat("*", 65536);
        echo(cases, "10.1.1", fragments(TEXT, autoFragmented, 1300), frame(FIN | TEXT, autoFragmented));
        // Beyond the suite: what is longer than allowed is refused by its header, before any of it has come.
        byte[] tooBig = repeat("*", 1024 * 1024 + 1);
        fails(cases, "too big, whole", 1009, List.of(begun(BINARY | FIN, tooBig, 0)));
        fails(cases, "too big, in fragments", 1009, fragments(BINARY, tooBig, 65536));
    }

    private static List<Frame> fragments(int opcode, byte[] message, int size) {
        var frames = new ArrayList<Frame>();
        for (int at = 0; at < message.length; at += size) {
            int end = Math.min(message.length, at + size);
            frames.add(frame(
                    (at == 0 ? opcode : CONTINUATION) | (end == message.length ? FIN : 0),
                    Arrays.copyOfRange(message, at, end)));
        }
        return frames;
    }

    // ---- making cases

    private static void echo(List<Case> cases, String id, List<Frame> sent, Frame... expected) {
        cases.add(new Case(id, sent, List.of(expected), CLEAN));
    }

    private static void fails(List<Case> cases, String id, int code, List<Frame> sent, Frame... expected) {
        cases.add(new Case(id, sent, List.of(expected), code));
    }

    private static Frame frame(int bits, String text) {
        return new Frame(bits, utf(text));
    }

    private static Frame frame(int bits, byte[] payload) {
        return new Frame(bits, payload);
    }

    /** A frame of which only so many bytes are sent; marked by a bit that no frame has. */
    private static Frame begun(int bits, byte[] payload, int sent) {
        return new Frame(bits | 0x100 | sent << 16, payload);
    }

    private static byte[] bytesOf(RawPeer peer, Frame frame) {
        byte[] bytes = peer.frame(frame.bits(), frame.payload());
        if ((frame.bits() & 0x100) == 0) {
            return bytes;
        }
        return Arrays.copyOf(bytes, bytes.length - frame.payload().length + (frame.bits() >> 16));
    }

    private static byte[] utf(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] latin(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] hex(String digits) {
        return java.util.HexFormat.of().parseHex(digits);
    }

    private static byte[] repeat(String text, int count) {
        return latin(text.repeat(count));
    }

    private static byte[] join(byte[]... parts) {
        var joined = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            joined.writeBytes(part);
        }
        return joined.toByteArray();
    }

    // ---- running them

    private static Stream<Arguments> runs() {
        return cases().flatMap(c -> Stream.of(Role.SERVER, Role.CLIENT)
                .map(role -> Arguments.of(
                        Named.of(c.id() + " to a " + role.name().toLowerCase(java.util.Locale.ROOT), c), role)));
    }

    /** A case as it comes, for each role of ours. */
    @ParameterizedTest
    @MethodSource("runs")
    void autobahn_case_behavesAsExpected(Case c, Role ours) throws Exception {
        against(ours, peer -> play(c, peer, Integer.MAX_VALUE));
    }

    /** The short cases again, byte by byte. */
    @ParameterizedTest
    @MethodSource("runs")
    void autobahn_caseByteByByte_behavesAsExpected(Case c, Role ours) throws Exception {
        int total = c.sent().stream().mapToInt(frame -> frame.payload().length).sum();
        if (total <= 70_000) {
            against(ours, peer -> play(c, peer, total <= 1024 ? 1 : 997));
        }
    }

    /** Section 9.7 and 9.8, with fewer messages: one after the other. */
    @ParameterizedTest
    @MethodSource("dev.weft.io.websocket.AutobahnTest#roles")
    void autobahn_roundTrips_allComeBack(Role ours) throws Exception {
        against(ours, peer -> {
            for (int size : new int[] {0, 16, 64, 256, 1024, 4096}) {
                byte[] message = repeat("*", size);
                for (int i = 0; i < 50; i++) {
                    int opcode = FIN | (i % 2 == 0 ? TEXT : BINARY);
                    peer.send(opcode, message);
                    assertEquals(frame(opcode, message), peer.next());
                }
            }
            peer.send(FIN | CLOSE, RawPeer.closePayload(1000, ""));
            Frame answer = peer.next();
            assertEquals(1000, answer == null ? 0 : answer.closeCode());
        });
    }

    static Stream<Role> roles() {
        return Stream.of(Role.values());
    }

    @Suspends
    private static void play(Case c, RawPeer peer, int chop) throws IOException {
        var sent = new ByteArrayOutputStream();
        for (Frame frame : c.sent()) {
            sent.writeBytes(bytesOf(peer, frame));
        }
        // Read at the same time: both directions may be full.
        Task<IOException> sending = Asyncio.createTask(() -> {
            try {
                peer.sendChopped(sent.toByteArray(), chop);
                return new IOException("sent");
            } catch (IOException e) {
                return e; // it may be closed before it has taken everything
            }
        });
        int seen = 0;
        Frame next = null;
        while (seen < c.expected().size() || c.end() != CLEAN) {
            next = peer.next();
            if (next == null || next.opcode() == CLOSE) {
                break;
            }
            assertTrue(seen < c.expected().size(), "nothing more was expected, got " + next);
            assertEquals(c.expected().get(seen++), next);
        }
        sending.await();
        if (c.end() == CLEAN) {
            assertEquals(c.expected().size(), seen, "frames that came back");
            peer.send(FIN | CLOSE, RawPeer.closePayload(1000, "done"));
            next = peer.next();
        }
        assertTrue(next != null, "no close frame");
        assertEquals(c.end() == CLEAN ? 1000 : c.end(), next.closeCode());
        if (c.end() == 1000 || c.end() == EMPTY) {
            assertEquals(c.expected().size(), seen, "frames that came back");
        }
        peer.writer().close(); // of two ends that wait for each other, the server's goes first
        assertNull(next.opcode() == CLOSE ? null : next);
    }

    @Suspends
    private static void runAgainstServer(RawPeer.Script script) throws Exception {
        try (var serving =
                TestServer.start(WebSocketOptions.DEFAULT, TestServer::echo).serving()) {
            try (var peer = RawPeer.connect(serving.server().port(), "")) {
                script.run(peer);
            }
        }
    }

    @Suspends
    private static void runAgainstClient(RawPeer.Script script) throws Exception {
        var played = new Event();
        var failure = new Throwable[1];
        try (var serving = RawPeer.serve("", peer -> {
                    try {
                        script.run(peer);
                    } catch (Exception | AssertionError e) {
                        failure[0] = e;
                    } finally {
                        played.set();
                    }
                })
                .serving()) {
            TestServer.echo(
                    WebSocket.connect("ws://127.0.0.1:" + serving.server().port() + "/"));
            played.await();
        }
        if (failure[0] != null) {
            throw new AssertionError(failure[0]);
        }
    }

    /** Has a script played against an echoing end of ours, in its role. */
    static void against(Role ours, RawPeer.Script script) throws Exception {
        WatchedLoop.run(() -> {
            if (ours == Role.SERVER) {
                runAgainstServer(script);
            } else {
                runAgainstClient(script);
            }
        });
    }
}
