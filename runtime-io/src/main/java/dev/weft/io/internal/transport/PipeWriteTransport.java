package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.ExtraInfo;
import dev.weft.io.WriteTransport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport that writes to a pipe. That nobody reads it any more is seen by the next write: a selector would have to ask for writability
 * to be told, and that an idle pipe always has.
 */
public final class PipeWriteTransport implements WriteTransport, LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final Pipe.SinkChannel channel;
    private final ChannelClaim claim;
    private final ProtocolCalls calls;
    private final FlowMeter flow;
    private final WriteBuffer buffer = new WriteBuffer();
    private final LateWrites late = new LateWrites(this, "writing to a pipe that is closed");
    private boolean closing;

    /** Nothing happens before {@link #start}. The channel is the transport's from now on, and non-blocking. */
    @SuppressWarnings("this-escape") // all of them only keep it
    public PipeWriteTransport(EventLoop loop, Pipe.SinkChannel channel, BaseProtocol protocol) throws IOException {
        this.loop = loop;
        this.channel = channel;
        channel.configureBlocking(false);
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        loopIo = LoopIo.of(loop);
        claim = loop.claimChannel(channel, this);
        loopIo.opened(this);
    }

    /** Has the protocol told of the pipe. */
    public void start() {
        calls.connectionMadeSoon(this::forceClose);
    }

    // ---- writing

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        if (data.hasRemaining() && !dropped(data)) {
            boolean idle = buffer.isEmpty();
            buffer.append(data);
            appended(idle);
        }
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        loop.checkThread();
        boolean idle = buffer.isEmpty();
        for (ByteBuffer piece : pieces) {
            if (piece.hasRemaining() && !dropped(piece)) {
                buffer.append(piece);
            }
        }
        if (!buffer.isEmpty()) {
            appended(idle);
        }
    }

    private void appended(boolean idle) {
        if (idle) {
            try {
                if (buffer.writeTo(channel, Integer.MAX_VALUE)) {
                    return;
                }
            } catch (IOException e) {
                failed(e);
                return;
            }
            claim.addWriter(this::writable);
        }
        flow.grown(buffer.size());
    }

    private boolean dropped(ByteBuffer data) {
        if (!closing) {
            return false;
        }
        data.position(data.limit());
        late.another();
        return true;
    }

    /** A callback of the loop, in each iteration in which the pipe takes bytes, or is broken, and some are buffered. */
    private void writable() {
        if (buffer.isEmpty()) {
            return;
        }
        try {
            buffer.writeTo(channel, Integer.MAX_VALUE);
        } catch (IOException e) {
            failed(e);
            return;
        }
        boolean sent = buffer.isEmpty();
        if (sent) {
            claim.removeWriter();
        }
        boolean last = sent && closing;
        flow.shrunk(buffer.size()); // the protocol may write, close or abort here
        if (last) {
            loop.callSoon(() -> finish(null));
        }
    }

    /** As {@link #close}: a pipe has no other direction to stay open for. */
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
        flow.setLimits(new BufferLimits(low, high), buffer.size());
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return flow.limits();
    }

    @Override
    public int getWriteBufferSize() {
        return buffer.size();
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
            if (buffer.isEmpty()) {
                loop.callSoon(() -> finish(null));
            }
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        forceClose(null);
    }

    private void failed(IOException e) {
        IOException failure = IoFailures.translate(e);
        if (loop.getDebug()) {
            LOG.debug("{}: write failed", this, failure);
        }
        forceClose(failure);
    }

    private void forceClose(@Nullable Exception failure) {
        if (closing && buffer.isEmpty()) {
            return; // finish is on its way, or was
        }
        closing = true;
        buffer.clear();
        claim.removeWriter();
        loop.callSoon(() -> finish(failure));
    }

    private void finish(@Nullable Exception failure) {
        if (channel.isOpen()) {
            try {
                calls.connectionLost(failure);
            } finally {
                release();
            }
        }
    }

    private void release() {
        loopIo.closed(this);
        try {
            claim.closeChannel();
        } catch (IOException e) {
            LOG.debug("{}: closing failed", this, e);
        }
    }

    @Override
    public OpenResource.Kind kind() {
        return OpenResource.Kind.PIPE;
    }

    @Override
    public void loopClosed() {
        closing = true;
        buffer.clear();
        release();
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
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return name.equals(ExtraInfo.PIPE.key()) ? channel : fallback;
    }

    @Override
    public String toString() {
        String state = !channel.isOpen() ? "closed" : closing ? "closing" : "open";
        return "WriteTransport[" + channel + ", " + state + ", " + buffer.size() + " bytes to send]";
    }
}
