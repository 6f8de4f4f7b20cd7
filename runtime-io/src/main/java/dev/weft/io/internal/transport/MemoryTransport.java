package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.ConnectionResetException;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One end of a connection that exists only in memory. What is written arrives at the other end after a while, and counts as buffered until
 * the protocol there has got it: so a reader that pauses holds the writer up.
 */
public final class MemoryTransport implements Transport, LoopIo.Resource {
    /** The most that a protocol is handed at once. */
    public static final int LARGEST_CHUNK = 256 * 1024;

    private static final ByteBuffer END_OF_STREAM = ByteBuffer.allocate(0);
    private static final ByteBuffer CLOSED = ByteBuffer.allocate(0);

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final ProtocolCalls calls;
    private final FlowMeter flow;
    private final Settings settings;

    /** Sent, on its way to the peer. */
    private final ArrayDeque<ByteBuffer> underWay = new ArrayDeque<>();

    /** Come from the peer, not delivered yet. */
    private final ArrayDeque<ByteBuffer> arrived = new ArrayDeque<>();

    private @Nullable MemoryTransport peer;

    /** How many of the bytes sent the peer's protocol has not got yet. */
    private int untaken;

    private boolean deliverySoon;
    private boolean paused;
    private boolean endSent;
    private boolean endReceived;
    private boolean closing;
    private boolean lost;

    /**
     * How a connection behaves.
     *
     * @param latency how long everything takes to get to the other end
     * @param largestChunk how many bytes a protocol is handed at once, at most
     * @param halfClose whether one direction can be ended alone
     */
    public record Settings(Duration latency, int largestChunk, boolean halfClose) {}

    @SuppressWarnings("this-escape") // all of them only keep it
    private MemoryTransport(EventLoop loop, Settings settings, BaseProtocol protocol) {
        this.loop = loop;
        this.settings = settings;
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        loopIo = LoopIo.of(loop);
        loopIo.opened(this);
    }

    /** Connects two protocols, which hear of it at once. */
    public static void connect(EventLoop loop, Settings settings, BaseProtocol left, BaseProtocol right) {
        var one = new MemoryTransport(loop, settings, left);
        var other = new MemoryTransport(loop, settings, right);
        one.peer = other;
        other.peer = one;
        left.connectionMade(one);
        right.connectionMade(other);
    }

    private MemoryTransport peer() {
        return Objects.requireNonNull(peer);
    }

    // ---- sending

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        if (endSent && !closing) {
            throw new IllegalStateException("nothing can be written after writeEof: " + this);
        }
        int length = data.remaining();
        if (closing || length == 0) {
            data.position(data.limit());
            return;
        }
        var copy = new byte[length];
        data.get(copy);
        untaken += length;
        send(ByteBuffer.wrap(copy));
        flow.grown(untaken);
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        for (ByteBuffer piece : pieces) {
            write(piece);
        }
    }

    private void send(ByteBuffer piece) {
        underWay.addLast(piece);
        if (settings.latency().isZero()) {
            loop.callSoon(this::arriveNext);
        } else {
            loop.callLater(settings.latency(), this::arriveNext);
        }
    }

    private void arriveNext() {
        ByteBuffer piece = underWay.pollFirst();
        if (piece == null) {
            return; // aborted meanwhile
        }
        if (piece == CLOSED) {
            finish(null);
        } else {
            peer().arrive(piece);
        }
    }

    private void taken(int length) {
        if (!lost) {
            untaken -= length;
            flow.shrunk(untaken);
        }
    }

    @Override
    public void writeEof() {
        loop.checkThread();
        if (!settings.halfClose()) {
            throw new UnsupportedOperationException("this connection ends in both directions or none: " + this);
        }
        if (!endSent && !closing) {
            endSent = true;
            send(END_OF_STREAM);
        }
    }

    @Override
    public boolean canWriteEof() {
        return settings.halfClose();
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        loop.checkThread();
        flow.setLimits(new BufferLimits(low, high), untaken);
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return flow.limits();
    }

    @Override
    public int getWriteBufferSize() {
        return untaken;
    }

    // ---- receiving

    private void arrive(ByteBuffer piece) {
        if (lost && piece != END_OF_STREAM) {
            peer().breakOff(); // as a system answers that has no such connection
        } else if (!closing) {
            arrived.addLast(piece);
            deliverSoon();
        }
    }

    private void deliverSoon() {
        if (!deliverySoon && !paused && !closing && !arrived.isEmpty()) {
            deliverySoon = true;
            loop.callSoon(this::deliver);
        }
    }

    private void deliver() {
        deliverySoon = false;
        if (paused || closing || arrived.isEmpty()) {
            return;
        }
        Exception failure;
        if (arrived.getFirst() == END_OF_STREAM) {
            arrived.removeFirst();
            failure = deliverEnd();
        } else {
            failure = deliverBytes(arrived.getFirst());
        }
        if (failure != null) {
            forceClose(failure);
        }
        deliverSoon();
    }

    private @Nullable Exception deliverEnd() {
        endReceived = true;
        boolean[] keep = new boolean[1];
        Exception failure = calls.run(
                "eofReceived",
                () -> keep[0] = switch (calls.protocol()) {
                    case Protocol protocol -> protocol.eofReceived();
                    case BufferedProtocol protocol -> protocol.eofReceived();
                    default -> false;
                });
        if (failure == null && !keep[0]) {
            close();
        }
        return failure;
    }

    private @Nullable Exception deliverBytes(ByteBuffer piece) {
        int length = Math.min(piece.remaining(), settings.largestChunk());
        int[] taken = {length};
        Exception failure = switch (calls.protocol()) {
            case BufferedProtocol protocol ->
                calls.run("getBuffer", () -> {
                    ByteBuffer target = protocol.getBuffer(length);
                    if (target == null || !target.hasRemaining()) {
                        throw new IllegalStateException("getBuffer returned no buffer with room");
                    }
                    taken[0] = Math.min(length, target.remaining());
                    target.put(piece.slice(piece.position(), taken[0]));
                    protocol.bufferUpdated(taken[0]);
                });
            case Protocol protocol ->
                calls.run(
                        "dataReceived",
                        () -> protocol.dataReceived(
                                piece.slice(piece.position(), length).asReadOnlyBuffer()));
            default -> null;
        };
        piece.position(piece.position() + taken[0]);
        if (!piece.hasRemaining()) {
            arrived.remove(piece);
        }
        peer().taken(taken[0]);
        return failure;
    }

    @Override
    public boolean isReading() {
        return !paused && !closing && !endReceived;
    }

    @Override
    public void pauseReading() {
        loop.checkThread();
        paused = true;
    }

    @Override
    public void resumeReading() {
        loop.checkThread();
        if (paused && !closing) {
            paused = false;
            loop.callSoon(this::tellResumed);
            deliverSoon();
        }
    }

    private void tellResumed() {
        if (!paused && !closing && calls.protocol() instanceof Protocol protocol) {
            Exception failure = calls.run("readingResumed", protocol::readingResumed);
            if (failure != null) {
                forceClose(failure);
            }
        }
    }

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
            if (!endSent) {
                endSent = true;
                send(END_OF_STREAM);
            }
            send(CLOSED);
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        if (!lost) {
            forceClose(null);
            MemoryTransport other = peer();
            if (settings.latency().isZero()) {
                loop.callSoon(other::breakOff);
            } else {
                loop.callLater(settings.latency(), other::breakOff);
            }
        }
    }

    private void breakOff() {
        forceClose(new ConnectionResetException("Connection reset: by the other end of " + this));
    }

    private void forceClose(@Nullable Exception reason) {
        closing = true;
        finish(reason);
    }

    private void finish(@Nullable Exception reason) {
        if (!lost) {
            lost = true;
            underWay.clear();
            arrived.clear();
            untaken = 0;
            loopIo.closed(this);
            loop.callSoon(() -> calls.connectionLost(reason));
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.CONNECTION;
    }

    @Override
    public void loopClosed() {
        closing = true;
        lost = true;
    }

    // ---- about it

    @Override
    public void setProtocol(BaseProtocol protocol) {
        loop.checkThread();
        calls.setProtocol(Objects.requireNonNull(protocol, "protocol"));
        deliverSoon();
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
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return fallback;
    }

    @Override
    public String toString() {
        return "MemoryTransport[" + (lost ? "closed" : closing ? "closing" : "open") + ", " + untaken
                + " bytes on their way]";
    }
}
