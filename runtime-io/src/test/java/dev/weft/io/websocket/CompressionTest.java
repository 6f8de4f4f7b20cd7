package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Suspends;
import dev.weft.io.Net;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code permessage-deflate} against a compressor of the test's own: sections 12 and 13 of the Autobahn suite, and what is negotiated. */
final class CompressionTest {
    private static final WebSocketOptions COMPRESSED = WebSocketOptions.DEFAULT.compression(true);
    private static final int FIN_RSV1 = 0xc0;

    // ---- negotiation

    private static Stream<Arguments> offers() {
        return Stream.of(
                Arguments.of("", ""),
                Arguments.of("permessage-deflate", "permessage-deflate"),
                Arguments.of("x-other, permessage-deflate", "permessage-deflate"),
                Arguments.of("permessage-deflate; client_max_window_bits", "permessage-deflate"),
                Arguments.of("permessage-deflate; client_max_window_bits=9", "permessage-deflate"),
                Arguments.of("permessage-deflate; client_max_window_bits=\"10\"", "permessage-deflate"),
                Arguments.of(
                        "permessage-deflate; server_no_context_takeover",
                        "permessage-deflate; server_no_context_takeover"),
                Arguments.of(
                        "permessage-deflate; client_no_context_takeover; server_max_window_bits=15",
                        "permessage-deflate; client_no_context_takeover; server_max_window_bits=15"),
                // The JDK's compressor has one window only: an offer that wants another is declined, the next one may
                // do.
                Arguments.of("permessage-deflate; server_max_window_bits=9", ""),
                Arguments.of("permessage-deflate; server_max_window_bits=9, permessage-deflate", "permessage-deflate"),
                Arguments.of("permessage-deflate; server_max_window_bits", ""),
                Arguments.of("permessage-deflate; server_max_window_bits=16", ""),
                Arguments.of("permessage-deflate; client_max_window_bits=7", ""),
                Arguments.of("permessage-deflate; client_max_window_bits=08", ""),
                Arguments.of("permessage-deflate; server_no_context_takeover=1", ""),
                Arguments.of("permessage-deflate; unknown", ""));
    }

    @ParameterizedTest
    @MethodSource("offers")
    void server_offer_isAnswered(String offer, String expected) throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(COMPRESSED, TestServer::echo).serving();
                    var streams =
                            Net.openConnection("127.0.0.1", serving.server().port())) {
                streams.writer()
                        .write(("GET / HTTP/1.1\r\nHost: weft\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: " + RawPeer.KEY + "\r\n"
                                        + (offer.isEmpty() ? "" : "Sec-WebSocket-Extensions: " + offer + "\r\n")
                                        + "\r\n")
                                .getBytes(StandardCharsets.ISO_8859_1));
                String head = RawPeer.head(streams.reader());
                assertTrue(head.startsWith("HTTP/1.1 101 "), head);
                assertEquals(
                        expected,
                        head.lines()
                                .filter(line -> line.startsWith("Sec-WebSocket-Extensions: "))
                                .map(line -> line.substring(26))
                                .findFirst()
                                .orElse(""));
            }
        });
    }

    @Test
    void server_doesNotCompress_declines() throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(WebSocketOptions.DEFAULT, TestServer::echo)
                            .serving();
                    var socket = WebSocket.connect(
                            "ws://127.0.0.1:" + serving.server().port(), COMPRESSED)) {
                assertFalse(socket.isCompressed());
                socket.send("x".repeat(1000));
                assertEquals(1000, socket.receive().size());
            }
        });
    }

    private static Stream<Arguments> answers() {
        return Stream.of(
                Arguments.of("permessage-deflate", true),
                Arguments.of("permessage-deflate; server_no_context_takeover; client_no_context_takeover", true),
                Arguments.of("permessage-deflate; server_max_window_bits=8", true),
                Arguments.of("permessage-deflate; client_max_window_bits=15", false),
                Arguments.of("permessage-deflate; server_max_window_bits", false),
                Arguments.of("permessage-deflate; what=ever", false),
                Arguments.of("permessage-deflate, permessage-deflate", false),
                Arguments.of("x-webkit-deflate-frame", false),
                Arguments.of("permessage-deflate;;", false));
    }

    @ParameterizedTest
    @MethodSource("answers")
    void client_answer_isCheckedStrictly(String answer, boolean accepted) throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = RawPeer.serve("Sec-WebSocket-Extensions: " + answer + "\r\n", RawPeer::next)
                    .serving()) {
                String uri = "ws://127.0.0.1:" + serving.server().port();
                if (accepted) {
                    WebSocket socket = WebSocket.connect(uri, COMPRESSED);
                    assertTrue(socket.isCompressed());
                    socket.close();
                } else {
                    var refused =
                            assertThrows(WebSocketHandshakeException.class, () -> WebSocket.connect(uri, COMPRESSED));
                    assertEquals(101, refused.status());
                }
                assertThrows(WebSocketHandshakeException.class, () -> WebSocket.connect(uri), "not asked for");
            }
        });
    }

    // ---- messages

    private static Stream<Arguments> runs() {
        var runs = Stream.<Arguments>builder();
        for (String parameters : new String[] {
            "",
            "; server_no_context_takeover",
            "; client_no_context_takeover",
            "; server_no_context_takeover; client_no_context_takeover"
        }) {
            for (int size : new int[] {0, 16, 64, 256, 1024, 4096, 8192, 16384, 32768, 65536, 131072}) {
                runs.add(Arguments.of(parameters, size));
            }
        }
        return runs.build();
    }

    /** Sections 12 and 13, with fewer messages each: text and bytes, whole and in fragments, with and without what came before. */
    @ParameterizedTest
    @MethodSource("runs")
    void server_echo_comesBackCompressed(String parameters, int size) throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(COMPRESSED, TestServer::echo).serving()) {
                try (var peer = RawPeer.connect(
                                serving.server().port(),
                                "Sec-WebSocket-Extensions: permessage-deflate" + parameters + "\r\n");
                        var codec = new Codec(
                                parameters.contains("client_no_context_takeover"),
                                parameters.contains("server_no_context_takeover"))) {
                    var random = new Random(size);
                    for (int i = 0; i < 12; i++) {
                        byte[] message = text(random, size);
                        sendCompressed(peer, codec.deflate(message), i % 2 == 0 ? 1 : 2, i % 3);
                        RawPeer.Frame back = peer.next();
                        assertNotNull(back);
                        boolean compressed = size >= 64;
                        assertEquals((compressed ? FIN_RSV1 : 0x80) | (i % 2 == 0 ? 1 : 2), back.bits() | 0x80);
                        byte[] payload = compressed ? codec.inflate(back.payload(), size) : back.payload();
                        assertTrue(Arrays.equals(message, payload), "message " + i);
                        assertTrue(!compressed || back.payload().length < size, "shorter");
                    }
                    peer.send(0x88, RawPeer.closePayload(1000, ""));
                    RawPeer.Frame close = peer.next();
                    assertNotNull(close);
                    assertEquals(1000, close.closeCode());
                }
            }
        });
    }

    /** In one frame, in fragments, or in fragments with a ping in between, whose pong is left to be skipped. */
    @Suspends
    private static void sendCompressed(RawPeer peer, byte[] payload, int opcode, int how) throws Exception {
        if (how == 0 || payload.length < 3) {
            peer.send(FIN_RSV1 | opcode, payload);
            return;
        }
        int third = payload.length / 3;
        peer.send(0x40 | opcode, Arrays.copyOfRange(payload, 0, third));
        if (how == 2) {
            peer.send(0x89, new byte[0]);
            RawPeer.Frame pong = peer.next();
            assertNotNull(pong);
            assertEquals(0x8a, pong.bits());
        }
        peer.send(0, Arrays.copyOfRange(payload, third, 2 * third));
        peer.send(0x80, Arrays.copyOfRange(payload, 2 * third, payload.length));
    }

    @Test
    void bothEndsOfOurs_compress_andSayWhatComes() throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(COMPRESSED, TestServer::echo).serving();
                    var socket = WebSocket.connect(
                            "ws://127.0.0.1:" + serving.server().port(), COMPRESSED)) {
                assertTrue(socket.isCompressed());
                var random = new Random(1);
                for (int i = 0; i < 20; i++) {
                    var message = new byte[random.nextInt(100_000)];
                    random.nextBytes(message); // which gets longer by compressing it
                    socket.send(message);
                    assertEquals(new Message.Binary(message), socket.receive());
                    String text = "compress me ".repeat(random.nextInt(1000));
                    socket.send(text);
                    assertEquals(new Message.Text(text), socket.receive());
                }
            }
        });
    }

    @Test
    void server_bomb_isRefusedWith1009() throws Exception {
        WatchedLoop.run(() -> {
            try (var serving = TestServer.start(COMPRESSED, TestServer::echo).serving()) {
                try (var peer = RawPeer.connect(
                                serving.server().port(), "Sec-WebSocket-Extensions: permessage-deflate\r\n");
                        var codec = new Codec(false, false)) {
                    peer.send(FIN_RSV1 | 2, codec.deflate(new byte[20 * 1024 * 1024]));
                    RawPeer.Frame close = peer.next();
                    assertNotNull(close);
                    assertEquals(CloseCode.TOO_BIG, close.closeCode());
                }
            }
        });
    }

    private static byte[] text(Random random, int size) {
        var text = new byte[size];
        for (int i = 0; i < size; i++) {
            text[i] = (byte) "etaoin shrdlu".charAt(random.nextInt(13));
        }
        return text;
    }

    /** The peer's own compressor and decompressor. */
    private static final class Codec implements AutoCloseable {
        private final Deflater deflater = new Deflater(Deflater.BEST_SPEED, true);
        private final Inflater inflater = new Inflater(true);
        private final boolean deflaterForgets;
        private final boolean inflaterForgets;

        Codec(boolean deflaterForgets, boolean inflaterForgets) {
            this.deflaterForgets = deflaterForgets;
            this.inflaterForgets = inflaterForgets;
        }

        byte[] deflate(byte[] message) {
            var out = new ByteArrayOutputStream();
            var buffer = new byte[1000];
            deflater.setInput(message);
            for (int n; (n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH)) > 0; ) {
                out.write(buffer, 0, n);
                if (n < buffer.length) {
                    break;
                }
            }
            if (deflaterForgets) {
                deflater.reset();
            }
            byte[] bytes = out.toByteArray();
            return bytes.length == 0 ? new byte[1] : Arrays.copyOf(bytes, bytes.length - 4);
        }

        byte[] inflate(byte[] payload, int size) throws DataFormatException {
            byte[] input = Arrays.copyOf(payload, payload.length + 4);
            input[payload.length + 2] = -1;
            input[payload.length + 3] = -1;
            inflater.setInput(input);
            var message = new byte[size + 1];
            int length = 0;
            for (int n; (n = inflater.inflate(message, length, message.length - length)) > 0; ) {
                length += n;
            }
            if (inflaterForgets) {
                inflater.reset();
            }
            return Arrays.copyOf(message, length);
        }

        @Override
        public void close() {
            deflater.end();
            inflater.end();
        }
    }
}
