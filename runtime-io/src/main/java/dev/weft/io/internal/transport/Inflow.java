package dev.weft.io.internal.transport;

import dev.weft.Action;
import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.OpenResource;
import dev.weft.Suspends;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/**
 * The reading half of a transport over a channel: reads when the channel is readable, as much as the pace allows, and hands the protocol
 * what came.
 */
final class Inflow {
    /** What reading does to the transport. */
    interface Transport {
        /** Reading failed. */
        void failed(IOException failure);

        /** The protocol threw. */
        void forceClose(Exception failure);

        /** The stream is at its end and the protocol has been told. */
        void ended(boolean keepOpen);
    }

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final ReadableByteChannel channel;
    private final ChannelClaim claim;
    private final Pace pace;
    private final ProtocolCalls calls;
    private final OpenResource traffic;
    private final Transport transport;

    /** Always the same, so that to go on reading makes no garbage. */
    private final Action readable = this::readable;

    private final Action proceed = this::proceed;

    private boolean started;
    private boolean paused;

    /** At the end of the stream, or told to stop. */
    private boolean over;

    private boolean atEnd;

    Inflow(
            EventLoop loop,
            LoopIo loopIo,
            ReadableByteChannel channel,
            ChannelClaim claim,
            Pace pace,
            ProtocolCalls calls,
            OpenResource traffic,
            Transport transport) {
        this.loop = loop;
        this.loopIo = loopIo;
        this.channel = channel;
        this.claim = claim;
        this.pace = pace;
        this.calls = calls;
        this.traffic = traffic;
        this.transport = transport;
    }

    void start() {
        started = true;
        proceed();
    }

    private void proceed() {
        if (started && isReading()) {
            claim.addReader(readable);
        }
    }

    /** For good. */
    void stop() {
        over = true;
        claim.removeReader();
    }

    boolean isReading() {
        return !over && !paused;
    }

    boolean isPaused() {
        return paused;
    }

    /** Whether the peer has sent everything, and it was read. */
    boolean atEnd() {
        return atEnd;
    }

    void pause() {
        loop.checkThread();
        if (isReading()) {
            paused = true;
            claim.removeReader();
        }
    }

    void resume() {
        loop.checkThread();
        if (paused && !over) {
            paused = false;
            proceed();
            if (calls.protocol() instanceof Protocol) {
                loop.callSoon(this::tellResumed);
            }
        }
    }

    private void tellResumed() {
        if (isReading()) {
            endIfFailed(calls.readingResumed());
        }
    }

    /** As {@link DirectReading#readDirectly}. */
    @Suspends
    boolean readDirectly() {
        if (!isReading() || !started || !claim.awaitReadable()) {
            return false;
        }
        readable();
        return true;
    }

    /** As {@link DirectReading#readDirectly(ByteBuffer)}. */
    @Suspends
    int readDirectly(ByteBuffer target) {
        if (!isReading() || !started || !claim.awaitReadable()) {
            return -1;
        }
        int most = over ? 0 : mayRead();
        if (most == 0) {
            return 0;
        }
        int length = read(target, most);
        if (length < 0) {
            endOfStream(((Protocol) calls.protocol())::eofReceived);
        }
        return Math.max(length, 0);
    }

    /** A callback of the loop, in each iteration in which there is something to read. */
    private void readable() {
        if (over) {
            return;
        }
        switch (calls.protocol()) {
            case BufferedProtocol buffered -> readInto(buffered);
            case Protocol protocol -> readFor(protocol);
            default -> transport.forceClose(calls.cannotReceive());
        }
    }

    private void readFor(Protocol protocol) {
        int most = mayRead();
        if (most == 0) {
            return;
        }
        int length = read(loopIo.readBuffer(), most);
        if (length < 0) {
            endOfStream(protocol::eofReceived);
        } else if (length > 0) {
            endIfFailed(calls.dataReceived(protocol, loopIo.readView(length)));
        }
    }

    private void readInto(BufferedProtocol protocol) {
        int most = mayRead();
        if (most == 0) {
            return;
        }
        ByteBuffer target;
        try {
            target = calls.getBuffer(protocol, -1);
        } catch (NoBufferException e) {
            transport.forceClose(e.reason());
            return;
        }
        int length = read(target, most);
        if (length < 0) {
            endOfStream(protocol::eofReceived);
        } else if (length > 0) {
            endIfFailed(calls.bufferUpdated(protocol, length));
        }
    }

    /** How many bytes to read; 0 to come back later, which is arranged then. */
    private int mayRead() {
        int most = pace.mayRead(proceed);
        if (most == 0) {
            claim.removeReader();
        }
        return most;
    }

    /** How many bytes, -1 at the end; 0 if there are none, or after a failure. */
    private int read(ByteBuffer target, int most) {
        int end = target.limit();
        target.limit(target.position() + Math.min(most, target.remaining()));
        try {
            int length = channel.read(target);
            pace.haveRead(length);
            traffic.received(length);
            return length;
        } catch (IOException e) {
            transport.failed(e);
            return 0;
        } finally {
            target.limit(end);
        }
    }

    /** How both kinds of protocol hear of the end. */
    private interface EofCall {
        boolean eofReceived();
    }

    private void endOfStream(EofCall call) {
        atEnd = true;
        stop();
        var keepOpen = new boolean[1];
        Exception failure = calls.run("eofReceived", () -> keepOpen[0] = call.eofReceived());
        if (failure != null) {
            transport.forceClose(failure);
        } else {
            transport.ended(keepOpen[0]);
        }
    }

    private void endIfFailed(@Nullable Exception failure) {
        if (failure != null) {
            transport.forceClose(failure);
        }
    }
}
