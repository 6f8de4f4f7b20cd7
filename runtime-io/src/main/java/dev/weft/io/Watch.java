package dev.weft.io;

import dev.weft.EventLoop;
import dev.weft.Future;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Stands between a transport and a protocol to notice when the connection is lost. */
abstract sealed class Watch<P extends BaseProtocol> implements BaseProtocol {
    final P protocol;
    /** Done when the connection is gone. */
    final Future<@Nullable Void> gone;

    private @Nullable BaseTransport transport;
    private boolean lost;

    private Watch(P protocol, EventLoop loop) {
        this.protocol = protocol;
        gone = loop.createFuture();
    }

    /** Of the same kind as the protocol is. */
    @SuppressWarnings("unchecked") // the instance of P is an instance of the kind
    static <P extends BaseProtocol> Watch<P> over(P protocol, EventLoop loop) {
        return switch (Objects.requireNonNull(protocol, "the factory returned null")) {
            case BufferedProtocol buffered -> (Watch<P>) new OfBuffered<>(buffered, loop);
            case Protocol bytes -> (Watch<P>) new OfBytes<>(bytes, loop);
            default -> throw new IllegalStateException("neither a Protocol nor a BufferedProtocol: " + protocol);
        };
    }

    /** Whether the protocol is being told, or has been told, that the connection is gone. */
    boolean lost() {
        return lost;
    }

    void close() {
        Objects.requireNonNull(transport).close();
    }

    @Override
    public void connectionMade(BaseTransport made) {
        transport = made;
        protocol.connectionMade(made);
    }

    @Override
    public void connectionLost(@Nullable Exception exception) {
        lost = true;
        try {
            protocol.connectionLost(exception);
        } finally {
            gone.setResult(null);
        }
    }

    @Override
    public void pauseWriting() {
        protocol.pauseWriting();
    }

    @Override
    public void resumeWriting() {
        protocol.resumeWriting();
    }

    private static final class OfBytes<P extends Protocol> extends Watch<P> implements Protocol {
        OfBytes(P protocol, EventLoop loop) {
            super(protocol, loop);
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            protocol.dataReceived(data);
        }

        @Override
        public void readingResumed() {
            protocol.readingResumed();
        }

        @Override
        public boolean eofReceived() {
            return protocol.eofReceived();
        }
    }

    private static final class OfBuffered<P extends BufferedProtocol> extends Watch<P> implements BufferedProtocol {
        OfBuffered(P protocol, EventLoop loop) {
            super(protocol, loop);
        }

        @Override
        public @Nullable ByteBuffer getBuffer(int sizeHint) {
            return protocol.getBuffer(sizeHint);
        }

        @Override
        public void bufferUpdated(int length) {
            protocol.bufferUpdated(length);
        }

        @Override
        public boolean eofReceived() {
            return protocol.eofReceived();
        }
    }
}
