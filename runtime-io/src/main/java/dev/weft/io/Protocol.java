package dev.weft.io;

import java.nio.ByteBuffer;

/** A protocol that is handed the bytes of a stream as they come. Mirrors {@code asyncio.Protocol}. */
public interface Protocol extends BaseProtocol {
    /**
     * Bytes came. An exception is fatal to the connection.
     *
     * @param data the bytes, at most 256 KiB; read-only, and valid during this call only
     */
    void dataReceived(ByteBuffer data);

    /**
     * The transport reads again after {@link ReadTransport#pauseReading}: whatever the protocol held back meanwhile can be dealt with now.
     * Comes before any further data, as a call of its own. An exception is fatal to the connection.
     */
    default void readingResumed() {}

    /**
     * The peer has sent everything it had to send. An exception is fatal to the connection.
     *
     * @return whether to keep the connection open for writing; if not, it is closed
     */
    default boolean eofReceived() {
        return false;
    }
}
