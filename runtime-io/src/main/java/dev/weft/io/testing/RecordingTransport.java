package dev.weft.io.testing;

import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.BufferedProtocol;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.Transport;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A transport without a connection, for tests of protocols: it remembers what the protocol writes, and hands it what the test lets
 * {@linkplain #feed come}. Everything happens at once, in the call that causes it, and needs no loop; what the protocol throws reaches the
 * test. Mirrors Twisted's {@code StringTransport}.
 *
 * <pre>{@code
 * var transport = RecordingTransport.connect(new Greeter());
 * transport.feed("Weft\r\n");
 * assertEquals("Hello, Weft\r\n", transport.text());
 * }</pre>
 */
public final class RecordingTransport implements Transport {
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final List<byte[]> writes = new ArrayList<>();
    private final List<byte[]> held = new ArrayList<>();
    private final Map<String, Object> extra = new LinkedHashMap<>();
    private BaseProtocol protocol;
    private BufferLimits limits = new BufferLimits(16 * 1024, 64 * 1024);
    private int buffered;
    private boolean holding;
    private boolean writingPaused;
    private boolean readingPaused;
    private boolean endWritten;
    private boolean endHeld;
    private boolean endCame;
    private boolean closing;
    private boolean aborted;
    private boolean lost;

    private RecordingTransport(BaseProtocol protocol) {
        this.protocol = Objects.requireNonNull(protocol, "protocol");
    }

    /**
     * A transport whose protocol has been told that the connection is there.
     *
     * @param protocol a {@link Protocol} or {@link BufferedProtocol}; others can only write
     * @return the transport
     */
    public static RecordingTransport connect(BaseProtocol protocol) {
        var transport = new RecordingTransport(protocol);
        protocol.connectionMade(transport);
        return transport;
    }

    // ---- what the protocol has done

    /** {@return all that was written, since the last {@link #clear}} */
    public byte[] bytes() {
        return written.toByteArray();
    }

    /** {@return {@link #bytes} as UTF-8 text} */
    public String text() {
        return written.toString(StandardCharsets.UTF_8);
    }

    /** {@return the writes one by one, since the last {@link #clear}; {@code writeLines} is one} */
    public List<byte[]> writes() {
        return List.copyOf(writes);
    }

    /** Forgets what was written. */
    public void clear() {
        written.reset();
        writes.clear();
    }

    /** {@return whether the protocol has ended its direction by {@link #writeEof}} */
    public boolean isEofWritten() {
        return endWritten;
    }

    /** {@return whether the protocol has called {@link #abort}} */
    public boolean isAborted() {
        return aborted;
    }

    // ---- what the test has come

    /**
     * Hands the protocol bytes. Held back while it has paused reading, dropped once it has closed.
     *
     * @param bytes the bytes; whole for a {@link Protocol}, in pieces as they fit for a {@link BufferedProtocol}
     * @throws IllegalStateException after {@link #feedEof} or {@link #lose}, or if a {@code BufferedProtocol} gives no room
     */
    public void feed(byte[] bytes) {
        checkNotEnded();
        if (closing || bytes.length == 0) {
            return;
        }
        if (readingPaused) {
            held.add(bytes.clone());
            return;
        }
        deliver(ByteBuffer.wrap(bytes.clone()));
    }

    /**
     * As {@link #feed(byte[])}, for text in UTF-8.
     *
     * @param text the text
     * @throws IllegalStateException as there
     */
    public void feed(String text) {
        feed(text.getBytes(StandardCharsets.UTF_8));
    }

    private void deliver(ByteBuffer bytes) {
        switch (protocol) {
            case Protocol whole -> whole.dataReceived(bytes.asReadOnlyBuffer());
            case BufferedProtocol pieces -> {
                while (bytes.hasRemaining()) {
                    ByteBuffer room = pieces.getBuffer(bytes.remaining());
                    if (room == null || !room.hasRemaining()) {
                        throw new IllegalStateException("getBuffer returned no buffer with room");
                    }
                    int length = Math.min(room.remaining(), bytes.remaining());
                    room.put(bytes.slice(bytes.position(), length));
                    bytes.position(bytes.position() + length);
                    pieces.bufferUpdated(length);
                }
            }
            default -> throw new IllegalStateException("the protocol takes no bytes: " + protocol);
        }
    }

    /**
     * Tells the protocol that the peer has sent everything; once it reads again if it has paused. If it does not want to keep the connection
     * for writing, that is closed.
     *
     * @throws IllegalStateException if it was told already, or after {@link #lose}
     */
    public void feedEof() {
        checkNotEnded();
        if (readingPaused && !closing) {
            endHeld = true; // behind the bytes that are held back
        } else {
            deliverEnd();
        }
    }

    private void checkNotEnded() {
        if (endCame || endHeld || lost) {
            throw new IllegalStateException("nothing comes after the end");
        }
    }

    private void deliverEnd() {
        endCame = true;
        boolean keep = switch (protocol) {
            case Protocol whole -> whole.eofReceived();
            case BufferedProtocol pieces -> pieces.eofReceived();
            default -> false;
        };
        if (!keep) {
            close();
        }
    }

    /**
     * Tells the protocol that the connection is lost: as a loop does some time after {@link #close} and {@link #abort}, or when the peer
     * breaks it.
     *
     * @param reason null if it was closed in an orderly way
     * @throws IllegalStateException if it was told already
     */
    public void lose(@Nullable Exception reason) {
        if (lost) {
            throw new IllegalStateException("the connection is lost already");
        }
        closing = true;
        lost = true;
        protocol.connectionLost(reason);
    }

    /**
     * Has writes stay in the buffer, as if the peer did not read, so that the protocol is told to pause above the high water mark.
     *
     * @param on whether they do; if not, the buffer is emptied
     */
    public void holdWrites(boolean on) {
        holding = on;
        if (!on) {
            buffered = 0;
            adaptWriting();
        }
    }

    private void adaptWriting() {
        if (!writingPaused && buffered > limits.high()) {
            writingPaused = true;
            protocol.pauseWriting();
        } else if (writingPaused && buffered <= limits.low()) {
            writingPaused = false;
            protocol.resumeWriting();
        }
    }

    /**
     * Has the protocol find something when it asks what is known about the connection.
     *
     * @param name such as {@code peername}
     * @param value the answer
     */
    public void extraInfo(String name, Object value) {
        extra.put(name, value);
    }

    // ---- for the protocol

    @Override
    public void write(ByteBuffer data) {
        writeLines(List.of(data));
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        if (endWritten) {
            throw new IllegalStateException("nothing can be written after writeEof");
        }
        var all = new ByteArrayOutputStream();
        for (ByteBuffer piece : pieces) {
            var bytes = new byte[piece.remaining()];
            piece.get(bytes);
            all.writeBytes(bytes);
        }
        if (!closing && all.size() > 0) {
            writes.add(all.toByteArray());
            written.writeBytes(all.toByteArray());
            buffered += holding ? all.size() : 0;
            adaptWriting();
        }
    }

    @Override
    public void writeEof() {
        if (!closing) {
            endWritten = true;
        }
    }

    @Override
    public boolean canWriteEof() {
        return true;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        limits = new BufferLimits(low, high);
        adaptWriting();
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return limits;
    }

    @Override
    public int getWriteBufferSize() {
        return buffered;
    }

    @Override
    public boolean isReading() {
        return !readingPaused && !closing && !endCame;
    }

    @Override
    public void pauseReading() {
        readingPaused = true;
    }

    @Override
    public void resumeReading() {
        if (!readingPaused || closing) {
            return;
        }
        readingPaused = false;
        if (protocol instanceof Protocol whole) {
            whole.readingResumed();
        }
        while (!held.isEmpty() && !readingPaused && !closing) {
            deliver(ByteBuffer.wrap(held.removeFirst()));
        }
        if (endHeld && !readingPaused && !closing) {
            endHeld = false;
            deliverEnd();
        }
    }

    @Override
    public boolean isClosing() {
        return closing;
    }

    /** Stops delivering; the protocol hears {@code connectionLost} when the test calls {@link #lose}. */
    @Override
    public void close() {
        closing = true;
    }

    /** As {@link #close}, and drops what {@link #holdWrites} holds. */
    @Override
    public void abort() {
        closing = true;
        aborted = true;
        buffered = 0;
    }

    @Override
    public void setProtocol(BaseProtocol next) {
        protocol = Objects.requireNonNull(next, "next");
    }

    @Override
    public BaseProtocol getProtocol() {
        return protocol;
    }

    @Override
    public <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return key.type().cast(extra.get(key.key()));
    }

    @Override
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        Object value = extra.get(name);
        return value != null ? value : fallback;
    }

    @Override
    public String toString() {
        return "RecordingTransport[" + written.size() + " bytes written" + (closing ? ", closing" : "") + "]";
    }
}
