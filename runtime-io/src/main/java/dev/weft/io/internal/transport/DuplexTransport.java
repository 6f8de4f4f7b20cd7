package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.Protocol;
import dev.weft.io.Transport;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One transport of an input and an output that are blocking streams, such as standard input and output. It is over when everything written
 * is out; the streams stay open.
 */
public final class DuplexTransport implements Transport {
    private final EventLoop loop;
    private final ProtocolCalls calls;
    private final TransportOwner owner;
    private final InputTransport input;
    private final OutputTransport output;
    private boolean closing;
    private boolean finished;

    @SuppressWarnings("this-escape") // both ends only keep it
    public DuplexTransport(
            EventLoop loop, InputPump source, PrintStream target, Protocol protocol, TransportOwner owner) {
        this.loop = loop;
        this.owner = owner;
        calls = new ProtocolCalls(loop, this, protocol);
        input = new InputTransport(loop, source, new Input(), Map.of(), false);
        output = OutputTransport.shared(loop, target, "weft-stdout", new Output());
        owner.attached(this);
    }

    public void start() {
        loop.callSoon(() -> {
            Exception failure = calls.connectionMade();
            if (failure != null) {
                end(failure);
                return;
            }
            output.start();
            input.start();
        });
    }

    private final class Input implements Protocol {
        @Override
        public void dataReceived(ByteBuffer data) {
            endIfFailed(
                    calls.protocol() instanceof Protocol protocol
                            ? calls.dataReceived(protocol, data)
                            : calls.cannotReceive());
        }

        @Override
        public void readingResumed() {
            endIfFailed(calls.readingResumed());
        }

        @Override
        public boolean eofReceived() {
            var keepOpen = new boolean[1];
            Exception failure =
                    calls.run("eofReceived", () -> keepOpen[0] = protocol().eofReceived());
            if (failure != null) {
                end(failure);
            } else if (!keepOpen[0]) {
                close();
            }
            return true;
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            endIfFailed(exception);
        }
    }

    private final class Output implements BaseProtocol {
        @Override
        public void pauseWriting() {
            calls.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            calls.resumeWriting();
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            if (exception != null || closing) {
                end(exception);
            }
        }
    }

    private Protocol protocol() {
        if (calls.protocol() instanceof Protocol protocol) {
            return protocol;
        }
        throw new IllegalStateException("not a protocol that can be handed bytes: " + calls.protocol());
    }

    private void endIfFailed(@Nullable Exception failure) {
        if (failure != null) {
            end(failure);
        }
    }

    private void end(@Nullable Exception failure) {
        if (finished) {
            return;
        }
        finished = true;
        closing = true;
        input.close();
        output.abort();
        loop.callSoon(() -> {
            try {
                calls.connectionLost(failure);
            } finally {
                owner.detached(this);
            }
        });
    }

    @Override
    public boolean isReading() {
        return !closing && input.isReading();
    }

    @Override
    public void pauseReading() {
        input.pauseReading();
    }

    @Override
    public void resumeReading() {
        input.resumeReading();
    }

    @Override
    public void write(ByteBuffer data) {
        output.write(data);
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        output.writeLines(pieces);
    }

    @Override
    public void writeEof() {
        output.writeEof();
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        output.setWriteBufferLimits(high, low);
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return output.getWriteBufferLimits();
    }

    @Override
    public int getWriteBufferSize() {
        return output.getWriteBufferSize();
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        if (closing) {
            return;
        }
        closing = true;
        input.close();
        if (output.isClosing() && output.getWriteBufferSize() == 0) {
            end(null); // the output was ended before, and has told so
        } else {
            output.close();
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        end(null);
    }

    @Override
    public void setProtocol(BaseProtocol protocol) {
        loop.checkThread();
        calls.setProtocol(Objects.requireNonNull(protocol, "protocol"));
    }

    @Override
    public BaseProtocol getProtocol() {
        return calls.protocol();
    }

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return fallback;
    }

    @Override
    public String toString() {
        return "Transport[stdin and stdout, " + (finished ? "closed" : closing ? "closing" : "open") + "]";
    }
}
