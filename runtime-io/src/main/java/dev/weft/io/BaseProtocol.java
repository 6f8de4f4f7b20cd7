package dev.weft.io;

import org.jspecify.annotations.Nullable;

/**
 * Is told what becomes of a connection. The loop calls it, one method at a time, never from within the call that is the cause; none of
 * the methods may suspend. Mirrors {@code asyncio.BaseProtocol}.
 */
public interface BaseProtocol {
    /**
     * The connection stands. The first call, and made once.
     *
     * @param transport the connection
     */
    default void connectionMade(BaseTransport transport) {}

    /**
     * The connection is closed. The last call, and made once.
     *
     * @param exception why; null if either side closed it in order, or this side aborted it
     */
    default void connectionLost(@Nullable Exception exception) {}

    /** More is buffered than the high water mark allows: write no more until {@link #resumeWriting}. Called from within a write. */
    default void pauseWriting() {}

    /** The buffer is down to the low water mark: writing may go on. Comes after each {@link #pauseWriting}, unless the connection is lost. */
    default void resumeWriting() {}
}
