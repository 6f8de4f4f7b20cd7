package dev.weft.io.http;

import dev.weft.Suspends;

/** Writes a body piece by piece. */
@FunctionalInterface
public interface BodyProducer {
    /**
     * Writes the body. Runs in the task that sends the message, after its head was decided on.
     *
     * @param out takes the body; it ends when this method returns
     * @throws Exception breaks the connection, if anything was sent already: so the peer knows that the body is not complete
     */
    @Suspends
    void produce(BodyWriter out) throws Exception;
}
