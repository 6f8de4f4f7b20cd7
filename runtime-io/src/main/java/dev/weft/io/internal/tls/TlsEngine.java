package dev.weft.io.internal.tls;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSession;

/**
 * The two ends of a TLS connection's life in memory: records in, bytes out, and the other way round. Knows no loop and no transport.
 *
 * <p>What the caller has to see to, in this order, before bytes move again:
 *
 * <pre>
 *   needsTask  -> runTasks, on any thread; nothing else may be called meanwhile, the engine is locked
 *   needsWrap  -> wrap without bytes: handshake messages, alerts, key updates wait to be sent
 *   otherwise  -> unwrap what has come; once handshakeDone, wrap what is to go
 * </pre>
 *
 * An {@link SSLException} ends it: {@link #needsWrap} is then true once more if there is an alert to be sent.
 */
final class TlsEngine {
    /** So many bytes of a client's first message, and no more: an honest one has a few hundred. */
    static final int LARGEST_CLIENT_HELLO = 16 * 1024;

    private static final int RECORD_HEADER = 5;
    private static final int LARGEST_RECORD = 32 * 1024;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int APPLICATION_DATA = 23;
    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SSLEngine engine;
    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    private boolean handshakeDone;

    /** Of a server: whether the client's first message is not complete yet. */
    private boolean awaitingHello;

    private int helloBytes;

    TlsEngine(SSLEngine engine) {
        this.engine = engine;
        awaitingHello = !engine.getUseClientMode();
    }

    void begin() throws SSLException {
        engine.beginHandshake();
        status = engine.getHandshakeStatus();
    }

    boolean needsTask() {
        return status == HandshakeStatus.NEED_TASK;
    }

    boolean needsWrap() {
        return status == HandshakeStatus.NEED_WRAP;
    }

    /** Whether one of the two is the case, so that no more application data should be wrapped before. */
    boolean needsAttention() {
        return needsTask() || needsWrap();
    }

    /** Whether application data may be exchanged. Stays true from then on, also while the two sides change their keys. */
    boolean handshakeDone() {
        return handshakeDone;
    }

    /** Computations too long for a loop, such as checking a chain of certificates. */
    void runTasks() {
        for (Runnable task = engine.getDelegatedTask(); task != null; task = engine.getDelegatedTask()) {
            task.run();
        }
    }

    /** After {@link #runTasks}, on the thread that calls everything else. */
    void tasksDone() {
        status = engine.getHandshakeStatus();
    }

    /** What became of a record. */
    enum Unwrapped {
        /** It was consumed. */
        RECORD,
        /** There is no complete record. */
        INCOMPLETE,
        /** There is no room for the bytes in it. */
        NO_ROOM,
        /** It was, or there had been, the peer's close_notify: nothing more can come. */
        CLOSED,
        /** It cannot be read yet. */
        BUSY
    }

    /**
     * Decrypts one record.
     *
     * @param net from here; the array is overwritten
     * @param app application data to here
     */
    Unwrapped unwrap(ByteBuffer net, ByteBuffer app) throws SSLException {
        int before = net.position();
        SSLEngineResult result;
        try {
            result = engine.unwrap(net, app);
        } catch (SSLException e) {
            status = engine.getHandshakeStatus();
            throw handshakeDone || net.position() != before ? e : withFirstBytes(e, net);
        }
        note(result);
        int consumed = result.bytesConsumed();
        if (awaitingHello && consumed > 0) {
            countHello(consumed);
        }
        return switch (result.getStatus()) {
            case BUFFER_UNDERFLOW -> Unwrapped.INCOMPLETE;
            case BUFFER_OVERFLOW -> Unwrapped.NO_ROOM;
            case CLOSED -> Unwrapped.CLOSED;
            case OK -> consumed > 0 || result.bytesProduced() > 0 ? Unwrapped.RECORD : Unwrapped.BUSY;
        };
    }

    private void countHello(int consumed) throws SSLException {
        helloBytes += consumed - RECORD_HEADER;
        awaitingHello = status == HandshakeStatus.NEED_UNWRAP;
        if (helloBytes > LARGEST_CLIENT_HELLO) {
            throw new SSLException("the client's first message has more than " + LARGEST_CLIENT_HELLO + " bytes");
        }
    }

    /** What is no TLS at all is told from its first bytes. */
    private static SSLException withFirstBytes(SSLException failure, ByteBuffer net) {
        int length = Math.min(RECORD_HEADER, net.remaining());
        if (length == 0
                || (net.get(net.position()) >= CHANGE_CIPHER_SPEC && net.get(net.position()) <= APPLICATION_DATA)) {
            return failure;
        }
        var first = new byte[length];
        net.get(net.position(), first);
        return new SSLException(
                "what came is not TLS, it begins with "
                        + HexFormat.ofDelimiter(" ").formatHex(first) + ": " + failure.getMessage(),
                failure);
    }

    /**
     * Makes one record.
     *
     * @param app of these bytes, as many as fit into a record
     * @param net to here; room for {@link #largestPacket} bytes is needed
     * @return whether there was anything to be made, so that it makes sense to go on
     */
    boolean wrap(ByteBuffer[] app, ByteBuffer net) throws SSLException {
        SSLEngineResult result;
        try {
            result = engine.wrap(app, net);
        } catch (SSLException e) {
            status = engine.getHandshakeStatus();
            throw e;
        }
        note(result);
        return result.bytesProduced() > 0
                || result.bytesConsumed() > 0
                || result.getHandshakeStatus() == HandshakeStatus.FINISHED;
    }

    /** Makes a record of what the engine itself has to say. */
    boolean wrap(ByteBuffer net) throws SSLException {
        return wrap(NOTHING, net);
    }

    private void note(SSLEngineResult result) {
        status = result.getHandshakeStatus();
        if (status == HandshakeStatus.FINISHED) {
            handshakeDone = true;
            status = engine.getHandshakeStatus();
        }
    }

    /** Has close_notify wrapped next. */
    void closeOutbound() {
        engine.closeOutbound();
        status = engine.getHandshakeStatus();
    }

    /** Whether nothing can be sent any more, not even what waits to be. */
    boolean outboundDone() {
        return engine.isOutboundDone();
    }

    /** How many bytes a record can have. */
    int largestPacket() {
        return engine.getSession().getPacketBufferSize();
    }

    SSLSession session() {
        return engine.getSession();
    }

    /** What was chosen by ALPN, empty if nothing was. */
    String applicationProtocol() {
        String chosen = engine.getApplicationProtocol();
        return chosen == null ? "" : chosen;
    }

    /**
     * How many bytes are certainly missing until there is a complete record; 0 if there is one, or the engine should look at it.
     *
     * @param net received bytes
     */
    static int missing(ByteBuffer net) {
        int available = net.remaining();
        if (available == 0) {
            return RECORD_HEADER;
        }
        byte type = net.get(net.position());
        if (type < CHANGE_CIPHER_SPEC || type > APPLICATION_DATA) {
            return 0;
        }
        if (available < RECORD_HEADER) {
            return RECORD_HEADER - available;
        }
        int length = Short.toUnsignedInt(net.getShort(net.position() + 3)) + RECORD_HEADER;
        return length > LARGEST_RECORD ? 0 : Math.max(0, length - available);
    }
}
