package dev.weft.io.internal.tls;

import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import dev.weft.io.internal.transport.ProtocolCalls;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Hands decrypted bytes to a protocol, which takes them all, or as many as it has room for. */
final class Delivery {
    private final ProtocolCalls calls;

    Delivery(ProtocolCalls calls) {
        this.calls = calls;
    }

    /**
     * One call of the protocol. What is left in the buffer afterwards was not taken.
     *
     * @return what the protocol has thrown, {@code null} if nothing
     */
    @Nullable
    Exception deliver(ByteBuffer bytes) {
        return switch (calls.protocol()) {
            case BufferedProtocol buffered -> copyInto(buffered, bytes);
            case Protocol protocol -> {
                ByteBuffer view = bytes.asReadOnlyBuffer();
                bytes.position(bytes.limit());
                yield calls.run("dataReceived", () -> protocol.dataReceived(view));
            }
            case Object other ->
                calls.run("dataReceived", () -> {
                    throw new IllegalStateException("not a protocol that can be handed bytes: " + other);
                });
        };
    }

    private @Nullable Exception copyInto(BufferedProtocol protocol, ByteBuffer bytes) {
        var taken = new int[1];
        Exception failure = calls.run("getBuffer", () -> {
            ByteBuffer target = protocol.getBuffer(bytes.remaining());
            if (target == null || !target.hasRemaining()) {
                throw new IllegalStateException("getBuffer returned no room");
            }
            taken[0] = Math.min(bytes.remaining(), target.remaining());
            target.put(target.position(), bytes, bytes.position(), taken[0]);
            target.position(target.position() + taken[0]);
        });
        if (failure != null) {
            return failure;
        }
        bytes.position(bytes.position() + taken[0]);
        return calls.run("bufferUpdated", () -> protocol.bufferUpdated(taken[0]));
    }

    /**
     * The peer has sent everything.
     *
     * @param keepOpen whether the protocol wanted to go on writing
     */
    record End(@Nullable Exception failure, boolean keepOpen) {}

    End end() {
        var keepOpen = new boolean[1];
        Exception failure = calls.run("eofReceived", () -> {
            keepOpen[0] = switch (calls.protocol()) {
                case BufferedProtocol buffered -> buffered.eofReceived();
                case Protocol protocol -> protocol.eofReceived();
                default -> false;
            };
        });
        return new End(failure, keepOpen[0]);
    }
}
