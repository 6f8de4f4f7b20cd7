package dev.weft.io.internal.tls;

import dev.weft.EventLoop;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/**
 * Working memory that the connections of one loop share, so that an idle one holds none. On the heap: with the JDK's ciphers that is up to
 * twice as fast as outside of it, which they copy from and to in small pieces (AES-GCM, JDK 25: 6.1 against 2.7 GB/s to encrypt, 3.7
 * against 2.7 to decrypt).
 *
 * <p>What is taken is given back before the loop goes on. Several are out at a time if one TLS connection runs over another.
 */
final class TlsBuffers {
    /** The most that is decrypted and delivered at once: few enough bytes to stay in the processor's caches on their way. */
    static final int LARGEST_DELIVERY = 64 * 1024;

    /** As much, and an incomplete record from the time before; and room for several records on their way out. */
    private static final int CAPACITY = LARGEST_DELIVERY + 32 * 1024;

    private static final int KEPT = 6;

    private final ArrayDeque<ByteBuffer> free = new ArrayDeque<>();

    static TlsBuffers of(EventLoop loop) {
        return loop.attachment(TlsBuffers.class, ignored -> new TlsBuffers());
    }

    /** An empty buffer. */
    ByteBuffer take() {
        ByteBuffer buffer = free.pollFirst();
        return buffer != null ? buffer.clear() : ByteBuffer.allocate(CAPACITY);
    }

    void give(ByteBuffer buffer) {
        if (free.size() < KEPT) {
            free.addFirst(buffer);
        }
    }
}
