package dev.weft.io.internal.transport;

import dev.weft.Action;
import dev.weft.EventLoop;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BrokenPipeException;
import dev.weft.io.BufferLimits;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Transport;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transport that writes to a blocking stream, and reads nothing. Closing it flushes the stream and leaves it open. */
public final class OutputTransport implements Transport, LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Duration LAST_FLUSH = Duration.ofSeconds(5);
    private static final int WRITES_BEFORE_WARNING = 5;

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final String name;
    private final OutputPump pump;
    private final ProtocolCalls calls;
    private final FlowMeter flow;
    private int unwritten;
    private boolean closing;
    private boolean finished;

    /** How often something was written after the stream was lost, and one; 0 before. */
    private int lost;

    @SuppressWarnings("this-escape") // all of them only keep it
    public OutputTransport(EventLoop loop, PrintStream stream, String name, BaseProtocol protocol) {
        this.loop = loop;
        this.name = name;
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        pump = new OutputPump(bytes -> print(stream, bytes), new Arrivals(), "weft-" + name);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
    }

    /** A print stream keeps its failures to itself unless asked. */
    private static void print(PrintStream stream, byte[] bytes) throws IOException {
        stream.write(bytes, 0, bytes.length);
        stream.flush();
        if (stream.checkError()) {
            throw new BrokenPipeException("the stream does not take any more bytes");
        }
    }

    private final class Arrivals implements OutputPump.Listener {
        @Override
        public void written(int bytes) {
            post(() -> OutputTransport.this.written(bytes));
        }

        @Override
        public void failed(IOException failure) {
            post(() -> forceClose(failure));
        }
    }

    /** On the pump's thread. */
    private void post(Action action) {
        try {
            loop.callSoonThreadsafe(action);
        } catch (IllegalStateException closed) {
            if (!loop.isClosed()) {
                throw closed;
            }
        }
    }

    public void start() {
        loop.callSoon(() -> calls.run("connectionMade", () -> calls.protocol().connectionMade(this)));
    }

    // ---- writing

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        if (closing) {
            drop(data);
            return;
        }
        int length = data.remaining();
        if (length == 0) {
            return;
        }
        if (data.hasArray()) {
            pump.offer(data.array(), data.arrayOffset() + data.position(), length);
            data.position(data.limit());
        } else {
            var copy = new byte[length];
            data.get(copy);
            pump.offer(copy, 0, length);
        }
        unwritten += length;
        flow.grown(unwritten);
    }

    private void drop(ByteBuffer data) {
        data.position(data.limit());
        if (lost >= WRITES_BEFORE_WARNING) {
            LOG.warn("writing to a stream that is closed: {}", this);
        }
        lost++;
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            write(piece);
        }
    }

    private void written(int bytes) {
        if (finished) {
            return;
        }
        unwritten -= bytes;
        flow.shrunk(unwritten);
        if (closing && unwritten == 0) {
            finish(null);
        }
    }

    @Override
    public void writeEof() {
        close();
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        loop.checkThread();
        flow.setLimits(new BufferLimits(low, high), unwritten);
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return flow.limits();
    }

    @Override
    public int getWriteBufferSize() {
        return unwritten;
    }

    // ---- reading: nothing to do

    @Override
    public boolean isReading() {
        return false;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    // ---- ending

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        if (!closing) {
            closing = true;
            lost = 1;
            pump.finish();
            if (unwritten == 0) {
                loop.callSoon(() -> finish(null));
            }
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        forceClose(null);
    }

    private void forceClose(@Nullable IOException failure) {
        if (finished) {
            return;
        }
        closing = true;
        lost = Math.max(lost, 1);
        pump.finish();
        loop.callSoon(() -> finish(failure));
    }

    private void finish(@Nullable Exception failure) {
        if (!finished) {
            finished = true;
            loopIo.closed(this);
            calls.connectionLost(failure);
        }
    }

    @Override
    public void loopClosed() {
        closing = true;
        finished = true;
        pump.finish();
        if (!pump.awaitWritten(LAST_FLUSH)) {
            LOG.warn(
                    "{}: its loop is closed, and {} did not take everything within {} s",
                    this,
                    name,
                    LAST_FLUSH.toSeconds());
        }
    }

    @Override
    public boolean mustBeClosed() {
        return false; // the stream is not this transport's
    }

    // ---- about it

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
    public <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return null;
    }

    @Override
    public @Nullable Object getExtraInfo(String key, @Nullable Object fallback) {
        return fallback;
    }

    @Override
    public String toString() {
        return "OutputTransport[" + name + ", " + (finished ? "closed" : closing ? "closing" : "open") + ", "
                + unwritten + " bytes to write]";
    }
}
