package dev.weft.io;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** A protocol that supplies the memory into which the bytes of a stream are read. Mirrors {@code asyncio.BufferedProtocol}. */
public interface BufferedProtocol extends BaseProtocol {
    /**
     * Where the next bytes are to go. May be called twice before they come. An exception, null, or a buffer without room is fatal to the
     * connection.
     *
     * @param sizeHint how much room is recommended, -1 for any
     * @return the buffer; it is filled from its position on
     */
    @Nullable
    ByteBuffer getBuffer(int sizeHint);

    /**
     * Bytes came into the buffer. An exception is fatal to the connection.
     *
     * @param length how many
     */
    void bufferUpdated(int length);

    /**
     * The peer has sent everything it had to send. An exception is fatal to the connection.
     *
     * @return whether to keep the connection open for writing; if not, it is closed
     */
    default boolean eofReceived() {
        return false;
    }
}
