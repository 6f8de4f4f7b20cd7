package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/** What {@link StreamReader#asInputStream} returns: no bytes of its own, so that it can be mixed with calls of the reader. */
final class StreamInput extends InputStream {
    private final StreamReader reader;
    private boolean closed;

    StreamInput(StreamReader reader) {
        this.reader = reader;
    }

    @Override
    @Suspends
    public int read() throws IOException {
        ensureOpen();
        byte[] one = reader.read(1);
        return one.length == 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    @Suspends
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        ensureOpen();
        if (length == 0) {
            return 0;
        }
        int count = reader.readInto(ByteBuffer.wrap(target, offset, length));
        return count == 0 ? -1 : count;
    }

    @Override
    @Suspends
    public long skip(long count) throws IOException {
        ensureOpen();
        return reader.skip(count);
    }

    @Override
    public int available() throws IOException {
        ensureOpen();
        return reader.buffered();
    }

    /** Ends this view. The connection belongs to the writer, and stays open. */
    @Override
    public void close() {
        closed = true;
    }

    private void ensureOpen() throws IOException {
        if (closed) {
            throw new IOException("the stream is closed: " + reader);
        }
    }

    @Override
    public String toString() {
        return "InputStream of " + reader;
    }
}
