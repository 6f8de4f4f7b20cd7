package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.Protocol;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import org.jspecify.annotations.Nullable;

/** The reading half of a transport over a channel: reads when the channel is readable, and hands the protocol what came. */
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
    private final ProtocolCalls calls;
    private final Transport transport;
    private boolean started;
    private boolean paused;

    /** At the end of the stream, or told to stop. */
    private boolean over;

    Inflow(
            EventLoop loop,
            LoopIo loopIo,
            ReadableByteChannel channel,
            ChannelClaim claim,
            ProtocolCalls calls,
            Transport transport) {
        this.loop = loop;
        this.loopIo = loopIo;
        this.channel = channel;
        this.claim = claim;
        this.calls = calls;
        this.transport = transport;
    }

    void start() {
        started = true;
        if (isReading()) {
            claim.addReader(this::readable);
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
            if (started) {
                claim.addReader(this::readable);
            }
            loop.callSoon(this::tellResumed);
        }
    }

    private void tellResumed() {
        if (isReading() && calls.protocol() instanceof Protocol protocol) {
            endIfFailed(calls.run("readingResumed", protocol::readingResumed));
        }
    }

    /** A callback of the loop, in each iteration in which there is something to read. */
    private void readable() {
        if (over) {
            return;
        }
        switch (calls.protocol()) {
            case BufferedProtocol buffered -> readInto(buffered);
            case Protocol protocol -> readFor(protocol);
            default ->
                endIfFailed(calls.run("dataReceived", () -> {
                    throw new IllegalStateException("not a protocol that can be handed bytes: " + calls.protocol());
                }));
        }
    }

    private void readFor(Protocol protocol) {
        ByteBuffer target = loopIo.readBuffer();
        int length = read(target);
        if (length < 0) {
            endOfStream(protocol::eofReceived);
        } else if (length > 0) {
            ByteBuffer data = loopIo.readView(length);
            endIfFailed(calls.run("dataReceived", () -> protocol.dataReceived(data)));
        }
    }

    private void readInto(BufferedProtocol protocol) {
        var target = new ByteBuffer[1];
        Exception failure = calls.run("getBuffer", () -> {
            ByteBuffer given = protocol.getBuffer(-1);
            if (given == null || !given.hasRemaining()) {
                throw new IllegalStateException("getBuffer returned no room");
            }
            target[0] = given;
        });
        if (failure != null) {
            transport.forceClose(failure);
            return;
        }
        int length = read(target[0]);
        if (length < 0) {
            endOfStream(protocol::eofReceived);
        } else if (length > 0) {
            endIfFailed(calls.run("bufferUpdated", () -> protocol.bufferUpdated(length)));
        }
    }

    /** How many bytes, -1 at the end; 0 if there are none, or after a failure. */
    private int read(ByteBuffer target) {
        try {
            return channel.read(target);
        } catch (IOException e) {
            transport.failed(IoFailures.translate(e));
            return 0;
        }
    }

    /** How both kinds of protocol hear of the end. */
    private interface EofCall {
        boolean eofReceived();
    }

    private void endOfStream(EofCall call) {
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
