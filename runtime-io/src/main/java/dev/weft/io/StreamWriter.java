package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Sends bytes. Writing never suspends: what the connection does not take at once is buffered, so a task that writes much calls
 * {@link #drain} in between. Confined to its loop. Mirrors {@code asyncio.StreamWriter}.
 */
public final class StreamWriter implements AutoCloseable {
    private final EventLoop loop;
    private final FlowControl flow;
    private final @Nullable StreamReader reader;
    private final Unclosed unclosed;
    private Transport transport;

    /** For whoever made the transport, whose protocol drives the flow control. */
    StreamWriter(EventLoop loop, Transport transport, FlowControl flow, @Nullable StreamReader reader) {
        this.loop = loop;
        this.transport = transport;
        this.flow = flow;
        this.reader = reader;
        if (reader != null) {
            reader.keep(this);
        }
        unclosed = Unclosed.watch(this, "writer", transport, loop);
    }

    // ---- writing

    /**
     * Sends bytes, or buffers them. After the connection is lost they are dropped, with a warning from the fifth time on.
     *
     * @param data the bytes; the array may be reused at once
     * @throws IllegalStateException after {@link #writeEof}
     */
    public void write(byte[] data) {
        transport.write(data);
    }

    /**
     * As {@link #write(byte[])}, for a part of an array.
     *
     * @param data holds the bytes
     * @param offset where they begin
     * @param length how many there are
     * @throws IllegalStateException after {@link #writeEof}
     * @throws IndexOutOfBoundsException if the part is not inside the array
     */
    public void write(byte[] data, int offset, int length) {
        transport.write(data, offset, length);
    }

    /**
     * As {@link #write(byte[])}.
     *
     * @param data the bytes, all of which are taken
     * @throws IllegalStateException after {@link #writeEof}
     */
    public void write(ByteBuffer data) {
        transport.write(data);
    }

    /**
     * Sends several pieces with one call of the system. Mirrors {@code writelines}: nothing is put between the pieces.
     *
     * @param pieces the bytes, in order
     * @throws IllegalStateException after {@link #writeEof}
     */
    public void writeLines(Iterable<byte[]> pieces) {
        List<ByteBuffer> buffers = new ArrayList<>();
        for (byte[] piece : pieces) {
            buffers.add(ByteBuffer.wrap(piece));
        }
        transport.writeLines(buffers);
    }

    /**
     * Sends a message with what the form demands around it, in one piece.
     *
     * @param framing the form
     * @param message the message
     * @throws IllegalArgumentException if the message is longer than the framing allows, or is a line with its delimiter inside
     * @throws IllegalStateException after {@link #writeEof}
     */
    public void writeFrame(Framing framing, byte[] message) {
        transport.writeLines(framing.around(message));
    }

    /**
     * Waits until writing may go on: at once if no more is buffered than the high water mark allows, else until the buffer is down to the
     * low one. Any number of tasks may wait.
     *
     * @throws ConnectionResetException if the connection is lost
     * @throws IOException what the connection was lost with, to those who are waiting then; or what reading from it throws
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; what was written is still going to be sent
     */
    @Suspends
    public void drain() throws IOException {
        if (reader != null) {
            switch (reader.exception()) {
                case null -> {}
                case IOException e -> throw e;
                case RuntimeException e -> throw e;
                case Exception e -> throw new IOException(e);
            }
        }
        if (transport.isClosing()) {
            // A task that writes and drains in a loop would never let the loop tell it that the connection is lost.
            Asyncio.yieldNow();
        }
        flow.drain();
    }

    /**
     * Sends all the bytes of a channel, from where it is to its end, with {@link #drain} in between. A file's bytes need not come into the
     * JVM, as with {@link Net#sendFile}; a channel that is in non-blocking mode is waited for on the loop; any other is read on a thread of
     * the default executor. The channel stays open. Mirrors Twisted's producers, {@code FileSender} among them.
     *
     * @param source where the bytes come from
     * @return how many were sent
     * @throws IOException if the connection is lost or the channel cannot be read
     * @throws IllegalStateException if the connection is closing
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile: some bytes are sent then, and what a blocking read under way gets
     *     is lost
     */
    @Suspends
    public long transferFrom(ReadableByteChannel source) throws IOException {
        Objects.requireNonNull(source, "source");
        if (transport.isClosing()) {
            throw new IllegalStateException("cannot send over a connection that is closing: " + this);
        }
        return ChannelTransfer.run(loop, this, source);
    }

    /**
     * A view of this writer for libraries that write to an {@link OutputStream}. Each of its writes is followed by {@link #drain}, so it
     * suspends the task, and is best given large pieces, by a {@link java.io.BufferedOutputStream} for instance. It may be used by this
     * loop's tasks only. Closing it closes the connection and waits until everything is sent, as the stream of a socket does.
     *
     * @return the view
     */
    public OutputStream asOutputStream() {
        return new StreamOutput(this);
    }

    /**
     * Ends what this side sends, once everything buffered is sent. Reading goes on. Without effect when repeated or after {@link #close}.
     *
     * @throws UnsupportedOperationException if {@link #canWriteEof} is false
     */
    public void writeEof() {
        transport.writeEof();
    }

    /** {@return whether {@link #writeEof} is possible} */
    public boolean canWriteEof() {
        return transport.canWriteEof();
    }

    /**
     * Goes over to TLS on this connection, in place: the same reader and writer go on, encrypted. This side is the server if the connection was
     * accepted. What was written before is sent first, as it is; what has come and was not read belongs to the handshake, so that nothing the
     * peer sent unencrypted can be taken for something it sent encrypted. Mirrors {@code StreamWriter.start_tls}.
     *
     * @param options how; a client checks the server's certificate against the host that was connected to, unless they name another
     * @throws javax.net.ssl.SSLException if the handshake fails; the connection is closed then
     * @throws IOException if the connection is lost meanwhile, or the handshake takes too long; it is closed then
     * @throws IllegalArgumentException if a server has no context, a client no name to check, or the transport cannot carry TLS
     * @throws IllegalStateException if the connection is closing or half-closed
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the connection is closed then
     */
    @Suspends
    public void startTls(TlsOptions options) throws IOException {
        StartTls.upgrade(this, options);
    }

    /** The connection goes on over another transport. */
    void replaceTransport(Transport replacement) {
        transport = replacement;
        unclosed.replaceTransport(replacement);
    }

    // ---- ending

    /** Closes the connection once everything buffered is sent. Does not suspend; may be repeated. {@link #waitClosed} waits for the end. */
    @Override
    public void close() {
        transport.close();
    }

    /** {@return whether the connection is closed or going to be} */
    public boolean isClosing() {
        return transport.isClosing();
    }

    /**
     * Waits until the connection is closed. Any number of tasks may wait.
     *
     * @throws IOException what the connection was lost with, unless it was closed in order
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; the connection is closed all the same
     */
    @Suspends
    public void waitClosed() throws IOException {
        flow.waitClosed();
    }

    // ---- about it

    /** {@return the transport underneath} */
    public Transport transport() {
        return transport;
    }

    /**
     * What is known about the connection.
     *
     * @param key what to ask for
     * @return its value, null if there is none
     * @param <T> the type of the value
     */
    public <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return transport.getExtraInfo(key);
    }

    /**
     * What is known about the connection, by asyncio's names.
     *
     * @param name such as {@code peername}
     * @param fallback returned if there is nothing of that name
     * @return the value
     */
    public @Nullable Object getExtraInfo(String name, @Nullable Object fallback) {
        return transport.getExtraInfo(name, fallback);
    }

    /**
     * As {@link #getExtraInfo(String, Object)}, with null for nothing.
     *
     * @param name such as {@code peername}
     * @return the value
     */
    public @Nullable Object getExtraInfo(String name) {
        return transport.getExtraInfo(name, null);
    }

    EventLoop loop() {
        return loop;
    }

    @Override
    public String toString() {
        return "StreamWriter[" + transport + "]";
    }
}
