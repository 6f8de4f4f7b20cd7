package dev.weft.io.internal.transport;

import dev.weft.Suspends;
import java.nio.ByteBuffer;

/**
 * A transport whose bytes can be taken from the channel by the very task that waits for them: no callback is run in between, and no
 * iteration of the loop lost. They take the same way all the same, through the transport's protocol.
 */
public interface DirectReading {
    /**
     * Waits until there is something to be read, then does in the calling task what the loop would have done: reads it and hands it to the
     * protocol.
     *
     * @return false if that is not possible, at once or from some moment on: the transport does not read, or {@link #endDirectRead} was
     *     called
     */
    @Suspends
    boolean readDirectly();

    /**
     * As {@link #readDirectly()}, but reads into a buffer, past the protocol, which hears of the end only.
     *
     * @param target has room, also when the wait is over
     * @return how many bytes were read, none if that is the end; -1 if reading so is not possible, as above
     */
    @Suspends
    int readDirectly(ByteBuffer target);

    /** Ends {@link #readDirectly} of a task that still waits. */
    void endDirectRead();
}
