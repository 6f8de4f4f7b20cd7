package dev.weft.io.internal.tls;

import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.TimerHandle;
import dev.weft.io.BaseProtocol;
import dev.weft.io.BaseTransport;
import dev.weft.io.BufferLimits;
import dev.weft.io.ConnectionAbortedException;
import dev.weft.io.ConnectionResetException;
import dev.weft.io.ExtraInfo;
import dev.weft.io.Protocol;
import dev.weft.io.TlsTransport;
import dev.weft.io.Transport;
import dev.weft.io.internal.transport.Carrier;
import dev.weft.io.internal.transport.FlowMeter;
import dev.weft.io.internal.transport.HeldOutput;
import dev.weft.io.internal.transport.LateWrites;
import dev.weft.io.internal.transport.OutputLoan;
import dev.weft.io.internal.transport.ProtocolCalls;
import dev.weft.io.internal.transport.TransportOwner;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A transport over a transport: what is written to it goes encrypted through the one below, whose protocol it is.
 *
 * <pre>
 *   HANDSHAKE --both sides have agreed--> OPEN --close(), peer's close_notify--> CLOSING --both close_notify, all sent--> CLOSED
 *       |                                   |                                       |                                     ^
 *       +--close(), abort(), failure, limit-+--abort(), failure---------------------+--abort(), failure, limit------------+
 * </pre>
 *
 * CLOSED means that the transport below has been told to close or to abort. When its connection is lost, and only then, the protocol hears
 * {@code connectionLost}, or, if it never heard {@code connectionMade}, whoever waits for the handshake gets the failure.
 *
 * <p>In each state {@link #pump} does what can be done until nothing can, see {@link TlsEngine} for the order: while tasks of the engine run
 * elsewhere, nothing; while the engine has something to say, that goes out first; then what has come is decrypted and delivered, unless
 * reading is paused; then what was written is encrypted, unless the transport below has not got rid of what it has. So there is never more
 * than one batch of encrypted bytes in memory, and at most the read buffer's high water mark of undelivered ones.
 */
final class TlsLayer implements TlsTransport, Carrier, OutputLoan.Lender {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final BufferLimits DEFAULT_WRITE_LIMITS = new BufferLimits(128 * 1024, 512 * 1024);
    private static final BufferLimits DEFAULT_READ_LIMITS = new BufferLimits(64 * 1024, 256 * 1024);

    /** Below nothing is buffered but what a single write leaves over: the rest waits here, not encrypted yet. */
    private static final int LIMIT_BELOW = 0;

    /** So much may be buffered below of what the engine itself has to say, before nothing more is read that would have it say more. */
    private static final int LARGEST_REPLY = 64 * 1024;

    /** So much of what comes is taken while tasks of the handshake run. */
    private static final int LARGEST_HANDSHAKE = 64 * 1024;

    private enum State {
        HANDSHAKE,
        OPEN,
        CLOSING,
        CLOSED
    }

    private final EventLoop loop;
    private final TlsSetup setup;
    private final TlsEngine engine;
    private final TlsBuffers buffers;
    private final ProtocolCalls calls;
    private final Delivery delivery;
    private final FlowMeter flow;
    private final @Nullable TransportOwner owner;
    private final @Nullable Future<@Nullable Void> started;
    private final Below below = new Below();
    private final LateWrites late = new LateWrites(this, "writing to a connection that is lost");

    private final TlsOutput output;

    /** Not decrypted yet. */
    private final HeldBytes incoming = new HeldBytes();

    /** Decrypted, and not taken by a {@link dev.weft.io.BufferedProtocol} that has paused. */
    private final HeldBytes undelivered = new HeldBytes();

    private @Nullable Transport lower;
    private State state = State.HANDSHAKE;
    private BufferLimits readLimits = DEFAULT_READ_LIMITS;

    /** Whether the protocol has heard {@code connectionMade}, and is thus going to hear {@code connectionLost}. */
    private boolean made;

    /** Whether data may be delivered: an iteration after {@code connectionMade}. */
    private boolean delivering;

    private boolean paused;
    private boolean lowerPaused;

    /** Whether the transport below has come to the end of what it can deliver. */
    private boolean lowerEnded;

    /** Whether nothing more can come: after the peer's close_notify. */
    private boolean inputDone;

    /** Whether the protocol need not be told of that any more. */
    private boolean endDelivered;

    /** Whether the engine was told that nothing more is going to be sent. */
    private boolean outputDone;

    /** How many bytes may be delivered after {@link #close}. */
    private int deliverable;

    private boolean pumping;
    private boolean pumpScheduled;
    private @Nullable Future<@Nullable Void> running;
    private @Nullable TimerHandle limit;
    private Map<String, Object> session = Map.of();

    /** Whether it ended other than by both sides' closing, for the reason in {@link #failure} if there is one. */
    private boolean broken;

    private @Nullable Exception failure;
    private boolean finished;

    /** Who may write instead of everybody else. */
    private @Nullable Loan loan;

    /**
     * A layer for a protocol. Nothing happens before {@link #over}, or before {@link #protocolBelow} hears of a connection.
     *
     * @param made whether the protocol has heard {@code connectionMade} already, from the transport that is now below
     * @param started completed when the handshake is over and the protocol has been told; may be null
     */
    TlsLayer(
            EventLoop loop,
            TlsSetup setup,
            TlsEngine engine,
            BaseProtocol protocol,
            boolean made,
            @Nullable TransportOwner owner,
            @Nullable Future<@Nullable Void> started) {
        this.loop = loop;
        this.setup = setup;
        this.engine = engine;
        this.made = made;
        this.owner = owner;
        this.started = started;
        buffers = TlsBuffers.of(loop);
        output = new TlsOutput(engine, buffers);
        calls = new ProtocolCalls(loop, this, protocol);
        delivery = new Delivery(calls);
        flow = new FlowMeter(calls, DEFAULT_WRITE_LIMITS);
        if (owner != null) {
            owner.attached(this);
        }
    }

    /** The protocol for a transport that is not connected yet: the handshake begins when it is. */
    Protocol protocolBelow() {
        return below;
    }

    /** Names the transport below. */
    void attach(Transport transport) {
        lower = transport;
        output.attach(transport);
    }

    /**
     * Begins the handshake over a connected transport, whose protocol this is from now on.
     *
     * @param early what has come already
     */
    void over(Transport transport, ByteBuffer early) {
        attach(transport);
        transport.setProtocol(below);
        incoming.append(early, 0);
        begin();
        transport.resumeReading();
    }

    private void begin() {
        lower().setWriteBufferLimits(LIMIT_BELOW, LIMIT_BELOW);
        limit = loop.callLater(
                setup.handshakeTimeout(),
                () -> forceClose(new ConnectionAbortedException("the TLS handshake with " + peer()
                        + " took longer than " + seconds(setup.handshakeTimeout()) + ": connection aborted")));
        try {
            engine.begin();
        } catch (SSLException e) {
            failed(e);
            return;
        }
        pump();
    }

    /** What the transport below tells. */
    private final class Below implements Protocol {
        @Override
        public void connectionMade(BaseTransport transport) {
            if (state != State.CLOSED) {
                begin();
            }
        }

        @Override
        public void dataReceived(ByteBuffer data) {
            received(data);
        }

        @Override
        public boolean eofReceived() {
            lowerEnded = true;
            pump();
            return state != State.CLOSED; // to send what is buffered, and close_notify
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            finish(exception);
        }

        @Override
        public void pauseWriting() {
            output.setFull(true);
        }

        @Override
        public void resumeWriting() {
            output.setFull(false);
            pump();
        }
    }

    private Transport lower() {
        return Objects.requireNonNull(lower, "nothing below yet");
    }

    // ---- the pump

    private void received(ByteBuffer data) {
        int end = data.limit();
        while (data.position() < end) {
            receivedPiece(data.limit(Math.min(end, data.position() + TlsBuffers.LARGEST_DELIVERY)));
            data.limit(end);
        }
    }

    /** Takes all of it. */
    private void receivedPiece(ByteBuffer data) {
        if (state == State.CLOSED || inputDone) {
            data.position(data.limit());
            return;
        }
        int missing = TlsEngine.missing(incoming.bytes());
        if (!mayDecrypt() || data.remaining() < missing) {
            incoming.append(data, missing - data.remaining());
            holdBackIfMuch();
            return;
        }
        ByteBuffer together = buffers.take();
        if (incoming.size() + data.remaining() > together.remaining()) { // much has been held back until just now
            buffers.give(together);
            incoming.append(data, 0);
            pump();
            return;
        }
        try {
            together.put(incoming.bytes()).put(data).flip();
            incoming.clear();
            pump(together);
            if (state != State.CLOSED && !inputDone) {
                incoming.append(together, TlsEngine.missing(together));
            }
        } finally {
            buffers.give(together);
        }
        afterPump();
    }

    private void pump() {
        if (pumping) {
            return; // whoever is in there sees what has changed
        }
        pump(incoming.bytes());
        incoming.release();
        afterPump();
    }

    /** In an entry of its own, since it is not allowed to deliver anything now. */
    private void pumpSoon() {
        if (!pumpScheduled) {
            pumpScheduled = true;
            loop.callSoon(() -> {
                pumpScheduled = false;
                pump();
            });
        }
    }

    private void pump(ByteBuffer received) {
        pumping = true;
        try {
            while (state != State.CLOSED && running == null && step(received)) {
                // until nothing can be done
            }
        } catch (SSLException e) {
            failed(e);
        } finally {
            pumping = false;
        }
    }

    /** Whether anything could be done. */
    private boolean step(ByteBuffer received) throws SSLException {
        if (engine.needsTask()) {
            runTasks();
            return false;
        }
        if (engine.needsWrap()) {
            if (output.full() && output.buffered() > LARGEST_REPLY) {
                return false;
            }
            if (output.sendOwn()) {
                return true;
            }
        }
        if (state == State.HANDSHAKE && engine.handshakeDone()) {
            setup.checkNames(engine);
            opened();
            return true;
        }
        if (mayDeliver() && (deliverHeld() || (mayDecrypt() && decrypt(received)) || deliverEnd())) {
            return true;
        }
        if (mayEncrypt() && !output.isEmpty() && output.encryptQueued()) {
            return true;
        }
        if (state == State.CLOSING && output.isEmpty() && !outputDone) {
            outputDone = true;
            engine.closeOutbound();
            return true;
        }
        return false;
    }

    private void afterPump() {
        if (state == State.CLOSED || running != null) {
            return;
        }
        flow.shrunk(getWriteBufferSize());
        if (loan != null && getWriteBufferSize() == 0) {
            loan.ready();
        }
        if (state == State.CLOSING && engine.outboundDone()) {
            if (!output.isEmpty()) {
                forceClose(new ConnectionResetException(
                        peer() + " closed the TLS connection before " + output.queued() + " bytes were sent"));
            } else if (inputDone) {
                // The limit stays: the transport below may still have something to send.
                state = State.CLOSED;
                lower().close();
            }
        }
        if (lowerEnded && mayDecrypt() && TlsEngine.missing(incoming.bytes()) > 0) {
            endedBelow();
        }
        holdBackIfMuch();
    }

    private void runTasks() {
        Future<@Nullable Void> tasks = loop.runInExecutor(null, engine::runTasks);
        running = tasks;
        tasks.addDoneCallback(done -> {
            running = null;
            if (state == State.CLOSED) {
                return;
            }
            Throwable thrown = done.cancelled() ? null : done.exception();
            if (thrown != null) {
                forceClose(new SSLException("the TLS handshake with " + peer() + " failed: " + thrown, thrown));
                return;
            }
            engine.tasksDone();
            pump();
        });
    }

    // ---- the handshake is over

    private void opened() {
        state = State.OPEN;
        cancelLimit();
        session = setup.describe(engine);
        // As with any transport, each in an entry of its own: told, reading, whoever waits goes on.
        loop.callSoon(() -> {
            if (!made && state != State.CLOSED) {
                made = true;
                endIfFailed(calls.connectionMade());
            }
        });
        loop.callSoon(() -> {
            delivering = true;
            pump();
        });
        Future<@Nullable Void> waiting = started;
        if (waiting != null) {
            loop.callSoon(() -> {
                if (!waiting.done() && failure == null) { // else whoever waits gets the failure, when all is closed
                    waiting.setResult(null);
                }
            });
        }
    }

    // ---- reading

    /** Whether the protocol may be told what has come. During the handshake there is nothing to be told. */
    private boolean mayDeliver() {
        return switch (state) {
            case HANDSHAKE -> true;
            case OPEN -> delivering && !paused;
            case CLOSING -> true;
            case CLOSED -> false;
        };
    }

    private boolean mayDecrypt() {
        return mayDeliver()
                && running == null
                && !inputDone
                && undelivered.isEmpty()
                && (state != State.HANDSHAKE || !engine.handshakeDone());
    }

    /** Decrypts and delivers, as much as there is, at most one delivery. */
    private boolean decrypt(ByteBuffer received) throws SSLException {
        ByteBuffer app = buffers.take().limit(TlsBuffers.LARGEST_DELIVERY);
        try {
            try {
                return decrypt(received, app);
            } finally {
                deliver(app.flip());
                undelivered.append(app, 0);
            }
        } finally {
            buffers.give(app);
        }
    }

    private boolean decrypt(ByteBuffer received, ByteBuffer app) throws SSLException {
        boolean any = false;
        while (received.hasRemaining()) {
            switch (engine.unwrap(received, app)) {
                case RECORD -> {
                    any = true;
                    if (engine.needsAttention() || state == State.HANDSHAKE) {
                        return true;
                    }
                }
                case NO_ROOM -> {
                    return any;
                }
                case CLOSED -> {
                    inputDone = true;
                    received.position(received.limit());
                    return true;
                }
                case INCOMPLETE, BUSY -> {
                    return any;
                }
            }
        }
        return any;
    }

    private boolean deliverHeld() {
        if (undelivered.isEmpty()) {
            return false;
        }
        deliver(undelivered.bytes());
        undelivered.release();
        return true;
    }

    /** Delivers until the protocol wants no more. */
    private void deliver(ByteBuffer app) {
        while (app.hasRemaining()) {
            if (state == State.CLOSED) {
                app.position(app.limit());
            } else if (state == State.CLOSING) {
                if (deliverable <= 0) {
                    app.position(app.limit());
                    return;
                }
                deliverable -= app.remaining();
            } else if (paused) {
                return;
            }
            if (app.hasRemaining()) {
                endIfFailed(delivery.deliver(app));
            }
        }
    }

    /** The peer said that it has sent everything, and everything is delivered. */
    private boolean deliverEnd() {
        if (!inputDone || endDelivered || !undelivered.isEmpty() || !mayDeliver()) {
            return false;
        }
        endDelivered = true;
        if (state == State.HANDSHAKE) {
            forceClose(new ConnectionResetException(peer() + " closed the connection during the TLS handshake"));
        } else if (state == State.OPEN) {
            Delivery.End end = delivery.end();
            if (end.failure() != null) {
                forceClose(end.failure());
            } else if (end.keepOpen() && calls.protocol() instanceof Below) {
                return true; // TLS over TLS: the upper one closes this one when it is through
            } else if (state == State.OPEN) {
                if (end.keepOpen()) {
                    LOG.warn("{}: eofReceived returned true, but TLS closes in both directions", this);
                }
                beginClosing();
            }
        }
        return true;
    }

    /** The bytes below have ended, with nothing said. */
    private void endedBelow() {
        switch (state) {
            case HANDSHAKE ->
                forceClose(new ConnectionResetException(peer() + " closed the connection during the TLS handshake"));
            case OPEN -> {
                if (setup.truncationAllowed()) {
                    inputDone = true;
                    incoming.clear();
                    pump();
                } else {
                    forceClose(new SSLException("truncated: the bytes of " + peer()
                            + " end without close_notify, so that some may be missing"));
                }
            }
            case CLOSING -> {
                inputDone = true; // this side has closed already, and does not care for what is missing
                incoming.clear();
                pump();
            }
            case CLOSED -> {}
        }
    }

    /** While what has come cannot be handed on, only so much of it is taken. */
    private void holdBackIfMuch() {
        if (state == State.CLOSED || lowerEnded) {
            return;
        }
        int held = getReadBufferSize();
        int high = state == State.HANDSHAKE ? Math.min(LARGEST_HANDSHAKE, readLimits.high()) : readLimits.high();
        // The beginning of a record is not held back: the rest has to come.
        boolean stuck = !mayDecrypt() || TlsEngine.missing(incoming.bytes()) == 0;
        if (!lowerPaused && stuck && held > 0 && held >= high) {
            lowerPaused = true;
            lower().pauseReading();
        } else if (lowerPaused && (!stuck || held <= readLimits.low())) {
            lowerPaused = false;
            lower().resumeReading();
        }
    }

    @Override
    public boolean isReading() {
        return !isClosing() && !paused && !inputDone;
    }

    @Override
    public void pauseReading() {
        loop.checkThread();
        if (isReading()) {
            paused = true;
        }
    }

    @Override
    public void resumeReading() {
        loop.checkThread();
        if (paused && !isClosing()) {
            paused = false;
            loop.callSoon(() -> {
                if (isReading()) {
                    endIfFailed(calls.readingResumed());
                }
            });
            pumpSoon();
        }
    }

    @Override
    public void setReadBufferLimits(int high, int low) {
        loop.checkThread();
        readLimits = new BufferLimits(low, high);
        holdBackIfMuch();
    }

    @Override
    public BufferLimits getReadBufferLimits() {
        return readLimits;
    }

    @Override
    public int getReadBufferSize() {
        return incoming.size() + undelivered.size();
    }

    // ---- writing

    private boolean mayEncrypt() {
        return running == null
                && engine.handshakeDone()
                && !output.full()
                && !outputDone
                && (state == State.OPEN || state == State.CLOSING);
    }

    @Override
    public void write(ByteBuffer data) {
        loop.checkThread();
        ensureMayWrite("write");
        send(data);
    }

    /** Writes, whoever may. */
    private void send(ByteBuffer data) {
        if (!data.hasRemaining() || dropped()) {
            data.position(data.limit());
            return;
        }
        if (output.isEmpty() && mayEncrypt() && !engine.needsAttention()) {
            try {
                output.encrypt(data);
            } catch (SSLException e) {
                data.position(data.limit());
                failed(e);
                return;
            }
        }
        output.append(data);
        written();
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
        list.forEach(output::append);
        try {
            while (!output.isEmpty() && mayEncrypt() && !engine.needsAttention() && output.encryptQueued()) {
                // in batches
            }
        } catch (SSLException e) {
            failed(e);
            return;
        }
        written();
    }

    private void written() {
        if (running == null && engine.needsAttention()) {
            pumpSoon();
        }
        flow.grown(getWriteBufferSize());
    }

    private void ensureMayWrite(String what) {
        if (loan != null) {
            throw new IllegalStateException("cannot " + what + " while a file is being sent: " + this);
        }
    }

    /** Whether it is too late to write. */
    private boolean dropped() {
        if (!isClosing()) {
            return false;
        }
        late.another();
        return true;
    }

    @Override
    public void writeEof() {
        throw new UnsupportedOperationException("TLS cannot close in one direction only: " + this);
    }

    @Override
    public boolean canWriteEof() {
        return false;
    }

    @Override
    public void setWriteBufferLimits(int high, int low) {
        loop.checkThread();
        flow.setLimits(new BufferLimits(low, high), getWriteBufferSize());
    }

    @Override
    public BufferLimits getWriteBufferLimits() {
        return flow.limits();
    }

    @Override
    public int getWriteBufferSize() {
        return output.queued() + output.buffered();
    }

    // ---- lending the output

    @Override
    public OutputLoan lendOutput() {
        loop.checkThread();
        ensureMayWrite("send a file");
        var lent = new Loan();
        loan = lent;
        return lent;
    }

    /** The bytes of a file have to be encrypted. */
    @Override
    public boolean transfersFiles() {
        return false;
    }

    private final class Loan extends HeldOutput {
        Loan() {
            super(loop);
        }

        @Override
        protected int buffered() {
            return getWriteBufferSize();
        }

        @Override
        protected void send(ByteBuffer data) {
            TlsLayer.this.send(data);
        }

        @Override
        public void close() {
            if (loan == this) {
                loan = null;
            }
        }
    }

    private void endLoan(@Nullable Exception reason) {
        if (loan != null) {
            loan.lost(reason, this);
        }
    }

    // ---- ending

    @Override
    public boolean isClosing() {
        return state == State.CLOSING || state == State.CLOSED || (lower != null && lower.isClosing());
    }

    @Override
    public void close() {
        loop.checkThread();
        switch (state) {
            case HANDSHAKE -> abort();
            case OPEN -> {
                // What has come already is delivered, and a little of what comes meanwhile: not while this call is
                // made.
                deliverable = getReadBufferSize() + readLimits.high();
                boolean deliverFirst = getReadBufferSize() > 0 && !pumping;
                beginClosing();
                if (deliverFirst) {
                    pumpSoon();
                } else {
                    pump();
                }
            }
            case CLOSING, CLOSED -> {}
        }
    }

    private void beginClosing() {
        state = State.CLOSING;
        endLoan(null);
        paused = false;
        delivering = true;
        limit = loop.callLater(setup.shutdownTimeout(), () -> {
            broken = true;
            failure = new SocketTimeoutException("closing the TLS connection with " + peer() + " took longer than "
                    + seconds(setup.shutdownTimeout()) + ": connection aborted");
            state = State.CLOSED;
            discard();
            lower().abort();
        });
    }

    @Override
    public void abort() {
        loop.checkThread();
        if (state != State.CLOSED) {
            forceClose(null);
        } else {
            lower().abort();
        }
    }

    /** The engine gave up. It may have an alert for the peer, which says why. */
    private void failed(SSLException thrown) {
        if (state == State.CLOSED) {
            return;
        }
        SSLException named = setup.named(thrown, peer(), state == State.HANDSHAKE);
        if (loop.getDebug()) {
            LOG.debug("{}: failed", this, named);
        }
        try {
            while (engine.needsWrap() && output.sendOwn()) {
                // the alert
            }
        } catch (SSLException again) {
            named.addSuppressed(again);
        }
        forceClose(named);
    }

    private void endIfFailed(@Nullable Exception thrown) {
        if (thrown != null) {
            forceClose(thrown);
        }
    }

    /** Closes the transport below, without waiting for anything. */
    private void forceClose(@Nullable Exception reason) {
        if (state == State.CLOSED) {
            return;
        }
        state = State.CLOSED;
        broken = true;
        failure = reason;
        endLoan(reason);
        discard();
        Transport transport = lower();
        if (reason != null && transport.getWriteBufferSize() == 0) {
            transport.close();
        } else {
            transport.abort();
        }
    }

    private void discard() {
        cancelLimit();
        output.clear();
        incoming.clear();
        undelivered.clear();
        Future<@Nullable Void> tasks = running;
        if (tasks != null) {
            tasks.cancel();
        }
    }

    private void cancelLimit() {
        TimerHandle timer = limit;
        if (timer != null) {
            timer.cancel();
            limit = null;
        }
    }

    /** The transport below is gone. */
    private void finish(@Nullable Exception lostWith) {
        if (finished) {
            return;
        }
        finished = true;
        // Like a plain connection after close(): once the last byte is on its way, it does not matter how the peer
        // hangs up.
        boolean complete = outputDone && output.isEmpty() && !output.full();
        Exception reason = broken ? failure : complete ? null : lostWith;
        boolean handshake = state == State.HANDSHAKE;
        state = State.CLOSED;
        session = Map.of();
        endLoan(reason);
        discard();
        Future<@Nullable Void> waiting = started;
        if (waiting != null && !waiting.done()) {
            waiting.setException(setup.handshakeLost(reason, peer(), handshake));
        }
        try {
            if (made) {
                calls.connectionLost(reason);
            }
        } finally {
            if (owner != null) {
                owner.detached(this);
            }
        }
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
        Object value = session.get(name);
        if (value != null) {
            return value;
        }
        return lower == null ? fallback : lower.getExtraInfo(name, fallback);
    }

    @Override
    public @Nullable TransportOwner owner() {
        return owner;
    }

    @Override
    public boolean halfClosed() {
        return inputDone || lowerEnded;
    }

    /** The other side, for messages. */
    private String peer() {
        return setup.peer(lower == null ? null : lower.getExtraInfo(ExtraInfo.PEER_NAME));
    }

    private static String seconds(Duration duration) {
        return duration.toMillis() / 1000.0 + " s";
    }

    @Override
    public String toString() {
        return "TlsTransport[" + state + (paused ? ", reading paused" : "") + ", " + output.queued()
                + " bytes to encrypt, over " + lower + "]";
    }
}
