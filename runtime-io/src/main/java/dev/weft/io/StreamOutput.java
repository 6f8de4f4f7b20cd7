package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/** What {@link StreamWriter#asOutputStream} returns: no bytes of its own, so that it can be mixed with calls of the writer. */
final class StreamOutput extends OutputStream {
    private final StreamWriter writer;
    private boolean closed;

    StreamOutput(StreamWriter writer) {
        this.writer = writer;
    }

    @Override
    @Suspends
    public void write(int value) throws IOException {
        write(new byte[] {(byte) value}, 0, 1);
    }

    /** Waits while more is buffered than the high water mark allows: who writes to a stream has never heard of {@code drain}. */
    @Override
    @Suspends
    public void write(byte[] data, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, data.length);
        ensureOpen();
        writer.write(data, offset, length);
        writer.drain();
    }

    @Override
    @Suspends
    public void flush() throws IOException {
        ensureOpen();
        writer.drain();
    }

    /** Closes the connection and waits until everything is sent, as a socket's stream does. */
    @Override
    @Suspends
    public void close() throws IOException {
        if (!closed) {
            closed = true;
            writer.close();
            writer.waitClosed();
        }
    }

    private void ensureOpen() throws IOException {
        if (closed || writer.isClosing()) {
            throw new IOException("the stream is closed: " + writer);
        }
    }

    @Override
    public String toString() {
        return "OutputStream of " + writer;
    }
}
