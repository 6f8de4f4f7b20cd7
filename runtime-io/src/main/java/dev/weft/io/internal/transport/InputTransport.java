package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.Protocol;
import dev.weft.io.ReadTransport;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** A transport that delivers what a blocking stream yields. Whether closing it closes the stream too is up to the pump. */
public final class InputTransport implements ReadTransport, LoopIo.Resource {
    private final EventLoop loop;
    private final LoopIo loopIo;
    private final InputPump pump;
    private final ProtocolCalls calls;
    private final Map<String, Object> extra;
    private final boolean mustBeClosed;
    private final OutsideWork outside;
    private boolean started;
    private boolean paused;
    private boolean ended;
    private boolean closing;

    /** The demand at the pump, if there is one. */
    private InputPump.@Nullable Sink demand;

    /** On its way from the pump's thread to the loop's. */
    private final AtomicReference<InputPump.@Nullable Chunk> inFlight = new AtomicReference<>();

    /** What came while reading was paused, or before the protocol heard of the connection. */
    private InputPump.@Nullable Chunk held;

    /**
     * Nothing happens before {@link #start}.
     *
     * @param extra what {@code getExtraInfo} tells
     * @param mustBeClosed whether to complain when the loop is closed before the transport
     */
    @SuppressWarnings("this-escape") // all of them only keep it
    public InputTransport(
            EventLoop loop, InputPump pump, Protocol protocol, Map<String, Object> extra, boolean mustBeClosed) {
        this.loop = loop;
        this.pump = pump;
        this.extra = extra;
        this.mustBeClosed = mustBeClosed;
        calls = new ProtocolCalls(loop, this, protocol);
        outside = new OutsideWork(loop);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
    }

    /** Has the protocol told of the stream. */
    public void start() {
        loop.callSoon(() -> {
            Exception failure = calls.connectionMade();
            started = true;
            if (failure != null) {
                end(failure);
            } else {
                proceed();
            }
        });
    }

    @Override
    public boolean isReading() {
        return !closing && !paused && !ended;
    }

    @Override
    public void pauseReading() {
        loop.checkThread();
        if (isReading()) {
            paused = true;
        }
    }

    @Override
    public void resumeReading() {
        loop.checkThread();
        if (paused && !closing) {
            paused = false;
            loop.callSoon(this::tellResumed);
            proceed();
        }
    }

    private void tellResumed() {
        if (isReading()) {
            Exception failure = calls.readingResumed();
            if (failure != null) {
                end(failure);
            }
        }
    }

    /** Asks for more, or delivers what was held back. */
    private void proceed() {
        if (!started || !isReading()) {
            return;
        }
        InputPump.Chunk waiting = held;
        if (waiting != null) {
            held = null;
            loop.callSoon(() -> deliver(waiting));
        } else if (demand == null) {
            InputPump.Sink sink = this::arrived;
            demand = sink;
            outside.expect(true);
            pump.demand(sink);
        }
    }

    /** On the pump's thread. */
    private boolean arrived(InputPump.Chunk chunk) {
        inFlight.set(chunk);
        try {
            loop.callSoonThreadsafe(this::deliverInFlight);
            return true;
        } catch (IllegalStateException closed) {
            if (!loop.isClosed()) {
                throw closed;
            }
            return inFlight.getAndSet(null) == null; // or loopClosed has given it back
        }
    }

    private void deliverInFlight() {
        demand = null;
        InputPump.Chunk chunk = inFlight.getAndSet(null);
        if (chunk != null) {
            deliver(chunk);
        }
        outside.expect(demand != null);
    }

    private void deliver(InputPump.Chunk chunk) {
        if (closing) {
            pump.giveBack(chunk);
            return;
        }
        if (paused) {
            held = chunk;
            return;
        }
        if (chunk.failure() != null) {
            end(IoFailures.translate(chunk.failure()));
            return;
        }
        var protocol = (Protocol) calls.protocol();
        Exception failure;
        if (chunk.isLast()) {
            ended = true;
            failure = calls.run("eofReceived", protocol::eofReceived);
            end(failure);
            return;
        }
        failure = calls.dataReceived(protocol, ByteBuffer.wrap(chunk.bytes()).asReadOnlyBuffer());
        if (failure != null) {
            end(failure);
        } else {
            proceed();
        }
    }

    private void end(@Nullable Exception failure) {
        if (!closing) {
            closing = true;
            withdraw();
            giveBack(held);
            held = null;
            pump.close();
            loopIo.closed(this);
            loop.callSoon(() -> calls.connectionLost(failure));
        }
    }

    private void withdraw() {
        InputPump.Sink sink = demand;
        if (sink != null) {
            demand = null;
            outside.expect(false);
            pump.withdraw(sink);
        }
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        end(null);
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.PIPE;
    }

    @Override
    public void loopClosed() {
        closing = true;
        withdraw();
        giveBack(inFlight.getAndSet(null));
        pump.close();
    }

    @Override
    public boolean mustBeClosed() {
        return mustBeClosed;
    }

    private void giveBack(InputPump.@Nullable Chunk chunk) {
        if (chunk != null) {
            pump.giveBack(chunk);
        }
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
        Object value = extra.get(name);
        return value != null ? value : fallback;
    }

    @Override
    public String toString() {
        return "InputTransport[" + (closing ? "closing" : "open") + (paused ? ", reading paused" : "") + "]";
    }
}
