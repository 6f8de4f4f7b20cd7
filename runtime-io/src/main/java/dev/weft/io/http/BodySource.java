package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Where the bytes of a body come from. */
interface BodySource {
    /**
     * The next part, waiting for it if need be.
     *
     * @return some bytes, whose memory may be used again after the next call; none at the end
     */
    @Suspends
    ByteBuffer next() throws IOException;

    /** Whether the end has been reached, as far as that is known without waiting. */
    boolean isDone();

    /** How many bytes are to come, -1 if that is not known. */
    long remaining();

    /** The fields after the body, once it has ended. */
    Headers trailers();

    /** Nobody reads it any more: lets go of what it holds. */
    default void close() {}
}
