package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/**
 * Takes a body that goes out. Small writes are collected; {@link #flush} sends what there is. Writing suspends while the peer does not keep up.
 * Confined to the task that got it.
 */
public final class BodyWriter {
    private static final int COLLECTED = 8 * 1024;

    /** Sends pieces of a body. */
    interface Sink {
        /** Sends a piece, and waits while too much is buffered. */
        @Suspends
        void send(ByteBuffer piece, boolean last) throws IOException;
    }

    private final Sink sink;
    private ByteBuffer collected = ByteBuffer.allocate(0);
    private boolean begun;
    private boolean ended;

    BodyWriter(Sink sink) {
        this.sink = sink;
    }

    /**
     * Writes bytes.
     *
     * @param data the bytes; the array may be reused at once
     * @throws IOException if the connection is broken, or the peer takes nothing for too long
     * @throws IllegalStateException if the body has ended, or is longer than its {@code Content-Length}
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the body is not complete then, and the connection of no more use
     */
    @Suspends
    public void write(byte[] data) throws IOException {
        write(ByteBuffer.wrap(data));
    }

    /**
     * As {@link #write(byte[])}, for a part of an array.
     *
     * @param data holds the bytes
     * @param offset where they begin
     * @param length how many there are
     * @throws IOException as {@link #write(byte[])} throws it
     * @throws IndexOutOfBoundsException if the part is not inside the array
     */
    @Suspends
    public void write(byte[] data, int offset, int length) throws IOException {
        write(ByteBuffer.wrap(data, offset, length));
    }

    /**
     * As {@link #write(byte[])}.
     *
     * @param data the bytes, all of which are taken
     * @throws IOException as {@link #write(byte[])} throws it
     */
    @Suspends
    public void write(ByteBuffer data) throws IOException {
        checkOpen();
        if (data.remaining() > collected.remaining()) {
            if (collected.position() > 0) {
                sendCollected();
            }
            if (data.remaining() >= COLLECTED) {
                begun = true;
                sink.send(data, false);
                return;
            }
            if (collected.capacity() == 0) {
                collected = ByteBuffer.allocate(COLLECTED);
            }
        }
        collected.put(data);
    }

    /**
     * Writes text, in UTF-8.
     *
     * @param text the text
     * @throws IOException as {@link #write(byte[])} throws it
     */
    @Suspends
    public void write(String text) throws IOException {
        write(text.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Sends what was collected now; the head of the message, if there is nothing yet.
     *
     * @throws IOException as {@link #write(byte[])} throws it
     */
    @Suspends
    public void flush() throws IOException {
        checkOpen();
        if (!begun || collected.position() > 0) {
            sendCollected();
        }
    }

    @Suspends
    private void sendCollected() throws IOException {
        begun = true;
        sink.send(collected.flip(), false);
        collected.clear();
    }

    /**
     * A view for libraries that write streams. Its writes suspend the task; it is not for other threads. Closing it sends what was collected,
     * and does not end the body.
     *
     * @return the view
     */
    public OutputStream outputStream() {
        return new OutputStream() {
            @Override
            @Suspends
            public void write(int b) throws IOException {
                BodyWriter.this.write(new byte[] {(byte) b});
            }

            @Override
            @Suspends
            public void write(byte[] data, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, data.length);
                BodyWriter.this.write(data, offset, length);
            }

            @Override
            @Suspends
            public void flush() throws IOException {
                BodyWriter.this.flush();
            }

            @Override
            @Suspends
            public void close() throws IOException {
                if (!ended) {
                    BodyWriter.this.flush();
                }
            }
        };
    }

    /** Sends the rest, and the end. */
    @Suspends
    void end() throws IOException {
        checkOpen();
        ended = true;
        sink.send(collected.flip(), true);
    }

    private void checkOpen() {
        if (ended) {
            throw new IllegalStateException("the body has ended");
        }
    }
}
