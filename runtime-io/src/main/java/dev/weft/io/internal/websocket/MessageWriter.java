package dev.weft.io.internal.websocket;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Puts together what is sent to the peer. What is returned goes out in the order of the calls, when messages are compressed. */
public final class MessageWriter implements AutoCloseable {
    /** Less does not become shorter. */
    private static final int LEAST_COMPRESSED = 64;

    private final @Nullable Mask masks;
    private final @Nullable DeflateParameters deflate;
    private final Role role;
    private @Nullable Deflation deflation;

    /** Whether the message that is sent in parts has begun, and whether it is compressed. */
    private boolean inMessage;

    private boolean compressing;

    /**
     * For one end of a connection.
     *
     * @param role which end
     * @param deflate how this end compresses, null if it must not
     */
    public MessageWriter(Role role, @Nullable DeflateParameters deflate) {
        this.role = role;
        this.deflate = deflate;
        masks = role == Role.CLIENT ? new Mask() : null;
    }

    /**
     * A whole message.
     *
     * @param text whether it is text
     * @param payload its bytes, UTF-8 if it is text
     * @return its frame
     */
    public ByteBuffer message(boolean text, byte[] payload) {
        Opcode opcode = text ? Opcode.TEXT : Opcode.BINARY;
        Deflation compressor = payload.length < LEAST_COMPRESSED ? null : deflation();
        return compressor == null
                ? frame(opcode, true, false, payload)
                : frame(opcode, true, true, compressor.last(payload));
    }

    /**
     * A part of a message. No other data goes between its parts.
     *
     * @param text whether it is text, the same for all parts
     * @param payload the part's bytes
     * @param last whether it is the last part
     * @return its frame
     */
    public ByteBuffer part(boolean text, byte[] payload, boolean last) {
        boolean first = !inMessage;
        Deflation compressor = first || compressing ? deflation() : null;
        compressing = compressor != null;
        inMessage = !last;
        Opcode opcode = !first ? Opcode.CONTINUATION : text ? Opcode.TEXT : Opcode.BINARY;
        if (compressor == null) {
            return frame(opcode, last, false, payload);
        }
        return frame(opcode, last, first, last ? compressor.last(payload) : compressor.part(payload));
    }

    private @Nullable Deflation deflation() {
        if (deflation == null && deflate != null) {
            deflation = new Deflation(deflate.forgets(role));
        }
        return deflation;
    }

    /**
     * A ping.
     *
     * @param payload at most 125 bytes
     * @return its frame
     */
    public ByteBuffer ping(byte[] payload) {
        return frame(Opcode.PING, true, false, payload);
    }

    /**
     * A pong.
     *
     * @param payload what the ping contained
     * @return its frame
     */
    public ByteBuffer pong(byte[] payload) {
        return frame(Opcode.PONG, true, false, payload);
    }

    /**
     * A close frame.
     *
     * @param code the close code, 1005 for none
     * @param reason the reason, cut if it has more than 123 bytes
     * @return its frame
     */
    public ByteBuffer close(int code, String reason) {
        return frame(Opcode.CLOSE, true, false, closePayload(code, reason));
    }

    private static byte[] closePayload(int code, String reason) {
        if (code == dev.weft.io.websocket.CloseCode.NO_STATUS) {
            return new byte[0];
        }
        byte[] bytes = reason.getBytes(StandardCharsets.UTF_8);
        int length = bytes.length;
        if (length > 123) {
            length = 123;
            while ((bytes[length] & 0xc0) == 0x80) { // not inside a character
                length--;
            }
        }
        var payload = new byte[2 + length];
        payload[0] = (byte) (code >> 8);
        payload[1] = (byte) code;
        System.arraycopy(bytes, 0, payload, 2, length);
        return payload;
    }

    private ByteBuffer frame(Opcode opcode, boolean fin, boolean rsv1, byte[] payload) {
        int length = payload.length;
        int lengthBytes = length <= 125 ? 0 : length <= 0xffff ? 2 : 8;
        ByteBuffer frame = ByteBuffer.allocate(2 + lengthBytes + (masks != null ? 4 : 0) + length);
        int masked = masks != null ? 0x80 : 0;
        frame.put((byte) ((fin ? 0x80 : 0) | (rsv1 ? 0x40 : 0) | opcode.code));
        switch (lengthBytes) {
            case 0 -> frame.put((byte) (masked | length));
            case 2 -> frame.put((byte) (masked | 126)).putShort((short) length);
            default -> frame.put((byte) (masked | 127)).putLong(length);
        }
        if (masks != null) {
            int key = masks.newKey();
            frame.putInt(key);
            int start = frame.position();
            frame.put(payload);
            Mask.apply(key, 0, frame.array(), start, length);
        } else {
            frame.put(payload);
        }
        return frame.flip();
    }

    /** Gives the compressor's memory back. */
    @Override
    public void close() {
        if (deflation != null) {
            deflation.close();
        }
    }
}
