package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Calls a protocol, and reports what it throws. */
public final class ProtocolCalls {
    private final EventLoop loop;
    private final BaseTransport transport;
    private BaseProtocol protocol;

    public ProtocolCalls(EventLoop loop, BaseTransport transport, BaseProtocol protocol) {
        this.loop = loop;
        this.transport = transport;
        this.protocol = protocol;
    }

    public BaseProtocol protocol() {
        return protocol;
    }

    public void setProtocol(BaseProtocol protocol) {
        this.protocol = protocol;
    }

    /** One call of a protocol's method. */
    public interface Call {
        void run() throws Exception;
    }

    /**
     * Tells of the connection.
     *
     * @return what the protocol has thrown, {@code null} if nothing
     */
    public @Nullable Exception connectionMade() {
        return run("connectionMade", () -> protocol.connectionMade(transport));
    }

    /**
     * The same in an entry of its own.
     *
     * @param ending what to do if the protocol throws: with that exception the connection ends
     */
    public void connectionMadeSoon(Consumer<Exception> ending) {
        loop.callSoon(() -> {
            Exception failure = connectionMade();
            if (failure != null) {
                ending.accept(failure);
            }
        });
    }

    /**
     * Hands bytes on. Without {@link #run}: this is every arrival, and a lambda would be garbage.
     *
     * @return what the protocol has thrown, {@code null} if nothing
     */
    public @Nullable Exception dataReceived(Protocol receiver, ByteBuffer data) {
        try {
            receiver.dataReceived(data);
            return null;
        } catch (Throwable e) {
            return reported("dataReceived", e);
        }
    }

    /**
     * Asks for a buffer.
     *
     * @param hint how many bytes there are; negative if nobody knows
     * @return one with room
     */
    public ByteBuffer getBuffer(BufferedProtocol receiver, int hint) throws NoBufferException {
        try {
            ByteBuffer given = receiver.getBuffer(hint);
            if (given != null && given.hasRemaining()) {
                return given;
            }
        } catch (Throwable e) {
            throw new NoBufferException(reported("getBuffer", e));
        }
        throw new NoBufferException(reported("getBuffer", new IllegalStateException("getBuffer returned no room")));
    }

    /**
     * Says how many bytes are in the buffer that the protocol has given. Without {@link #run}, as {@link #dataReceived}.
     *
     * @return what the protocol has thrown, {@code null} if nothing
     */
    public @Nullable Exception bufferUpdated(BufferedProtocol receiver, int length) {
        try {
            receiver.bufferUpdated(length);
            return null;
        } catch (Throwable e) {
            return reported("bufferUpdated", e);
        }
    }

    /**
     * Reports that bytes came for a protocol of neither kind.
     *
     * @return what to end the connection with
     */
    public Exception cannotReceive() {
        return reported(
                "dataReceived", new IllegalStateException("not a protocol that can be handed bytes: " + protocol));
    }

    /**
     * Tells that reading goes on, after a pause.
     *
     * @return what the protocol has thrown, {@code null} if nothing
     */
    public @Nullable Exception readingResumed() {
        return protocol instanceof Protocol receiver ? run("readingResumed", receiver::readingResumed) : null;
    }

    void pauseWriting() {
        run("pauseWriting", protocol::pauseWriting);
    }

    void resumeWriting() {
        run("resumeWriting", protocol::resumeWriting);
    }

    public void connectionLost(@Nullable Exception exception) {
        run("connectionLost", () -> protocol.connectionLost(exception));
    }

    /**
     * Calls; what it throws goes to the exception handler.
     *
     * @return the failure as an exception for {@code connectionLost}, {@code null} if there was none
     */
    public @Nullable Exception run(String method, Call call) {
        try {
            call.run();
            return null;
        } catch (Throwable e) {
            return reported(method, e);
        }
    }

    private Exception reported(String method, Throwable thrown) {
        if (IoFailures.fatal(thrown)) {
            throw (Error) thrown;
        }
        loop.callExceptionHandler(ExceptionContext.of("protocol callback failed: " + method)
                .with("exception", thrown)
                .with("transport", transport)
                .with("protocol", protocol));
        return thrown instanceof Exception exception
                ? exception
                : new IllegalStateException("protocol callback failed: " + method, thrown);
    }
}
