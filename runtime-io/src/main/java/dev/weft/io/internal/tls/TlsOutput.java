package dev.weft.io.internal.tls;

import dev.weft.io.Transport;
import dev.weft.io.internal.transport.WriteBuffer;
import java.nio.ByteBuffer;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts what is written, and gives it to the transport below, several records with one write. While that has something left to send
 * nothing more is encrypted: it waits in the buffer here.
 */
final class TlsOutput {
    private final TlsEngine engine;
    private final TlsBuffers buffers;
    private final WriteBuffer queue = new WriteBuffer();
    private @Nullable Transport lower;
    private boolean full;

    TlsOutput(TlsEngine engine, TlsBuffers buffers) {
        this.engine = engine;
        this.buffers = buffers;
    }

    void attach(Transport lower) {
        this.lower = lower;
    }

    /** Whether the transport below has something left to send. */
    boolean full() {
        return full;
    }

    void setFull(boolean full) {
        this.full = full;
    }

    /** Whether nothing waits to be encrypted. */
    boolean isEmpty() {
        return queue.isEmpty();
    }

    /** How many bytes wait to be encrypted. */
    int queued() {
        return queue.size();
    }

    /** How many bytes are below, encrypted. */
    int buffered() {
        return lower == null ? 0 : lower.getWriteBufferSize();
    }

    void append(ByteBuffer data) {
        queue.append(data);
    }

    void clear() {
        queue.clear();
    }

    /**
     * Sends what the engine itself has to say.
     *
     * @return whether it had anything
     */
    boolean sendOwn() throws SSLException {
        ByteBuffer net = buffers.take();
        try {
            int largest = engine.largestPacket();
            boolean any = false;
            try {
                while (engine.needsWrap() && net.remaining() >= largest && engine.wrap(net)) {
                    any = true;
                }
            } finally {
                send(net);
            }
            return any;
        } finally {
            buffers.give(net);
        }
    }

    /** Encrypts straight from the caller's memory, until everything is, the transport below is full, or the engine wants something. */
    void encrypt(ByteBuffer data) throws SSLException {
        ByteBuffer net = buffers.take();
        try {
            ByteBuffer[] source = {data};
            int largest = engine.largestPacket();
            boolean more = true;
            while (more && data.hasRemaining() && !full) {
                net.clear();
                try {
                    while (more && data.hasRemaining() && net.remaining() >= largest) {
                        more = engine.wrap(source, net) && !engine.needsAttention();
                    }
                } finally {
                    send(net);
                }
            }
        } finally {
            buffers.give(net);
        }
    }

    /**
     * Encrypts one batch of what waits.
     *
     * @return whether the engine has taken any
     */
    boolean encryptQueued() throws SSLException {
        ByteBuffer net = buffers.take();
        try {
            int largest = engine.largestPacket();
            boolean more = true;
            try {
                while (more && !queue.isEmpty() && net.remaining() >= largest) {
                    ByteBuffer[] chunks = queue.first();
                    int before = remaining(chunks);
                    more = engine.wrap(chunks, net) && !engine.needsAttention();
                    queue.taken(before - remaining(chunks));
                }
                return net.position() > 0;
            } finally {
                send(net);
            }
        } finally {
            buffers.give(net);
        }
    }

    private static int remaining(ByteBuffer[] chunks) {
        int sum = 0;
        for (ByteBuffer chunk : chunks) {
            sum += chunk.remaining();
        }
        return sum;
    }

    private void send(ByteBuffer net) {
        net.flip();
        Transport transport = lower;
        if (net.hasRemaining() && transport != null && !transport.isClosing()) {
            transport.write(net);
        }
    }
}
