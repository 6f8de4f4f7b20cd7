package dev.weft.io.internal.websocket;

import java.io.ByteArrayOutputStream;
import java.util.zip.Deflater;

/** Compresses messages: RFC 7692, section 7.2.1. */
final class Deflation implements AutoCloseable {
    private static final int TAIL = 4;
    private static final int STEP = 8192;

    private final boolean forgets;
    private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);

    /** Whether no message may refer to those before. */
    Deflation(boolean forgets) {
        this.forgets = forgets;
    }

    /** A part of a message that is not the last one. */
    byte[] part(byte[] source) {
        return deflate(source).toByteArray();
    }

    /** The last part of a message. */
    byte[] last(byte[] source) {
        ByteArrayOutputStream deflated = deflate(source);
        if (forgets) {
            deflater.reset();
        }
        byte[] bytes = deflated.toByteArray();
        // Nothing comes out if the part before was flushed and nothing is new; then an empty block stands for it.
        return bytes.length < TAIL ? new byte[1] : java.util.Arrays.copyOf(bytes, bytes.length - TAIL);
    }

    private ByteArrayOutputStream deflate(byte[] source) {
        var deflated = new ByteArrayOutputStream(Math.min(source.length / 2 + 16, STEP));
        var buffer = new byte[Math.min(source.length + 16, STEP)];
        deflater.setInput(source);
        int count;
        do {
            count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
            deflated.write(buffer, 0, count);
        } while (count == buffer.length);
        return deflated;
    }

    @Override
    public void close() {
        deflater.end();
    }
}
