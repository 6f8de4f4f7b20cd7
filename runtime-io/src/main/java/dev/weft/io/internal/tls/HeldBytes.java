package dev.weft.io.internal.tls;

import java.nio.ByteBuffer;

/** Bytes that cannot be handed on yet: most often the beginning of a record. No memory while there are none. */
final class HeldBytes {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    private static final int SMALLEST = 512;

    /** Ready to be read. */
    private ByteBuffer bytes = NONE;

    int size() {
        return bytes.remaining();
    }

    boolean isEmpty() {
        return !bytes.hasRemaining();
    }

    /** To be read from; {@link #release} afterwards. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Copies everything that is left in the buffer.
     *
     * @param expected how many more bytes are going to follow, as far as is known
     */
    void append(ByteBuffer data, int expected) {
        int length = data.remaining();
        if (length == 0) {
            return;
        }
        if (bytes.capacity() - bytes.limit() < length) {
            makeRoom(length, expected);
        }
        int end = bytes.limit();
        bytes.limit(end + length);
        bytes.put(end, data, data.position(), length);
        data.position(data.limit());
    }

    private void makeRoom(int length, int expected) {
        int needed = Math.addExact(size(), length);
        if (needed <= bytes.capacity() && bytes.position() >= bytes.capacity() / 2) {
            bytes.compact().flip();
            return;
        }
        int doubled = Math.max(2 * bytes.capacity(), SMALLEST);
        var larger = ByteBuffer.allocate(Math.max(needed + Math.max(0, expected), size() == 0 ? needed : doubled));
        bytes = larger.put(bytes).flip();
    }

    /** Lets go of the memory if nothing is left. */
    void release() {
        if (isEmpty()) {
            bytes = NONE;
        }
    }

    void clear() {
        bytes = NONE;
    }
}
