package dev.weft.io.http;

import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamReaderProtocol;
import dev.weft.io.Transport;
import dev.weft.testing.TestLoop;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The server's end of a connection without a socket, on virtual time: what is fed has been dealt with when the call returns. */
final class FakeConnection implements Transport {
    private final TestLoop loop;
    private final StreamReaderProtocol protocol;
    private final ByteArrayOutputStream sent = new ByteArrayOutputStream();
    private int writes;
    private boolean sentEof;
    private boolean closed;
    private boolean aborted;

    /** As long as it is set, what is written stays here and counts as buffered. */
    private boolean stuck;

    private int stuckBytes;

    FakeConnection(TestLoop loop, HttpServerOptions options, HttpHandler handler) {
        this.loop = loop;
        var reader = new StreamReader(64 * 1024, loop);
        protocol = new StreamReaderProtocol(
                reader, (in, out) -> new ServerConnection(loop, options.accessLog(false), handler, in, out).serve());
        loop.callSoon(() -> protocol.connectionMade(this));
        loop.runReady();
    }

    /** The peer takes nothing from now on. */
    void stick() {
        stuck = true;
    }

    void feed(byte[] bytes, int offset, int length) {
        loop.callSoon(() -> {
            if (!closed) {
                protocol.dataReceived(ByteBuffer.wrap(bytes, offset, length));
            }
        });
        loop.runReady();
    }

    void feed(byte[] bytes) {
        feed(bytes, 0, bytes.length);
    }

    void feed(String text) {
        feed(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    void feedEof() {
        loop.callSoon(() -> {
            if (!closed) {
                protocol.eofReceived();
            }
        });
        loop.runReady();
    }

    /** What was sent so far, without the dates. */
    String sent() {
        return sent.toString(StandardCharsets.ISO_8859_1).replaceAll("Date: [^\r]*\r\n", "");
    }

    /** How often something was sent. */
    int writes() {
        return writes;
    }

    boolean sentEof() {
        return sentEof;
    }

    boolean isClosed() {
        return closed;
    }

    boolean isAborted() {
        return aborted;
    }

    // ---- the transport

    @Override
    public void write(ByteBuffer data) {
        writes++;
        int length = data.remaining();
        if (closed) {
            return;
        }
        if (stuck) {
            boolean above = stuckBytes > 64 * 1024;
            stuckBytes += length;
            if (!above && stuckBytes > 64 * 1024) {
                protocol.pauseWriting();
            }
        }
        var bytes = new byte[length];
        data.get(bytes);
        sent.writeBytes(bytes);
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        int before = writes;
        pieces.forEach(this::write);
        writes = before + 1;
    }

    @Override
    public void writeEof() {
        sentEof = true;
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void close() {
        if (!stuck) {
            lose();
        }
    }

    @Override
    public void abort() {
        aborted |= !closed;
        lose();
    }

    private void lose() {
        if (!closed) {
            closed = true;
            loop.callSoon(() -> protocol.connectionLost(null));
        }
    }

    @Override
    public boolean isClosing() {
        return closed;
    }

    @Override
    public int getWriteBufferSize() {
        return stuckBytes;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {}

    @Override
    public BufferLimits getWriteBufferLimits() {
        return new BufferLimits(16 * 1024, 64 * 1024);
    }

    @Override
    public boolean isReading() {
        return true;
    }

    @Override
    public void pauseReading() {}

    @Override
    public void resumeReading() {}

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return fallback;
    }

    @Override
    public void setProtocol(BaseProtocol other) {
        throw new UnsupportedOperationException("stays with " + Objects.toString(protocol));
    }

    @Override
    public BaseProtocol getProtocol() {
        return protocol;
    }
}
