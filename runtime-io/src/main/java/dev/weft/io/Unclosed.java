package dev.weft.io;

import dev.weft.EventLoop;
import java.lang.ref.Cleaner;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Notices writers and datagram streams that nobody can close any more, and closes their connections. */
final class Unclosed {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Cleaner CLEANER = Cleaner.create();

    private volatile BaseTransport transport;

    private Unclosed(BaseTransport transport) {
        this.transport = transport;
    }

    /** The transport must not lead back to the holder, or the holder would never be found unreachable. */
    static Unclosed watch(Object holder, String kind, BaseTransport transport, EventLoop loop) {
        var watched = new Unclosed(transport);
        CLEANER.register(holder, () -> collected(kind, watched.transport, loop));
        return watched;
    }

    /** The holder's connection goes on over another transport. */
    void replaceTransport(BaseTransport replacement) {
        transport = replacement;
    }

    /** On the cleaner's thread. */
    private static void collected(String kind, BaseTransport transport, EventLoop loop) {
        if (loop.isClosed()) {
            return; // closing the loop has told, and closed the channel
        }
        try {
            loop.callSoonThreadsafe(() -> {
                if (!transport.isClosing()) {
                    LOG.warn("unclosed {} of {}: closed because nothing refers to it any more", kind, transport);
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
