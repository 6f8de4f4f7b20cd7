package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.OpenResource;
import java.nio.ByteBuffer;
import java.util.IdentityHashMap;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one loop share, and a list of what is open, so that nothing stays open when the loop is closed. */
public final class LoopIo implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int READ_BUFFER = 256 * 1024;
    private static final int WRITE_BUFFER = 64 * 1024;

    private final EventLoop loop;
    private final IdentityHashMap<Resource, OpenResource> open = new IdentityHashMap<>();
    private @Nullable ByteBuffer readBuffer;
    private @Nullable ByteBuffer readView;
    private @Nullable ByteBuffer writeBuffer;

    private LoopIo(EventLoop loop) {
        this.loop = loop;
    }

    /** Something open that the loop's end closes. */
    public interface Resource {
        /** The loop is being closed: lets go of the channel at once and tells nobody. */
        void loopClosed();

        /** What kind of thing it is, for metrics and for those who look why a program does not end. */
        OpenResource.Kind kind();

        /** Whether somebody should have closed it before. */
        default boolean mustBeClosed() {
            return true;
        }
    }

    /** The one of this loop. */
    public static LoopIo of(EventLoop loop) {
        return loop.attachment(LoopIo.class, LoopIo::new);
    }

    /**
     * Where a channel's bytes are read to: one buffer for all, since what it holds is handed on before anything else is read. Empty, and
     * outside the heap, so that the JDK need not copy.
     */
    public ByteBuffer readBuffer() {
        ByteBuffer buffer = readBuffer;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(READ_BUFFER);
            readBuffer = buffer;
        }
        return buffer.clear();
    }

    /** The first bytes of {@link #readBuffer}, read-only. */
    ByteBuffer readView(int length) {
        ByteBuffer view = readView;
        if (view == null) {
            view = readBuffer().asReadOnlyBuffer();
            readView = view;
        }
        return view.clear().limit(length);
    }

    /**
     * Copies pieces together, for a channel to take them by one call of the system, from outside the heap. To be used before anything
     * else is written.
     *
     * @param pieces all of which are used up
     * @return the copy; null if they are too many bytes for that
     */
    @Nullable
    ByteBuffer together(List<ByteBuffer> pieces) {
        long length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        if (length > WRITE_BUFFER) {
            return null;
        }
        ByteBuffer buffer = writeBuffer;
        if (buffer == null) {
            buffer = ByteBuffer.allocateDirect(WRITE_BUFFER);
            writeBuffer = buffer;
        }
        buffer.clear();
        for (ByteBuffer piece : pieces) {
            buffer.put(piece);
        }
        return buffer.flip();
    }

    /** Returns what counts its bytes. */
    public OpenResource opened(Resource resource) {
        OpenResource shown = loop.opened(resource.kind(), resource);
        open.put(resource, shown);
        return shown;
    }

    public void closed(Resource resource) {
        OpenResource shown = open.remove(resource);
        if (shown != null) {
            shown.close();
        }
    }

    @Override
    public void close() {
        for (Resource resource : List.copyOf(open.keySet())) {
            if (resource.mustBeClosed()) {
                LOG.warn("unclosed {}: closed because its loop is", resource);
            }
            resource.loopClosed();
            closed(resource);
        }
    }
}
