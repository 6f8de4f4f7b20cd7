package dev.weft.io.internal.websocket;

import dev.weft.io.websocket.CloseCode;
import dev.weft.io.websocket.WebSocketProtocolException;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The headers of frames, RFC 6455, section 5.2, in pieces of any size. Each byte is judged as soon as it is there. Knows one frame, not what
 * came before it.
 */
final class FrameReader {
    private final Role role;
    private final boolean compressed;
    private final int maxFrame;

    private final byte[] header = new byte[14];
    private int filled;
    private int needed = 2;

    private @Nullable Opcode opcode;
    private boolean fin;
    private boolean rsv1;
    private int key;
    private long length;
    private long done;

    /**
     * For one end of a connection.
     *
     * @param compressed whether messages may be compressed
     * @param maxFrame how many bytes a frame may have
     */
    FrameReader(Role role, boolean compressed, int maxFrame) {
        this.role = role;
        this.compressed = compressed;
        this.maxFrame = maxFrame;
    }

    /** Takes bytes of a header; true once it is complete, and nothing is taken after that. */
    boolean readHeader(ByteBuffer in) throws WebSocketProtocolException {
        while (filled < needed) {
            if (!in.hasRemaining()) {
                return false;
            }
            header[filled++] = in.get();
            if (filled == 1) {
                first(header[0] & 0xff);
            } else if (filled == 2) {
                second(header[1] & 0xff);
            }
        }
        complete();
        return true;
    }

    private void first(int bits) throws WebSocketProtocolException {
        Opcode found = Opcode.of(bits & 0xf);
        if (found == null) {
            throw violation("a frame has the reserved opcode " + (bits & 0xf));
        }
        opcode = found;
        fin = (bits & 0x80) != 0;
        rsv1 = (bits & 0x40) != 0;
        boolean rsv1Allowed = compressed && (found == Opcode.TEXT || found == Opcode.BINARY);
        if ((bits & 0x30) != 0 || (rsv1 && !rsv1Allowed)) {
            throw violation("a " + found + " frame has reserved bits set: " + Integer.toBinaryString(bits >> 4 & 7));
        }
        if (found.isControl() && !fin) {
            throw violation("a " + found + " frame is fragmented");
        }
    }

    private void second(int bits) throws WebSocketProtocolException {
        boolean masked = (bits & 0x80) != 0;
        if (masked != (role == Role.SERVER)) {
            throw violation(masked ? "a frame of the server is masked" : "a frame of the client is not masked");
        }
        length = bits & 0x7f;
        if (opcode().isControl() && length > 125) {
            throw violation("a " + opcode + " frame has more than 125 bytes");
        }
        needed = 2 + (length == 126 ? 2 : length == 127 ? 8 : 0) + (masked ? 4 : 0);
    }

    private void complete() throws WebSocketProtocolException {
        var rest = ByteBuffer.wrap(header, 2, needed - 2);
        if (length == 126) {
            length = rest.getShort() & 0xffff;
            checkMinimal(126);
        } else if (length == 127) {
            length = rest.getLong();
            if (length < 0) {
                throw violation("the length of a frame has its highest bit set");
            }
            checkMinimal(0x10000);
        }
        if (length > maxFrame) {
            throw new WebSocketProtocolException(
                    CloseCode.TOO_BIG, "a frame has " + length + " bytes, more than the " + maxFrame + " allowed");
        }
        key = role == Role.SERVER ? rest.getInt() : 0;
        done = 0;
        filled = 0;
        needed = 2;
    }

    private void checkMinimal(int least) throws WebSocketProtocolException {
        if (length < least) {
            throw violation("the length of a frame, " + length + ", is written with more bytes than it needs");
        }
    }

    Opcode opcode() {
        return Objects.requireNonNull(opcode);
    }

    boolean fin() {
        return fin;
    }

    boolean rsv1() {
        return rsv1;
    }

    /** How many bytes of the frame's payload are to come. */
    long left() {
        return length - done;
    }

    /** Unmasks, in place, what there is of the payload. The position stays; {@link #consumed} follows. */
    int unmask(ByteBuffer in) {
        int count = (int) Math.min(in.remaining(), left());
        if (key != 0) {
            Mask.apply(key, done, in.array(), in.arrayOffset() + in.position(), count);
        }
        return count;
    }

    void consumed(int count) {
        done += count;
    }

    static WebSocketProtocolException violation(String what) {
        return new WebSocketProtocolException(CloseCode.PROTOCOL_ERROR, what);
    }
}
