package dev.weft.io.websocket;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Suspends;
import dev.weft.io.Net;
import dev.weft.io.Server;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.Streams;
import dev.weft.io.internal.websocket.Role;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The other end of a connection, which sends whatever bytes a test wants, and has an opinion of its own about those that come back. */
final class RawPeer implements AutoCloseable {
    static final String KEY = "dGhlIHNhbXBsZSBub25jZQ==";
    static final String ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

    /**
     * A frame that came back.
     *
     * @param bits its first byte
     * @param payload unmasked
     */
    @SuppressWarnings("ArrayRecordComponent") // equals is its own
    record Frame(int bits, byte[] payload) {
        int opcode() {
            return bits & 15;
        }

        String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        int closeCode() {
            assertEquals(8, opcode(), "opcode of " + this);
            return payload.length == 0 ? CloseCode.NO_STATUS : (payload[0] & 255) << 8 | (payload[1] & 255);
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Frame frame && bits == frame.bits && Arrays.equals(payload, frame.payload);
        }

        @Override
        public int hashCode() {
            return 31 * bits + Arrays.hashCode(payload);
        }

        @Override
        public String toString() {
            return Integer.toHexString(bits) + " "
                    + (payload.length > 40
                            ? payload.length + " bytes"
                            : HexFormat.of().formatHex(payload));
        }
    }

    private final StreamReader reader;
    private final StreamWriter writer;
    private final boolean client;
    private final Random random = new Random(6455);

    /** The peer that is a client masks. */
    RawPeer(StreamReader reader, StreamWriter writer, Role role) {
        this.reader = reader;
        this.writer = writer;
        client = role == Role.CLIENT;
    }

    // ---- connections

    /** Connects to a server of ours, and opens a WebSocket; each extra line ends with CR LF. */
    @Suspends
    static RawPeer connect(int port, String extraLines) throws IOException {
        Streams streams = Net.openConnection("127.0.0.1", port);
        streams.writer()
                .write(("GET /echo HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nUpgrade: websocket\r\n"
                                + "Connection: keep-alive, Upgrade\r\nSec-WebSocket-Key: " + KEY
                                + "\r\nSec-WebSocket-Version: 13\r\n" + extraLines + "\r\n")
                        .getBytes(StandardCharsets.ISO_8859_1));
        String head = head(streams.reader());
        assertTrue(head.startsWith("HTTP/1.1 101 "), head);
        assertTrue(head.contains("\r\nSec-WebSocket-Accept: " + ACCEPT + "\r\n"), head);
        return new RawPeer(streams.reader(), streams.writer(), Role.CLIENT);
    }

    @Suspends
    static String head(StreamReader reader) throws IOException {
        return new String(
                reader.readUntil("\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1)), StandardCharsets.ISO_8859_1);
    }

    @FunctionalInterface
    interface Script {
        @Suspends
        void run(RawPeer peer) throws Exception;
    }

    /** A server for clients of ours, which opens each WebSocket with this in addition to what it has to say. */
    @Suspends
    static Server serve(String extraLines, Script script) throws IOException {
        return Net.startServer(
                (reader, writer) -> {
                    writer.write(response(head(reader), extraLines));
                    try (var peer = new RawPeer(reader, writer, Role.SERVER)) {
                        script.run(peer);
                    }
                },
                "127.0.0.1",
                0);
    }

    static byte[] response(String request, String extraLines) throws IOException {
        String key = request.split("Sec-WebSocket-Key: ", 2)[1].split("\r\n", 2)[0];
        return ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: "
                        + accept(key) + "\r\n" + extraLines + "\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    static String accept(String key) throws IOException {
        try {
            return Base64.getEncoder()
                    .encodeToString(MessageDigest.getInstance("SHA-1")
                            .digest((key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                    .getBytes(StandardCharsets.ISO_8859_1)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IOException(e);
        }
    }

    // ---- sending

    /** A frame as this peer has to send it; the first byte has the bits and the opcode. */
    byte[] frame(int bits, byte[] payload) {
        return frame(bits, payload, payload.length, client);
    }

    /** A frame that says that it has so many bytes. */
    byte[] frame(int bits, byte[] payload, long length, boolean masked) {
        int lengthBytes = length <= 125 ? 0 : length <= 0xffff ? 2 : 8;
        return frame(bits, payload, length, lengthBytes, masked);
    }

    byte[] frame(int bits, byte[] payload, long length, int lengthBytes, boolean masked) {
        ByteBuffer frame = ByteBuffer.allocate(2 + lengthBytes + (masked ? 4 : 0) + payload.length);
        int mask = masked ? 0x80 : 0;
        frame.put((byte) bits);
        switch (lengthBytes) {
            case 0 -> frame.put((byte) (mask | (int) length));
            case 2 -> frame.put((byte) (mask | 126)).putShort((short) length);
            default -> frame.put((byte) (mask | 127)).putLong(length);
        }
        if (masked) {
            var key = new byte[4];
            random.nextBytes(key);
            frame.put(key);
            for (int i = 0; i < payload.length; i++) {
                frame.put((byte) (payload[i] ^ key[i % 4]));
            }
        } else {
            frame.put(payload);
        }
        return frame.array();
    }

    void send(int bits, byte[] payload) {
        writer.write(frame(bits, payload));
    }

    void sendBytes(byte[] bytes) {
        writer.write(bytes);
    }

    /** Sends bytes in pieces, each of which the peer gets to see by itself. */
    @Suspends
    void sendChopped(byte[] bytes, int size) throws IOException {
        for (int at = 0; at < bytes.length; at += size) {
            writer.write(bytes, at, Math.min(size, bytes.length - at));
            writer.drain();
            dev.weft.Asyncio.yieldNow();
        }
    }

    static byte[] closePayload(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(2 + text.length)
                .putShort((short) code)
                .put(text)
                .array();
    }

    @Suspends
    void drain() throws IOException {
        writer.drain();
    }

    // ---- receiving

    /** The next frame, which has to be as RFC 6455 wants it; null at the end of the connection. */
    @Suspends
    @Nullable
    Frame next() throws IOException {
        byte[] first = reader.read(1);
        if (first.length == 0) {
            return null;
        }
        int bits = first[0] & 255;
        int second = reader.readExactly(1)[0] & 255;
        assertEquals(client ? 0 : 0x80, second & 0x80, "mask bit");
        long length = second & 127;
        if (length == 126) {
            length = ByteBuffer.wrap(reader.readExactly(2)).getShort() & 0xffff;
            assertTrue(length > 125, "minimal length");
        } else if (length == 127) {
            length = ByteBuffer.wrap(reader.readExactly(8)).getLong();
            assertTrue(length > 0xffff, "minimal length");
        }
        if ((bits & 8) != 0) {
            assertTrue(length <= 125 && (bits & 0x80) != 0, "control frame");
        }
        byte[] key = client ? new byte[4] : reader.readExactly(4);
        byte[] payload = reader.readExactly((int) length);
        for (int i = 0; i < payload.length; i++) {
            payload[i] ^= key[i % 4];
        }
        return new Frame(bits, payload);
    }

    /** That nothing comes any more but the end. */
    @Suspends
    void expectEnd() throws IOException {
        assertEquals(0, reader.readAll().length, "bytes before the end of the connection");
    }

    /** Ends the connection, as the peer of it that has to or is allowed to. */
    @Override
    @Suspends
    public void close() throws IOException {
        new Streams(reader, writer).close();
    }

    void abort() {
        writer.transport().abort();
    }

    StreamWriter writer() {
        return writer;
    }

    StreamReader reader() {
        return reader;
    }
}
