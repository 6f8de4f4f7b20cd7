package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.io.BaseProtocol;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.ReadTransport;
import java.io.IOException;
import java.nio.channels.Pipe;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A transport that reads a pipe. It ends with the pipe, whatever {@code eofReceived} returns: there is nothing to keep open for writing. */
public final class PipeReadTransport implements ReadTransport, LoopIo.Resource, Inflow.Transport {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final Pipe.SourceChannel channel;
    private final ChannelClaim claim;
    private final ProtocolCalls calls;
    private final Inflow inflow;
    private boolean closing;

    /** Nothing happens before {@link #start}. The channel is the transport's from now on, and non-blocking. */
    @SuppressWarnings("this-escape") // all of them only keep it
    public PipeReadTransport(EventLoop loop, Pipe.SourceChannel channel, Protocol protocol) throws IOException {
        this.loop = loop;
        this.channel = channel;
        channel.configureBlocking(false);
        calls = new ProtocolCalls(loop, this, protocol);
        loopIo = LoopIo.of(loop);
        claim = loop.claimChannel(channel, this);
        OpenResource traffic = loopIo.opened(this);
        inflow = new Inflow(loop, loopIo, channel, claim, new Pace(loop, ConnectionLimits.NONE), calls, traffic, this);
    }

    /** Has the protocol told of the pipe, then reads. */
    public void start() {
        calls.connectionMadeSoon(this::forceClose);
        loop.callSoon(inflow::start);
    }

    @Override
    public boolean isReading() {
        return inflow.isReading();
    }

    @Override
    public void pauseReading() {
        inflow.pause();
    }

    @Override
    public void resumeReading() {
        inflow.resume();
    }

    @Override
    public void failed(IOException thrown) {
        IOException failure = IoFailures.translate(thrown);
        if (loop.getDebug()) {
            LOG.debug("{}: read failed", this, failure);
        }
        forceClose(failure);
    }

    @Override
    public void ended(boolean keepOpen) {
        forceClose(null);
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void close() {
        loop.checkThread();
        forceClose(null);
    }

    @Override
    public void forceClose(@Nullable Exception failure) {
        if (!closing) {
            closing = true;
            inflow.stop();
            loop.callSoon(() -> finish(failure));
        }
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
        release();
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
        return name.equals(ExtraInfo.PIPE.key()) ? channel : fallback;
    }

    @Override
    public String toString() {
        String state = !channel.isOpen() ? "closed" : closing ? "closing" : "open";
        return "ReadTransport[" + channel + ", " + state + (inflow.isPaused() ? ", reading paused" : "") + "]";
    }
}
