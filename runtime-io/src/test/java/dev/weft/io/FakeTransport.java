package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A transport without a connection: the test hands its protocol what "came", and looks at what was "sent". */
class FakeTransport implements Transport {
    final List<String> sent = new ArrayList<>();
    final List<String> calls = new ArrayList<>();
    private Protocol protocol;
    private boolean paused;
    private boolean closing;

    FakeTransport(Protocol protocol) {
        this.protocol = protocol;
        protocol.connectionMade(this);
    }

    /** As a transport would: nothing while paused or closing. */
    void come(byte[] bytes, int from, int to) {
        if (isReading() && from < to) {
            protocol.dataReceived(
                    ByteBuffer.wrap(bytes, from, to - from).slice().asReadOnlyBuffer());
        }
    }

    @Override
    public boolean isReading() {
        return !paused && !closing;
    }

    @Override
    public void pauseReading() {
        paused = true;
    }

    @Override
    public void resumeReading() {
        paused = false;
        protocol.readingResumed();
    }

    @Override
    public void write(ByteBuffer data) {
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        sent.add(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        var all = new StringBuilder();
        for (ByteBuffer piece : pieces) {
            var bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.append(new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1));
        }
        sent.add(all.toString());
    }

    @Override
    public void writeEof() {
        calls.add("writeEof");
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void abort() {
        closing = true;
        calls.add("abort");
    }

    @Override
    public void close() {
        closing = true;
        calls.add("close");
    }

    /** What the loop does after a close, or when the peer is gone. */
    void lose(@Nullable Exception why) {
        closing = true;
        protocol.connectionLost(why);
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {}

    @Override
    public BufferLimits getWriteBufferLimits() {
        return new BufferLimits(0, 0);
    }

    @Override
    public int getWriteBufferSize() {
        return 0;
    }

    @Override
    public void setProtocol(BaseProtocol next) {
        protocol = (Protocol) next;
    }

    @Override
    public BaseProtocol getProtocol() {
        return protocol;
    }

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return fallback;
    }
}
