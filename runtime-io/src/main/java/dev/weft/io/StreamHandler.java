package dev.weft.io;

import dev.weft.Suspends;

/** Serves one connection of a server made by {@link Net#startServer}. */
@FunctionalInterface
public interface StreamHandler {
    /**
     * Serves the connection, as a task of its own. The connection stays open after it returns, until the writer is closed.
     *
     * @param reader what the peer sends
     * @param writer sends to the peer
     * @throws Exception reported to the loop's exception handler; the connection is closed then
     */
    @Suspends
    void handle(StreamReader reader, StreamWriter writer) throws Exception;
}
