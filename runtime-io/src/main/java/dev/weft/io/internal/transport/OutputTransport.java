package dev.weft.io.internal.transport;

import dev.weft.Action;
import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BrokenPipeException;
import dev.weft.io.BufferLimits;
import dev.weft.io.Transport;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transport that writes to a blocking stream, and reads nothing. */
public final class OutputTransport implements Transport, LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final Duration LAST_FLUSH = Duration.ofSeconds(5);

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final String name;
    private final OutputPump pump;
    private final ProtocolCalls calls;
    private final FlowMeter flow;
    private final LateWrites late = new LateWrites(this, "writing to a stream that is closed");
    private final boolean owned;
    private final Map<String, Object> extra;
    private final boolean mustBeClosed;
    private final OutsideWork outside;
    private int unwritten;
    private boolean closing;
    private boolean finished;

    @SuppressWarnings("this-escape") // all of them only keep it
    private OutputTransport(
            EventLoop loop,
            OutputPump.Target target,
            String name,
            BaseProtocol protocol,
            boolean owned,
            Map<String, Object> extra,
            boolean mustBeClosed) {
        this.loop = loop;
        this.name = name;
        this.owned = owned;
        this.extra = extra;
        this.mustBeClosed = mustBeClosed;
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        pump = new OutputPump(target, new Arrivals(), name);
        outside = new OutsideWork(loop);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
    }

    /** Closing it flushes the stream and leaves it open; so does closing the loop, which waits for that up to 5 s. */
    public static OutputTransport shared(EventLoop loop, PrintStream stream, String name, BaseProtocol protocol) {
        OutputPump.Target target = (bytes, offset, length) -> print(stream, bytes, offset, length);
        return new OutputTransport(loop, target, name, protocol, false, Map.of(), false);
    }

    /**
     * Closing it closes the stream.
     *
     * @param extra what {@code getExtraInfo} tells
     * @param mustBeClosed whether to complain when the loop is closed before the transport
     */
    public static OutputTransport owning(
            EventLoop loop,
            OutputStream stream,
            String name,
            BaseProtocol protocol,
            Map<String, Object> extra,
            boolean mustBeClosed) {
        var target = new OutputPump.Target() {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                stream.write(bytes, offset, length);
                stream.flush();
            }

            @Override
            public void close() throws IOException {
                stream.close();
            }
        };
        return new OutputTransport(loop, target, name, protocol, true, extra, mustBeClosed);
    }

    /** A print stream keeps its failures to itself unless asked. */
    private static void print(PrintStream stream, byte[] bytes, int offset, int length) throws IOException {
        stream.write(bytes, offset, length);
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
            post(() -> forceClose(IoFailures.translate(failure)));
        }

        @Override
        public void closed() {
            post(() -> finish(null));
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

    /** Has the protocol told of the stream. */
    public void start() {
        calls.connectionMadeSoon(this::forceClose);
    }

    // ---- writing

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        if (closing) {
            data.position(data.limit());
            late.another();
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
        expectTheThread();
        flow.grown(unwritten);
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            write(piece);
        }
    }

    private void written(int bytes) {
        if (finished || unwritten == 0) {
            return; // dropped by abort
        }
        unwritten -= bytes;
        expectTheThread();
        flow.shrunk(unwritten);
    }

    /** It tells how much it has written, and when it has closed the stream. */
    private void expectTheThread() {
        outside.expect(!finished && (unwritten > 0 || closing));
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
            expectTheThread();
            pump.finish(); // and then tells
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        forceClose(null);
    }

    private void forceClose(@Nullable Exception failure) {
        if (finished) {
            return;
        }
        closing = true;
        unwritten = 0;
        outside.expect(false);
        pump.abort(owned);
        loop.callSoon(() -> finish(failure));
    }

    private void finish(@Nullable Exception failure) {
        if (!finished) {
            finished = true;
            expectTheThread();
            loopIo.closed(this);
            calls.connectionLost(failure);
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.PIPE;
    }

    @Override
    public void loopClosed() {
        closing = true;
        finished = true;
        if (owned) {
            pump.abort(true);
            return;
        }
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
        return mustBeClosed;
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
    public @Nullable Object getExtraInfo(String key, @Nullable Object fallback) {
        Object value = extra.get(key);
        return value != null ? value : fallback;
    }

    @Override
    public String toString() {
        return "OutputTransport[" + name + ", " + (finished ? "closed" : closing ? "closing" : "open") + ", "
                + unwritten + " bytes to write]";
    }
}
