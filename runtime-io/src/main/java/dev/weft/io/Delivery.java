package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Hands what a connection brings to a protocol, one message at a time, for as long as the connection is read: a message whose callback
 * pauses or closes it is the last one. Never from within another delivery, so that callbacks do not nest.
 */
final class Delivery {
    /** Takes one message from the front. */
    interface Step {
        /** Whether there was one: if not, more bytes are needed. */
        boolean deliverNext(ByteQueue bytes);
    }

    private final Step step;
    private final ByteQueue held = new ByteQueue();
    private @Nullable BaseTransport transport;
    private boolean delivering;
    private boolean ended;

    Delivery(Step step) {
        this.step = step;
    }

    void connected(BaseTransport made) {
        transport = Objects.requireNonNull(made, "transport");
    }

    BaseTransport transport() {
        if (transport == null) {
            throw new IllegalStateException(
                    "not connected: a protocol that overrides connectionMade calls super.connectionMade(transport)");
        }
        return transport;
    }

    void write(Iterable<ByteBuffer> pieces) {
        if (!(transport() instanceof WriteTransport target)) {
            throw new IllegalStateException("this connection is for reading only: " + transport);
        }
        target.writeLines(pieces);
    }

    void received(ByteBuffer data) {
        if (ended) {
            return;
        }
        held.append(data);
        deliver();
    }

    /** Puts bytes before those that were not delivered yet. */
    void putBack(byte[] bytes) {
        byte[] later = held.take(held.size());
        held.append(ByteBuffer.wrap(bytes));
        held.append(ByteBuffer.wrap(later));
    }

    /** What came is not what was agreed: nothing of it is delivered any more. */
    void end() {
        ended = true;
        held.clear();
    }

    void deliver() {
        if (delivering) {
            return; // whoever delivers goes on with it
        }
        delivering = true;
        try {
            while (!held.isEmpty() && mayDeliver() && step.deliverNext(held)) {
                // the next one
            }
        } finally {
            delivering = false;
        }
    }

    private boolean mayDeliver() {
        return transport instanceof ReadTransport source
                ? source.isReading()
                : !transport().isClosing();
    }
}
