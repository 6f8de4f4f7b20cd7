package dev.weft.io.internal.transport;

import dev.weft.ChannelClaim;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.OpenResource;
import dev.weft.Suspends;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BufferLimits;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Transport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport over a stream channel.
 *
 * <p>Its life, each arrow an entry of the loop:
 *
 * <pre>
 *   new -> connectionMade -> reading: (data | pause | resume)* eof? -> closing -> connectionLost, channel closed
 *                                                                  close(): when the buffer is sent
 *                                                                  abort(), failure: next iteration
 * </pre>
 */
public final class SocketTransport implements Carrier, DirectReading, OutputLoan.Lender, LoopIo.Resource {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");

    /** The JDK copies a heap buffer whole before each write, so that a large one is better offered in pieces. */
    private static final int LARGEST_WRITE = 256 * 1024;

    private final EventLoop loop;
    private final LoopIo loopIo;
    private final SocketChannel channel;
    private final ChannelClaim claim;
    private final OpenResource traffic;
    private final ProtocolCalls calls;
    private final Inflow inflow;
    private final FlowMeter flow;
    private final @Nullable TransportOwner owner;
    private final WriteBuffer buffer = new WriteBuffer();
    private final LateWrites late = new LateWrites(this, "writing to a connection that is lost");
    private final Pace pace;
    private final Map<String, Object> extra = new HashMap<>();

    private boolean eofWritten;
    private boolean closing;

    /** Whether nothing can be sent any more. */
    private boolean lost;

    private boolean finished;

    /** Who may write instead of everybody else. */
    private @Nullable SocketLoan loan;

    /**
     * A transport over a connected channel, which it owns from now on. Nothing happens before {@link #start}.
     *
     * @throws IOException if the channel cannot be used; it is still the caller's then
     */
    @SuppressWarnings("this-escape") // all of them only keep it
    public SocketTransport(
            EventLoop loop,
            SocketChannel channel,
            BaseProtocol protocol,
            @Nullable TransportOwner owner,
            ConnectionLimits limits)
            throws IOException {
        this.loop = loop;
        pace = new Pace(loop, limits);
        this.channel = channel;
        this.owner = owner;
        extra.put(ExtraInfo.SOCKET_NAME.key(), channel.getLocalAddress());
        extra.put(ExtraInfo.PEER_NAME.key(), channel.getRemoteAddress());
        extra.put(ExtraInfo.SOCKET.key(), new ChannelView(channel));
        calls = new ProtocolCalls(loop, this, protocol);
        flow = new FlowMeter(calls);
        claim = loop.claimChannel(channel, this);
        loopIo = LoopIo.of(loop);
        traffic = loopIo.opened(this);
        inflow = new Inflow(loop, loopIo, channel, claim, pace, calls, traffic, new Reading());
        if (owner != null) {
            owner.attached(this);
        }
    }

    /** A {@link TransportFactory}. */
    static Transport open(
            EventLoop loop,
            SocketChannel channel,
            BaseProtocol protocol,
            @Nullable TransportOwner owner,
            @Nullable Future<@Nullable Void> started)
            throws IOException {
        var transport = new SocketTransport(loop, channel, protocol, owner, ConnectionLimits.NONE);
        transport.start(started);
        return transport;
    }

    /** Transports that keep to limits. */
    public static TransportFactory limited(ConnectionLimits limits) {
        return new Limited(limits);
    }

    private record Limited(ConnectionLimits limits) implements TransportFactory {
        @Override
        public Transport open(
                EventLoop loop,
                SocketChannel channel,
                BaseProtocol protocol,
                @Nullable TransportOwner owner,
                @Nullable Future<@Nullable Void> started)
                throws IOException {
            var transport = new SocketTransport(loop, channel, protocol, owner, limits);
            transport.start(started);
            return transport;
        }
    }

    /**
     * Has the protocol told of the connection, then reads.
     *
     * @param started completed when the protocol has been told; may be null
     */
    public void start(@Nullable Future<@Nullable Void> started) {
        pace.start(this::idle);
        calls.connectionMadeSoon(this::forceClose);
        loop.callSoon(inflow::start);
        if (started != null) {
            loop.callSoon(() -> {
                if (!started.done()) {
                    started.setResult(null);
                }
            });
        }
    }

    // ---- reading

    @Override
    public boolean isReading() {
        return !closing && inflow.isReading();
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
    @Suspends
    public boolean readDirectly() {
        return inflow.readDirectly();
    }

    @Override
    @Suspends
    public int readDirectly(ByteBuffer target) {
        return inflow.readDirectly(target);
    }

    @Override
    public void endDirectRead() {
        claim.endWait();
    }

    private final class Reading implements Inflow.Transport {
        @Override
        public void failed(IOException failure) {
            SocketTransport.this.failed("read", failure);
        }

        @Override
        public void forceClose(Exception failure) {
            SocketTransport.this.forceClose(failure);
        }

        @Override
        public void ended(boolean keepOpen) {
            if (!keepOpen) {
                close();
            }
        }
    }

    /** No byte has passed for as long as the limits allow. As with a peer that has closed, nothing is reported. */
    private void idle() {
        if (loop.getDebug()) {
            LOG.debug("{}: closed because it was idle for too long", this);
        }
        forceClose(null);
    }

    // ---- writing

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        ensureMayWrite("write");
        send(data);
    }

    /** Writes, whoever may. */
    void send(ByteBuffer data) {
        if (!data.hasRemaining() || dropped()) {
            data.position(data.limit());
            return;
        }
        if (buffer.isEmpty() && !pace.limitsWriting()) {
            try {
                if (writeNow(data)) {
                    return;
                }
            } catch (IOException e) {
                data.position(data.limit());
                failed("write", e);
                return;
            }
        }
        if (buffer.isEmpty()) {
            claim.addWriter(this::writable);
        }
        buffer.append(data);
        flow.grown(buffer.size());
    }

    @Override
    public void writeLines(Iterable<ByteBuffer> pieces) {
        loop.checkThread();
        ensureMayWrite("writeLines");
        List<ByteBuffer> list = new ArrayList<>();
        boolean anything = false;
        for (ByteBuffer piece : pieces) {
            list.add(piece);
            anything |= piece.hasRemaining();
        }
        if (!anything || dropped()) {
            return;
        }
        boolean idle = buffer.isEmpty();
        ByteBuffer together = idle ? loopIo.together(list) : null;
        if (together != null) {
            send(together);
            return;
        }
        // Copied first, so that many small pieces become few large ones, then sent with one call.
        for (ByteBuffer piece : list) {
            buffer.append(piece);
        }
        if (idle) {
            try {
                if (!pace.limitsWriting() && writeBuffered(Integer.MAX_VALUE)) {
                    return;
                }
            } catch (IOException e) {
                failed("write", e);
                return;
            }
            claim.addWriter(this::writable);
        }
        flow.grown(buffer.size());
    }

    private void ensureMayWrite(String what) {
        if (eofWritten) {
            throw new IllegalStateException("cannot " + what + " after writeEof: " + this);
        }
        if (loan != null) {
            throw new IllegalStateException("cannot " + what + " while a file is being sent: " + this);
        }
    }

    private boolean dropped() {
        if (lost) {
            late.another();
        }
        return lost;
    }

    /** Sends as much as the channel takes; whether that was everything. */
    private boolean writeNow(ByteBuffer data) throws IOException {
        int end = data.limit();
        try {
            while (data.position() < end) {
                data.limit(Math.min(end, data.position() + LARGEST_WRITE));
                haveWritten(channel.write(data));
                if (data.hasRemaining()) {
                    return false;
                }
            }
            return true;
        } finally {
            data.limit(end);
        }
    }

    /** A callback of the loop, in each iteration in which the channel takes bytes and some are buffered. */
    private void writable() {
        if (lost) {
            return;
        }
        int most = mayWrite();
        if (most == 0) {
            return;
        }
        try {
            writeBuffered(most);
        } catch (IOException e) {
            failed("write", e);
            return;
        }
        flow.shrunk(buffer.size()); // the protocol may write, close or abort here
        if (buffer.isEmpty() && !lost) {
            claim.removeWriter();
            if (closing) {
                lost = true;
                loop.callSoon(() -> finish(null));
            } else if (eofWritten) {
                shutdownOutput();
            }
            if (loan != null) {
                loan.ready();
            }
        }
    }

    /** Whether the buffer is empty now. */
    private boolean writeBuffered(int most) throws IOException {
        int before = buffer.size();
        boolean all = buffer.writeTo(channel, most);
        haveWritten(before - buffer.size());
        return all;
    }

    private void haveWritten(long bytes) {
        pace.haveWritten(bytes);
        traffic.sent(bytes);
    }

    /** How many bytes to write; 0 to come back later, which is arranged then. */
    int mayWrite() {
        int most = pace.mayWrite(() -> {
            if (!lost && (!buffer.isEmpty() || loan != null)) {
                claim.addWriter(this::writable);
            }
        });
        if (most == 0) {
            claim.removeWriter();
        }
        return most;
    }

    // ---- lending the output

    @Override
    public OutputLoan lendOutput() {
        loop.checkThread();
        ensureMayWrite("send a file");
        var lent = new SocketLoan(loop, this);
        loan = lent;
        return lent;
    }

    @Override
    public boolean transfersFiles() {
        return true;
    }

    /** For whoever has the loan: as {@link FileChannel#transferTo}. */
    long transfer(FileChannel file, long position, long count) throws IOException {
        int most = mayWrite();
        long sent = most == 0 ? 0 : file.transferTo(position, Math.min(count, most), channel);
        haveWritten(sent);
        return sent;
    }

    /** Has the loan told when the channel takes bytes. */
    void watchWritable() {
        claim.addWriter(this::writable);
    }

    void outputReturned(SocketLoan returned) {
        if (loan == returned) {
            loan = null;
            if (buffer.isEmpty() && !lost) {
                claim.removeWriter();
            }
        }
    }

    private void endLoan(@Nullable Exception failure) {
        if (loan != null) {
            loan.lost(failure, this);
        }
    }

    @Override
    public void writeEof() {
        loop.checkThread();
        if (closing || eofWritten) {
            return;
        }
        ensureMayWrite("writeEof");
        eofWritten = true;
        if (buffer.isEmpty()) {
            shutdownOutput();
        }
    }

    private void shutdownOutput() {
        try {
            channel.shutdownOutput();
        } catch (IOException e) {
            failed("writeEof", e);
        }
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
        if (closing) {
            return;
        }
        closing = true;
        endLoan(null);
        inflow.stop();
        if (buffer.isEmpty()) {
            lost = true;
            loop.callSoon(() -> finish(null));
        }
    }

    @Override
    public void abort() {
        loop.checkThread();
        forceClose(null);
    }

    /** The connection is broken: for its own protocol to hear, not for the exception handler. */
    void failed(String what, IOException failure) {
        IOException translated = IoFailures.translate(failure, addresses());
        if (loop.getDebug()) {
            LOG.debug("{}: {} failed", this, what, translated);
        }
        forceClose(translated);
    }

    private void forceClose(@Nullable Exception failure) {
        if (lost) {
            return;
        }
        lost = true;
        closing = true;
        buffer.clear();
        endLoan(failure);
        inflow.stop();
        claim.removeWriter();
        loop.callSoon(() -> finish(failure));
    }

    private void finish(@Nullable Exception failure) {
        if (finished) {
            return;
        }
        finished = true;
        try {
            calls.connectionLost(failure);
        } finally {
            release();
            if (owner != null) {
                owner.detached(this);
            }
        }
    }

    private void release() {
        pace.stop();
        claim.close();
        loopIo.closed(this);
        try {
            channel.close();
        } catch (IOException e) {
            LOG.debug("{}: closing failed", this, e);
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
        finished = true;
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
        Object value = extra.get(name);
        return value != null ? value : fallback;
    }

    @Override
    public @Nullable TransportOwner owner() {
        return owner;
    }

    @Override
    public boolean halfClosed() {
        return inflow.atEnd() || eofWritten;
    }

    @Override
    public String toString() {
        String state = finished ? "closed" : closing ? "closing" : eofWritten ? "half-closed" : "open";
        return "Transport[" + addresses() + ", " + state + (inflow.isPaused() ? ", reading paused" : "") + ", "
                + buffer.size() + " bytes to send]";
    }

    private String addresses() {
        return extra.get(ExtraInfo.SOCKET_NAME.key()) + " to " + extra.get(ExtraInfo.PEER_NAME.key());
    }
}
