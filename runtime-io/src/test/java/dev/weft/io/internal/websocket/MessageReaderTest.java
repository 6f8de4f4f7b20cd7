package dev.weft.io.internal.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.websocket.CloseCode;
import dev.weft.io.websocket.Message;
import dev.weft.io.websocket.WebSocketProtocolException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Bytes in, messages out: strictness, limits, and every way of splitting. */
final class MessageReaderTest {
    private static final DeflateParameters DEFLATE = new DeflateParameters(false, false, DeflateParameters.OFFER);
    private static final int LIMIT = 1024 * 1024;

    private static MessageReader server() {
        return new MessageReader(Role.SERVER, null, LIMIT, LIMIT);
    }

    private static MessageReader client() {
        return new MessageReader(Role.CLIENT, null, LIMIT, LIMIT);
    }

    private static byte[] hex(String digits) {
        return HexFormat.of().parseHex(digits.replace(" ", ""));
    }

    /** What a reader makes of bytes that come in two parts, as text; a violation is the last. */
    private static List<String> events(MessageReader reader, byte[] bytes, int split) {
        var events = new ArrayList<String>();
        try (reader) {
            feed(reader, Arrays.copyOfRange(bytes, 0, split), events);
            feed(reader, Arrays.copyOfRange(bytes, split, bytes.length), events);
        } catch (WebSocketProtocolException e) {
            events.add(e.code() + " " + e.getMessage());
        }
        return events;
    }

    private static void feed(MessageReader reader, byte[] bytes, List<String> events)
            throws WebSocketProtocolException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        for (Incoming next = reader.next(in); next != null; next = reader.next(in)) {
            events.add(describe(next));
        }
        assertEquals(0, in.remaining(), "all is taken");
    }

    private static String describe(Incoming what) {
        return switch (what) {
            case Incoming.Data(Message.Text text, int size) -> "text " + size + " " + text.text();
            case Incoming.Data(Message.Binary binary, int size) ->
                "binary " + size + " " + HexFormat.of().formatHex(binary.data());
            case Incoming.Ping ping -> "ping " + HexFormat.of().formatHex(ping.payload());
            case Incoming.Pong pong -> "pong " + HexFormat.of().formatHex(pong.payload());
            case Incoming.Close close -> "close " + close.code() + " " + close.reason();
        };
    }

    private static List<String> events(MessageReader reader, String digits) {
        return events(reader, hex(digits), 0);
    }

    // ---- the examples of the RFCs

    @Test
    void next_examplesOfRfc6455_areRead() {
        assertEquals(List.of("text 5 Hello"), events(client(), "81 05 48 65 6c 6c 6f"));
        assertEquals(List.of("text 5 Hello"), events(server(), "81 85 37 fa 21 3d 7f 9f 4d 51 58"));
        assertEquals(List.of("text 5 Hello"), events(client(), "01 03 48 65 6c 80 02 6c 6f"));
        assertEquals(List.of("ping 48656c6c6f"), events(client(), "89 05 48 65 6c 6c 6f"));
        assertEquals(List.of("pong 48656c6c6f"), events(server(), "8a 85 37 fa 21 3d 7f 9f 4d 51 58"));
    }

    @Test
    void next_examplesOfRfc7692_areRead() {
        List<String> hello = List.of("text 5 Hello");
        assertEquals(hello, events(deflating(LIMIT), "c1 07 f2 48 cd c9 c9 07 00"));
        assertEquals(hello, events(deflating(LIMIT), "41 03 f2 48 cd 80 04 c9 c9 07 00"), "in fragments");
        assertEquals(
                List.of("text 5 Hello", "text 5 Hello"),
                events(deflating(LIMIT), "c1 07 f2 48 cd c9 c9 07 00 c1 05 f2 00 11 00 00"),
                "the second refers to the first");
        assertEquals(hello, events(deflating(LIMIT), "c1 0b 00 05 00 fa ff 48 65 6c 6c 6f 00"), "not compressed");
        assertEquals(
                List.of("text 5 Hello", "text 5 Hello"),
                events(deflating(LIMIT), "c1 08 f3 48 cd c9 c9 07 00 00 c1 07 f2 48 cd c9 c9 07 00"),
                "a final block");
        assertEquals(hello, events(deflating(LIMIT), "c1 0d f2 48 05 00 00 00 ff ff ca c9 c9 07 00"), "two blocks");
    }

    private static MessageReader deflating(int limit) {
        return new MessageReader(Role.CLIENT, DEFLATE, limit, LIMIT);
    }

    // ---- strictness

    @Test
    void next_whatIsForbidden_isRefusedAfterWhatCameBefore() {
        record Row(String bytes, int code, String message) {}
        var rows = List.of(
                new Row("81 05 48", CloseCode.PROTOCOL_ERROR, "a frame of the client is not masked"),
                new Row("83", CloseCode.PROTOCOL_ERROR, "a frame has the reserved opcode 3"),
                new Row("8b", CloseCode.PROTOCOL_ERROR, "a frame has the reserved opcode 11"),
                new Row("c1", CloseCode.PROTOCOL_ERROR, "a TEXT frame has reserved bits set: 100"),
                new Row("92", CloseCode.PROTOCOL_ERROR, "a BINARY frame has reserved bits set: 1"),
                new Row("09", CloseCode.PROTOCOL_ERROR, "a PING frame is fragmented"),
                new Row("08", CloseCode.PROTOCOL_ERROR, "a CLOSE frame is fragmented"),
                new Row("89 fe", CloseCode.PROTOCOL_ERROR, "a PING frame has more than 125 bytes"),
                new Row("88 ff", CloseCode.PROTOCOL_ERROR, "a CLOSE frame has more than 125 bytes"),
                new Row(
                        "82 fe 007d 00000000",
                        CloseCode.PROTOCOL_ERROR,
                        "the length of a frame, 125, is written with more bytes than it needs"),
                new Row(
                        "82 ff 000000000000ffff 00000000",
                        CloseCode.PROTOCOL_ERROR,
                        "the length of a frame, 65535, is written with more bytes than it needs"),
                new Row(
                        "82 ff 8000000000000000 00000000",
                        CloseCode.PROTOCOL_ERROR,
                        "the length of a frame has its highest bit set"),
                new Row(
                        "82 ff 0000000000100001 00000000",
                        CloseCode.TOO_BIG,
                        "a frame has 1048577 bytes, more than the 1048576 allowed"),
                new Row(
                        "82 ff 7fffffffffffffff 00000000",
                        CloseCode.TOO_BIG,
                        "a frame has 9223372036854775807 bytes, more than the 1048576 allowed"),
                new Row("80 80 00000000", CloseCode.PROTOCOL_ERROR, "a continuation frame has nothing to continue"),
                new Row(
                        "01 80 00000000 82 80 00000000",
                        CloseCode.PROTOCOL_ERROR,
                        "a message begins before the one before has ended"),
                new Row("88 81 00000000 03", CloseCode.PROTOCOL_ERROR, "a close frame has half a close code"),
                new Row(
                        "88 82 00000000 03ee",
                        CloseCode.PROTOCOL_ERROR,
                        "a close frame has the code 1006, which must not be sent"),
                new Row("88 83 00000000 03e8 80", CloseCode.INVALID_DATA, "the reason of a close frame is not UTF-8"),
                new Row("88 83 00000000 03e8 c3", CloseCode.INVALID_DATA, "the reason of a close frame is not UTF-8"),
                new Row("01 81 00000000 ff", CloseCode.INVALID_DATA, "a message of text is not UTF-8"),
                new Row("81 81 00000000 c3", CloseCode.INVALID_DATA, "a message of text is not UTF-8"));
        byte[] before = hex("81 85 37 fa 21 3d 7f 9f 4d 51 58");
        for (Row row : rows) {
            byte[] bad = hex(row.bytes);
            byte[] bytes = Arrays.copyOf(before, before.length + bad.length);
            System.arraycopy(bad, 0, bytes, before.length, bad.length);
            for (int split = 0; split <= bytes.length; split++) {
                assertEquals(
                        List.of("text 5 Hello", row.code + " " + row.message),
                        events(server(), bytes, split),
                        row.bytes + " split at " + split);
            }
        }
    }

    @Test
    void next_maskedFrameOfTheServer_isRefused() {
        assertEquals(
                List.of("1002 a frame of the server is masked"), events(client(), "81 85 37 fa 21 3d 7f 9f 4d 51 58"));
    }

    @Test
    void next_reservedBitOfCompression_onlyBeginsMessages() {
        assertEquals(
                List.of("1002 a CONTINUATION frame has reserved bits set: 100"),
                events(deflating(LIMIT), "41 03 f2 48 cd c0 04 c9 c9 07 00"));
        assertEquals(List.of("1002 a PING frame has reserved bits set: 100"), events(deflating(LIMIT), "c9 00"));
        assertEquals(List.of("1002 a TEXT frame has reserved bits set: 110"), events(deflating(LIMIT), "e1 00"));
    }

    @Test
    void next_damagedCompression_isRefused() {
        List<String> events = events(deflating(LIMIT), "c1 04 ff ff ff ff");
        assertEquals(1, events.size());
        assertTrue(events.getFirst().startsWith("1007 a compressed message is damaged: "), events.getFirst());
    }

    // ---- limits

    @Test
    void next_messageInFrames_isRefusedByTheHeaderThatExceedsTheLimit() {
        var reader = new MessageReader(Role.CLIENT, null, 10, 8);
        assertEquals(
                List.of("1009 a message has more than the 10 bytes allowed"),
                events(reader, "02 06 000000000000 80 05"));
        assertEquals(
                List.of("binary 10 00000000000000000000"),
                events(new MessageReader(Role.CLIENT, null, 10, 8), "02 06 000000000000 80 04 00000000"));
        assertEquals(
                List.of("1009 a frame has 9 bytes, more than the 8 allowed"),
                events(new MessageReader(Role.CLIENT, null, 10, 8), "82 09"));
    }

    @Test
    void next_announcedLength_takesNoMemoryBeforeItComes() throws Exception {
        byte[] header = hex("82 ff 000000007fffffff 00000000");
        var readers = new ArrayList<MessageReader>();
        for (int i = 0; i < 1000; i++) { // 2 TiB if they were believed
            var reader = new MessageReader(Role.SERVER, null, Integer.MAX_VALUE, Integer.MAX_VALUE);
            assertNull(reader.next(ByteBuffer.wrap(header.clone())));
            readers.add(reader);
        }
        assertEquals(1000, readers.size());
    }

    /** Reliability plan, B9: a compressed bomb, 1:1000. */
    @Test
    void next_compressedBomb_stopsAtTheLimit() {
        byte[] bomb = deflate(new byte[32 * 1024 * 1024]);
        assertTrue(bomb.length < 33_000, "compressed to " + bomb.length);
        assertEquals(
                List.of("1009 a message has more than the 1048576 bytes allowed"),
                events(deflating(LIMIT), frame(0xc2, bomb), 0));
    }

    @Test
    void next_compressedMessage_mayHaveExactlyTheLimit() throws Exception {
        for (int limit : new int[] {1, 100, 4095, 4096, 4097, 100_000}) {
            byte[] whole = frame(0xc2, deflate(new byte[limit]));
            for (int more = 0; more < 2; more++) {
                try (MessageReader reader = deflating(limit)) {
                    Incoming.Data data =
                            assertInstanceOf(Incoming.Data.class, reader.next(ByteBuffer.wrap(whole.clone())));
                    assertEquals(limit, data.size());
                    data = assertInstanceOf(Incoming.Data.class, reader.next(ByteBuffer.wrap(whole.clone())), "again");
                    assertEquals(limit, data.size());
                }
            }
            try (MessageReader reader = deflating(limit)) {
                byte[] longer = frame(0xc2, deflate(new byte[limit + 1]));
                var failure =
                        assertThrows(WebSocketProtocolException.class, () -> reader.next(ByteBuffer.wrap(longer)));
                assertEquals(CloseCode.TOO_BIG, failure.code());
            }
        }
    }

    /** A message as RFC 7692 has it, compressed by itself. */
    private static byte[] deflate(byte[] data) {
        try (var deflater = new Deflation(true)) {
            return deflater.last(data);
        }
    }

    private static byte[] frame(int bits, byte[] payload) {
        int length = payload.length;
        ByteBuffer frame = ByteBuffer.allocate(length + 10).put((byte) bits);
        if (length <= 125) {
            frame.put((byte) length);
        } else if (length <= 0xffff) {
            frame.put((byte) 126).putShort((short) length);
        } else {
            frame.put((byte) 127).putLong(length);
        }
        frame.put(payload).flip();
        var bytes = new byte[frame.remaining()];
        frame.get(bytes);
        return bytes;
    }

    // ---- whatever is written can be read, however it is split

    @Test
    void writer_randomMessages_areReadAtEverySplit() throws Exception {
        for (int seed = 0; seed < 60; seed++) {
            var random = new Random(seed);
            Role sender = random.nextBoolean() ? Role.CLIENT : Role.SERVER;
            DeflateParameters deflate = random.nextBoolean()
                    ? new DeflateParameters(random.nextBoolean(), random.nextBoolean(), DeflateParameters.OFFER)
                    : null;
            var expected = new ArrayList<String>();
            byte[] stream = randomStream(random, sender, deflate, expected);
            Role receiver = sender == Role.CLIENT ? Role.SERVER : Role.CLIENT;
            for (int split = 0; split <= stream.length; split += stream.length < 3000 ? 1 : 1 + random.nextInt(200)) {
                assertEquals(
                        expected,
                        events(new MessageReader(receiver, deflate, LIMIT, LIMIT), stream, split),
                        "seed " + seed + " split at " + split);
            }
            assertEquals(
                    expected, byteByByte(new MessageReader(receiver, deflate, LIMIT, LIMIT), stream), "seed " + seed);
        }
    }

    private static List<String> byteByByte(MessageReader reader, byte[] stream) throws WebSocketProtocolException {
        var events = new ArrayList<String>();
        try (reader) {
            for (byte b : stream) {
                feed(reader, new byte[] {b}, events);
            }
        }
        return events;
    }

    private static byte[] randomStream(
            Random random, Role sender, @Nullable DeflateParameters deflate, List<String> expected) {
        var stream = new ByteArrayOutputStream();
        try (var writer = new MessageWriter(sender, deflate)) {
            int count = 1 + random.nextInt(6);
            for (int i = 0; i < count; i++) {
                boolean text = random.nextBoolean();
                byte[] payload = text ? randomText(random) : randomBytes(random, randomSize(random));
                if (random.nextInt(3) > 0) {
                    append(stream, writer.message(text, payload));
                } else {
                    appendParts(stream, writer, random, text, payload, expected);
                }
                expected.add(
                        text
                                ? "text " + payload.length + " " + new String(payload, StandardCharsets.UTF_8)
                                : "binary " + payload.length + " "
                                        + HexFormat.of().formatHex(payload));
            }
            append(stream, writer.close(1000, "fin"));
            expected.add("close 1000 fin");
        }
        return stream.toByteArray();
    }

    /** A message in parts, split also inside characters, with pings and pongs in between. */
    private static void appendParts(
            ByteArrayOutputStream stream,
            MessageWriter writer,
            Random random,
            boolean text,
            byte[] payload,
            List<String> expected) {
        int at = 0;
        boolean last;
        do {
            int end = Math.min(payload.length, at + random.nextInt(payload.length / 2 + 2));
            last = random.nextInt(4) == 0 || end == payload.length;
            end = last ? payload.length : end;
            append(stream, writer.part(text, Arrays.copyOfRange(payload, at, end), last));
            at = end;
            if (!last && random.nextBoolean()) {
                byte[] control = randomBytes(random, random.nextInt(126));
                boolean ping = random.nextBoolean();
                append(stream, ping ? writer.ping(control) : writer.pong(control));
                expected.add((ping ? "ping " : "pong ") + HexFormat.of().formatHex(control));
            }
        } while (!last);
    }

    private static int randomSize(Random random) {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextInt(3);
            case 1 -> 124 + random.nextInt(5);
            case 2 -> random.nextInt(20) == 0 ? 65534 + random.nextInt(4) : 300;
            default -> random.nextInt(600);
        };
    }

    private static byte[] randomText(Random random) {
        var text = new StringBuilder();
        int size = randomSize(random) / 2;
        for (int i = 0; i < size; i++) {
            text.appendCodePoint(
                    switch (random.nextInt(6)) {
                        case 0 -> 0x80 + random.nextInt(0x700);
                        case 1 -> 0x4e00 + random.nextInt(0x5000);
                        case 2 -> 0x1f600 + random.nextInt(0x40);
                        default -> 'a' + random.nextInt(26);
                    });
        }
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] randomBytes(Random random, int size) {
        var bytes = new byte[size];
        random.nextBytes(bytes);
        return bytes;
    }

    private static void append(ByteArrayOutputStream stream, ByteBuffer frame) {
        while (frame.hasRemaining()) {
            stream.write(frame.get());
        }
    }

    // ---- whatever comes, nothing but a violation does

    /** Reliability plan, B8: mutated inputs, each whole and split. */
    @Test
    void next_mutatedStreams_giveTheSameHoweverSplit() {
        for (int seed = 0; seed < 600; seed++) {
            var random = new Random(seed);
            Role sender = random.nextBoolean() ? Role.CLIENT : Role.SERVER;
            DeflateParameters deflate = random.nextBoolean() ? DEFLATE : null;
            byte[] stream = randomStream(random, sender, deflate, new ArrayList<>());
            int mutations = 1 + random.nextInt(3);
            for (int i = 0; i < mutations; i++) {
                int at = random.nextInt(Math.min(stream.length, 40));
                stream[at] = (byte) (random.nextBoolean() ? stream[at] ^ 1 << random.nextInt(8) : random.nextInt(256));
            }
            Role receiver = sender == Role.CLIENT ? Role.SERVER : Role.CLIENT;
            List<String> whole = events(new MessageReader(receiver, deflate, LIMIT, LIMIT), stream, 0);
            for (int i = 0; i < 10; i++) {
                int split = random.nextInt(stream.length + 1);
                assertEquals(
                        withoutReasons(whole),
                        withoutReasons(events(new MessageReader(receiver, deflate, LIMIT, LIMIT), stream, split)),
                        "seed " + seed + " split at " + split);
            }
        }
    }

    /** Of two things wrong with a damaged message, which is seen first may depend on how it is split. */
    private static List<String> withoutReasons(List<String> events) {
        return events.stream()
                .map(event -> event.startsWith("1007 ") || event.startsWith("1009 ") ? event.substring(0, 5) : event)
                .toList();
    }

    @Test
    void writer_closeReasonTooLong_isCutBetweenCharacters() {
        try (var writer = new MessageWriter(Role.SERVER, null)) {
            var stream = new ByteArrayOutputStream();
            append(stream, writer.close(1011, "é".repeat(80)));
            assertEquals(List.of("close 1011 " + "é".repeat(61)), events(client(), stream.toByteArray(), 0));
        }
    }

    @Test
    void writer_clientsKeys_differ() {
        try (var writer = new MessageWriter(Role.CLIENT, null)) {
            var keys = new java.util.HashSet<Integer>();
            for (int i = 0; i < 1000; i++) {
                keys.add(writer.message(true, new byte[0]).getInt(2));
            }
            assertTrue(keys.size() > 990, "of 1000 keys differ " + keys.size());
        }
    }

    @Test
    void deflater_largestWindow_isWhatTheReaderExpects() {
        // What is at the far end of the window, 32 KiB back, can be referred to.
        var random = new Random(7);
        byte[] half = randomBytes(random, 16 * 1024);
        byte[] data = Arrays.copyOf(half, half.length * 2);
        System.arraycopy(half, 0, data, half.length, half.length);
        byte[] compressed = deflate(data);
        assertTrue(compressed.length < 17_000, "compressed to " + compressed.length);
        assertEquals(
                List.of("binary 32768 " + HexFormat.of().formatHex(data)),
                events(deflating(LIMIT), frame(0xc2, compressed), 0));
    }
}
