package dev.weft;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something open on a loop that may keep its program alive: a connection, a server, a child process. Made by
 * {@link EventLoop#opened}, for those who write transports: what they tell here is what {@link EventLoop#metrics}, {@code weft why} and
 * {@code weft top} show.
 *
 * <p>Confined to its loop, but any thread may read it.
 */
public final class OpenResource implements AutoCloseable {
    /** What kind of thing is open. */
    public enum Kind {
        /** A connection, over TCP or a Unix socket. */
        CONNECTION,
        /** A channel that listens for connections. */
        SERVER,
        /** A socket for datagrams. */
        DATAGRAM,
        /** A pipe, or a standard stream. */
        PIPE,
        /** A child process. */
        PROCESS
    }

    private final OpenResources all;
    private final Kind kind;
    private final Object what;
    private final long openedAt;
    private final @Nullable List<StackTraceElement> sourceTraceback;
    private long received;
    private long sent;
    private boolean closed;

    OpenResource(OpenResources all, Kind kind, Object what, long openedAt, @Nullable List<StackTraceElement> trace) {
        this.all = all;
        this.kind = kind;
        this.what = what;
        this.openedAt = openedAt;
        this.sourceTraceback = trace;
    }

    /** {@return what kind of thing it is} */
    public Kind kind() {
        return kind;
    }

    /** {@return what is open; its {@code toString} says which} */
    public Object what() {
        return what;
    }

    /** {@return how many bytes were received} */
    public long received() {
        return received;
    }

    /** {@return how many bytes were sent} */
    public long sent() {
        return sent;
    }

    /**
     * Counts bytes that came in.
     *
     * @param bytes how many; nothing is counted if negative, as at the end of a stream
     */
    public void received(long bytes) {
        if (bytes > 0) {
            received += bytes;
            all.received(bytes);
        }
    }

    /**
     * Counts bytes that went out.
     *
     * @param bytes how many; nothing is counted if negative
     */
    public void sent(long bytes) {
        if (bytes > 0) {
            sent += bytes;
            all.sent(bytes);
        }
    }

    /** It is no longer open. May be repeated. */
    @Override
    public void close() {
        if (!closed) {
            closed = true;
            all.closed(this);
        }
    }

    /** When it was opened, of the loop's time. */
    long openedAt() {
        return openedAt;
    }

    @Nullable
    List<StackTraceElement> sourceTraceback() {
        return sourceTraceback;
    }

    @Override
    public String toString() {
        return kind + " " + what;
    }
}
