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

    /**
     * So many records in a row may bring no application data: empty ones, warnings, tickets, changes of keys. The same number as OpenSSL's. A
     * peer that sends nothing else has this side compute for nothing.
     */
    static final int MOST_IDLE_RECORDS = 32;

    /** So many records a handshake may have, since there all are of that kind: an honest one has ten, or some more with long chains. */
    static final int MOST_HANDSHAKE_RECORDS = 1024;

    private static final int RECORD_HEADER = 5;
    private static final int LARGEST_RECORD = 32 * 1024;
    private static final int CHANGE_CIPHER_SPEC = 20;
    private static final int HANDSHAKE = 22;
    private static final int APPLICATION_DATA = 23;

    /** The beginning of a record that is too large for any engine, in any state: it answers with a fatal alert, unexpected_message. */
    private static final byte[] IMPOSSIBLE = {HANDSHAKE, 3, 3, -1, -1};

    private static final ByteBuffer[] NOTHING = {ByteBuffer.allocate(0)};

    private final SSLEngine engine;
    private HandshakeStatus status = HandshakeStatus.NOT_HANDSHAKING;
    private boolean handshakeDone;

    /** Of a server: whether the client's first message is not complete yet. */
    private boolean awaitingHello;

    private int helloBytes;

    /** How many records have come since the last application data, of either side. */
    private int idleRecords;

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
        if (handshakeDone && !engine.getUseClientMode() && net.hasRemaining() && net.get(before) == HANDSHAKE) {
            // TLS 1.2 only. Hardly any work for the client, and much for this side.
            throw refused("the client wants a second handshake, which is not allowed");
        }
        SSLEngineResult result;
        try {
            result = engine.unwrap(net, app);
        } catch (SSLException e) {
            status = engine.getHandshakeStatus();
            throw handshakeDone || net.position() != before ? e : withFirstBytes(e, net);
        }
        int consumed = result.bytesConsumed();
        if (result.bytesProduced() > 0) {
            idleRecords = 0;
        } else if (consumed > 0 && result.getStatus() == SSLEngineResult.Status.OK) {
            countIdle();
        }
        note(result);
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
            throw refused("the client's first message has more than " + LARGEST_CLIENT_HELLO + " bytes");
        }
    }

    private void countIdle() throws SSLException {
        int most = handshakeDone ? MOST_IDLE_RECORDS : MOST_HANDSHAKE_RECORDS;
        if (++idleRecords > most) {
            throw refused("more than " + most + " records in a row came without any application data");
        }
    }

    /**
     * Has the engine give up what it would go on with. There is no method for that: it takes a record it cannot go on with.
     *
     * @return what to throw
     */
    SSLException refused(String why) {
        var failure = new SSLException(why);
        try {
            engine.unwrap(ByteBuffer.wrap(IMPOSSIBLE), NOTHING[0]);
        } catch (SSLException expected) {
            status = engine.getHandshakeStatus(); // it has an alert to send now
        }
        return failure;
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
        if (result.bytesConsumed() > 0) {
            idleRecords = 0; // whoever sends much may well hear of nothing but new keys
        }
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
            if (!handshakeDone) { // else it was a change of keys
                handshakeDone = true;
                idleRecords = 0;
            }
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
