package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;

/**
 * Both directions of a connection.
 *
 * @param reader what the peer sends
 * @param writer sends to the peer
 */
public record Streams(StreamReader reader, StreamWriter writer) implements AutoCloseable {
    /**
     * Closes the connection and waits until everything written is sent. That the peer has broken it already is no failure.
     *
     * @throws IOException if the connection is lost before everything is sent
     */
    @Override
    @Suspends
    public void close() throws IOException {
        writer.close();
        try {
            writer.waitClosed();
        } catch (ConnectionResetException | BrokenPipeException alreadyGone) {
            // What the caller wanted is the case: the connection is closed.
        } catch (IOException lost) {
            if (lost == reader.exception()) {
                // Reading has thrown this object. Thrown again, a try statement would try in vain to make it suppress
                // itself.
                throw new IOException("the connection was lost: " + lost.getMessage(), lost);
            }
            throw lost;
        }
    }
}
