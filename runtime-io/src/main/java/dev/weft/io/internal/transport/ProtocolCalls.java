package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.ExceptionContext;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
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
            if (IoFailures.fatal(e)) {
                throw (Error) e;
            }
            loop.callExceptionHandler(ExceptionContext.of("protocol callback failed: " + method)
                    .with("exception", e)
                    .with("transport", transport)
                    .with("protocol", protocol));
            return e instanceof Exception exception
                    ? exception
                    : new IllegalStateException("protocol callback failed: " + method, e);
        }
    }
}
