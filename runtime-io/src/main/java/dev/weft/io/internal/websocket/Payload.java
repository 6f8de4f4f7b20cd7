package dev.weft.io.internal.websocket;

import dev.weft.io.websocket.CloseCode;
import dev.weft.io.websocket.WebSocketProtocolException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The bytes of a message so far. Takes memory for what has come, not for what was announced. */
final class Payload {
    private static final byte[] NONE = {};

    private final int limit;
    private byte[] bytes = NONE;
    private int size;

    /** With a limit in bytes. */
    Payload(int limit) {
        this.limit = limit;
    }

    void append(byte[] source, int offset, int length) throws WebSocketProtocolException {
        makeRoom(length);
        System.arraycopy(source, offset, bytes, size, length);
        size += length;
    }

    /** Sees to it that so many more bytes have room: {@link #bytes} from {@link #size} on. */
    void makeRoom(int length) throws WebSocketProtocolException {
        checkMore(length);
        if (length > bytes.length - size) {
            bytes = Arrays.copyOf(bytes, (int) Math.min(limit, Math.max(size + (long) length, 2L * bytes.length)));
        }
    }

    /** That so many bytes more are not too many. */
    void checkMore(long length) throws WebSocketProtocolException {
        if (length > limit - size) {
            throw tooBig();
        }
    }

    WebSocketProtocolException tooBig() {
        return new WebSocketProtocolException(
                CloseCode.TOO_BIG, "a message has more than the " + limit + " bytes allowed");
    }

    byte[] bytes() {
        return bytes;
    }

    int size() {
        return size;
    }

    /** How many bytes fit in without more memory. */
    int room() {
        return bytes.length - size;
    }

    /** How many bytes are allowed in addition. */
    int allowance() {
        return limit - size;
    }

    /** Says that the next bytes were filled in. */
    void filled(int length) {
        size += length;
    }

    /** The bytes, in an array as long as they are; then forgets them. */
    byte[] takeBytes() {
        byte[] taken = size == bytes.length ? bytes : Arrays.copyOf(bytes, size);
        clear();
        return taken;
    }

    /** The bytes as text; then forgets them. They are UTF-8. */
    String takeText() {
        var text = new String(bytes, 0, size, StandardCharsets.UTF_8);
        clear();
        return text;
    }

    void clear() {
        bytes = NONE;
        size = 0;
    }
}
