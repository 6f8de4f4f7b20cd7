package dev.weft.io;

import dev.weft.EventLoop;
import java.lang.ref.Cleaner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices writers that nobody can close any more, and closes their connections. */
final class Unclosed {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Cleaner CLEANER = Cleaner.create();

    private Unclosed() {}

    /** The transport must not lead back to the writer, or the writer would never be found unreachable. */
    static void watch(StreamWriter writer, Transport transport, EventLoop loop) {
        CLEANER.register(writer, () -> collected(transport, loop));
    }

    /** On the cleaner's thread. */
    private static void collected(Transport transport, EventLoop loop) {
        if (loop.isClosed()) {
            return; // closing the loop has told, and closed the channel
        }
        try {
            loop.callSoonThreadsafe(() -> {
                if (!transport.isClosing()) {
                    LOG.warn("unclosed writer of {}: closed because nothing refers to it any more", transport);
                    transport.close();
                }
            });
        } catch (IllegalStateException closedMeanwhile) {
            if (!loop.isClosed()) {
                throw closedMeanwhile;
            }
        }
    }
}
