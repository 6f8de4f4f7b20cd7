package dev.weft.io.internal.tls;

import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import dev.weft.io.internal.transport.NoBufferException;
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
                yield calls.dataReceived(protocol, view);
            }
            default -> calls.cannotReceive();
        };
    }

    private @Nullable Exception copyInto(BufferedProtocol protocol, ByteBuffer bytes) {
        ByteBuffer target;
        try {
            target = calls.getBuffer(protocol, bytes.remaining());
        } catch (NoBufferException e) {
            return e.reason();
        }
        int taken = Math.min(bytes.remaining(), target.remaining());
        target.put(target.position(), bytes, bytes.position(), taken);
        target.position(target.position() + taken);
        bytes.position(bytes.position() + taken);
        return calls.bufferUpdated(protocol, taken);
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
