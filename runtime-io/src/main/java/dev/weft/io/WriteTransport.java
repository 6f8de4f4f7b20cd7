package dev.weft.io;

import java.nio.ByteBuffer;

/** A transport that takes bytes. None of its methods suspend. Mirrors {@code asyncio.WriteTransport}. */
public interface WriteTransport extends BaseTransport {
    /**
     * Sends bytes: at once if nothing is buffered and the connection takes them; what it does not take is copied and sent later. After the
     * connection is lost they are dropped, with a warning from the fifth time on.
     *
     * @param data the bytes; all of them are taken
     * @throws IllegalStateException after {@link #writeEof}
     */
    void write(ByteBuffer data);

    /**
     * As {@link #write(ByteBuffer)}.
     *
     * @param data the bytes
     * @throws IllegalStateException after {@link #writeEof}
     */
    default void write(byte[] data) {
        write(ByteBuffer.wrap(data));
    }

    /**
     * As {@link #write(ByteBuffer)}, for a part of an array.
     *
     * @param data holds the bytes
     * @param offset where they begin
     * @param length how many there are
     * @throws IllegalStateException after {@link #writeEof}
     * @throws IndexOutOfBoundsException if the part is not inside the array
     */
    default void write(byte[] data, int offset, int length) {
        write(ByteBuffer.wrap(data, offset, length));
    }

    /**
     * Sends several pieces with one gathering write.
     *
     * @param pieces the bytes, in order; all of them are taken
     * @throws IllegalStateException after {@link #writeEof}
     */
    void writeLines(Iterable<ByteBuffer> pieces);

    /**
     * Ends what this side sends, once everything buffered is sent: the peer then sees the end of the stream. Reading goes on. Without
     * effect when repeated, or on a closing transport.
     *
     * @throws UnsupportedOperationException if {@link #canWriteEof} is false
     */
    void writeEof();

    /** {@return whether {@link #writeEof} is possible} */
    boolean canWriteEof();

    /** Closes at once: what is buffered is dropped and nothing more delivered. The protocol hears {@code connectionLost(null)} soon. */
    void abort();

    /**
     * Sets the high water mark, and the low one to a quarter of it.
     *
     * @param high above so many buffered bytes the protocol is told to pause; with 0 whenever anything is buffered
     * @throws IllegalArgumentException if it is negative
     */
    default void setWriteBufferLimits(int high) {
        setWriteBufferLimits(high, high / 4);
    }

    /**
     * Sets the water marks. If more than {@code high} bytes are buffered now, the protocol is told to pause at once.
     *
     * @param high above so many buffered bytes the protocol is told to pause
     * @param low at or below so many buffered bytes the protocol is told to go on
     * @throws IllegalArgumentException unless 0 &lt;= low &lt;= high
     */
    void setWriteBufferLimits(int high, int low);

    /** {@return the water marks; 16 and 64 KiB unless set} */
    BufferLimits getWriteBufferLimits();

    /** {@return how many bytes are buffered} */
    int getWriteBufferSize();
}
