package dev.weft.io.websocket;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Event;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.TimerHandle;
import dev.weft.io.ExtraInfo;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.http.Request;
import dev.weft.io.http.Response;
import dev.weft.io.internal.websocket.Agreement;
import dev.weft.io.internal.websocket.Incoming;
import dev.weft.io.internal.websocket.MessageReader;
import dev.weft.io.internal.websocket.MessageWriter;
import dev.weft.io.internal.websocket.Role;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket, as either side has it: RFC 6455.
 *
 * <pre>{@code
 * try (var socket = WebSocket.connect("ws://localhost:8765/chat")) {
 *     socket.send("hello");
 *     for (var message : socket) {
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>One task at a time receives; any number send, and their messages never mix. A task of its own reads from the connection: it answers pings
 * and notices the end also while nobody receives, and stops reading while 64 KiB of messages wait. Confined to its loop. Has the shape of
 * Python's {@code websockets} and Tornado's {@code websocket_connect}.
 *
 * <p>The end, {@link #closeCode()}, is one of these:
 *
 * <pre>
 * closed here, or by the peer: close frames both ways, then the connection ends; the peer's code (1005: none).
 *   The peer's close frame is answered when what came before it was received and more is asked for, or a second later
 * the peer violates the protocol, or a limit: a close frame tells it, then the connection ends; 1006
 * the connection breaks, or a time limit passes: it is cut off; 1006
 * </pre>
 */
public final class WebSocket implements Iterable<Message>, AutoCloseable {
    private static final int READ_BYTES = 64 * 1024;

    /** How long the answer to the peer's close frame waits for a task that has received a message and not come back. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(1);

    /** How long the peer gets to take the close frame that tells of its violation, where one direction cannot be ended alone. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final EventLoop loop;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final Role role;
    private final Agreement agreement;
    private final Duration closeTimeout;
    private final MessageReader incoming;
    private final Inbox inbox;
    private final Outbox outbox;
    private final Pings pings;
    private final @Nullable KeepAlive keepAlive;
    private final Event over = new Event();

    private int pingCount;
    private @Nullable TimerHandle deadline;

    /** Why this side cut the connection off. */
    private @Nullable IOException cutOff;

    /** What this side closed with, if it was the first to close; else 0. */
    private int closedHere;

    /** How it ended, 0 before. */
    private int closeCode;

    private String closeReason = "";
    private @Nullable Throwable failure;

    private WebSocket(
            StreamReader reader, StreamWriter writer, Role role, Agreement agreement, WebSocketOptions options) {
        loop = Asyncio.getRunningLoop();
        this.reader = reader;
        this.writer = writer;
        this.role = role;
        this.agreement = agreement;
        closeTimeout = options.closeTimeout();
        incoming = new MessageReader(role, agreement.deflate(), options.maxMessageSize(), options.maxFrameSize());
        inbox = new Inbox(loop);
        outbox = new Outbox(writer, new MessageWriter(role, agreement.deflate()), this::closed);
        pings = new Pings(loop);
        keepAlive = options.pingInterval()
                .map(interval -> new KeepAlive(
                        loop, interval, options.pingTimeout(), inbox::isHeldUp, this::pingSilentPeer, this::peerIsDead))
                .orElse(null);
        writer.transport().setWriteBufferLimits(options.sendBuffer());
    }

    /** A WebSocket over a connection on which the opening handshake is done. */
    static WebSocket over(
            StreamReader reader, StreamWriter writer, Role role, Agreement agreement, WebSocketOptions options) {
        var socket = new WebSocket(reader, writer, role, agreement, options);
        if (socket.keepAlive != null) {
            socket.keepAlive.start();
        }
        socket.loop.createTask(socket::run, "websocket-reader");
        return socket;
    }

    // ---- opening

    /**
     * Connects to a server. Mirrors {@code tornado.websocket.websocket_connect}.
     *
     * @param uri where to, such as {@code ws://localhost:8765/chat} or {@code wss://example.org/feed}
     * @return the open WebSocket
     * @throws WebSocketHandshakeException if the server does not answer as it has to, or not in time; redirects are not followed
     * @throws IOException if the server cannot be connected to
     * @throws IllegalArgumentException if the URI is none of a WebSocket
     * @throws CancelledError if the task is cancelled meanwhile; the connection is closed then
     */
    @Suspends
    public static WebSocket connect(String uri) throws IOException {
        return connect(uri, WebSocketOptions.DEFAULT);
    }

    /**
     * As {@link #connect(String)}, with options.
     *
     * @param uri where to
     * @param options the options
     * @return the open WebSocket
     * @throws WebSocketHandshakeException if the server does not answer as it has to, or not in time; redirects are not followed
     * @throws IOException if the server cannot be connected to
     * @throws IllegalArgumentException if the URI is none of a WebSocket
     * @throws CancelledError if the task is cancelled meanwhile; the connection is closed then
     */
    @Suspends
    public static WebSocket connect(String uri, WebSocketOptions options) throws IOException {
        return ClientConnection.open(URI.create(uri), options);
    }

    /**
     * Answers the request with which a client opens a WebSocket, in a handler of an HTTP server:
     *
     * <pre>{@code
     * var router = new Router().get("/echo", request -> WebSocket.upgrade(request, socket -> {
     *     for (var message : socket) {
     *         socket.send(message);
     *     }
     * }));
     * }</pre>
     *
     * <p>Mirrors {@code tornado.websocket.WebSocketHandler}. A request that is none for a WebSocket is answered with 400, 405 or 426, one from a
     * page of a {@linkplain WebSocketOptions#origins foreign origin} with 403.
     *
     * @param request the request
     * @param handler serves the WebSocket once the answer is sent
     * @return the answer, for the handler of the request to return
     */
    public static Response upgrade(Request request, WebSocketHandler handler) {
        return upgrade(request, WebSocketOptions.DEFAULT, handler);
    }

    /**
     * As {@link #upgrade(Request, WebSocketHandler)}, with options.
     *
     * @param request the request
     * @param options the options
     * @param handler serves the WebSocket once the answer is sent
     * @return the answer, for the handler of the request to return
     */
    public static Response upgrade(Request request, WebSocketOptions options, WebSocketHandler handler) {
        Objects.requireNonNull(handler, "handler");
        return ServerUpgrade.answer(request, options, handler);
    }

    // ---- receiving

    /**
     * Receives the next message; waits if there is none. What came before the end is still received after it.
     *
     * @return the message
     * @throws WebSocketClosedException if the WebSocket is closed, by whomever, and there are no more messages
     * @throws IllegalStateException if another task is receiving
     * @throws CancelledError if the task is cancelled meanwhile; no message is lost
     */
    @Suspends
    public Message receive() throws WebSocketClosedException {
        loop.checkThread();
        Message message = inbox.take();
        if (message == null) {
            throw closed(null);
        }
        return message;
    }

    /**
     * The messages, as {@link #receive} gives them, to a {@linkplain WebSocketClosedException#isNormal normal} end. Its iterator suspends,
     * and throws {@link UncheckedIOException} with the {@link WebSocketClosedException} at another one.
     *
     * @return the messages that are to come
     */
    @Override
    public Iterator<Message> iterator() {
        return new Messages();
    }

    private final class Messages implements Iterator<Message> {
        private @Nullable Message next;

        @Override
        @Suspends
        public boolean hasNext() {
            if (next == null) {
                try {
                    next = receive();
                } catch (WebSocketClosedException e) {
                    if (!e.isNormal()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
            return next != null;
        }

        @Override
        @Suspends
        public Message next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the WebSocket is closed");
            }
            Message message = Objects.requireNonNull(next);
            next = null;
            return message;
        }
    }

    // ---- sending

    /**
     * Sends a message of text. Waits while others send, and then until no more waits to be sent than
     * {@linkplain WebSocketOptions#sendBuffer allowed}.
     *
     * @param text the text
     * @throws WebSocketClosedException if the WebSocket is closed, or breaks meanwhile
     * @throws IllegalArgumentException if half of a surrogate pair stands alone in it
     * @throws CancelledError if the task is cancelled meanwhile: the message has been sent as a whole, or nothing of it
     */
    @Suspends
    public void send(String text) throws WebSocketClosedException {
        loop.checkThread();
        outbox.send(true, Utf8.encode(text));
    }

    /**
     * As {@link #send(String)}, for bytes.
     *
     * @param data the bytes; the array may be reused afterwards
     * @throws WebSocketClosedException if the WebSocket is closed, or breaks meanwhile
     * @throws CancelledError if the task is cancelled meanwhile: the message has been sent as a whole, or nothing of it
     */
    @Suspends
    public void send(byte[] data) throws WebSocketClosedException {
        loop.checkThread();
        outbox.send(false, data);
    }

    /**
     * As {@link #send(byte[])}.
     *
     * @param data the bytes, all of which are taken
     * @throws WebSocketClosedException if the WebSocket is closed, or breaks meanwhile
     * @throws CancelledError if the task is cancelled meanwhile: the message has been sent as a whole, or nothing of it
     */
    @Suspends
    public void send(ByteBuffer data) throws WebSocketClosedException {
        var bytes = new byte[data.remaining()];
        data.get(bytes);
        send(bytes);
    }

    /**
     * As {@link #send(String)} or {@link #send(byte[])}.
     *
     * @param message the message, such as one that was received
     * @throws WebSocketClosedException if the WebSocket is closed, or breaks meanwhile
     * @throws IllegalArgumentException if it is text in which half of a surrogate pair stands alone
     * @throws CancelledError if the task is cancelled meanwhile: the message has been sent as a whole, or nothing of it
     */
    @Suspends
    public void send(Message message) throws WebSocketClosedException {
        switch (message) {
            case Message.Text text -> send(text.text());
            case Message.Binary binary -> send(binary.data());
        }
    }

    /** Sends without waiting, for a {@link Broadcast}, which sees to it that not too much waits; false if it is closed. */
    boolean sendNow(boolean text, byte[] payload) {
        return outbox.sendNow(text, payload);
    }

    /** Waits until no more waits to be sent than allowed. */
    @Suspends
    void drain() throws WebSocketClosedException {
        outbox.drain();
    }

    /** {@return how many bytes wait to be sent, because the peer, or the network, does not take them} */
    public int bufferedBytes() {
        return outbox.buffered();
    }

    /**
     * Pings the peer, and waits for its pong. Does not wait for those who send.
     *
     * @return how long it took
     * @throws WebSocketClosedException if the WebSocket is closed, also before the pong comes
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public Duration ping() throws WebSocketClosedException {
        return ping(("weft-ping-" + ++pingCount).getBytes(StandardCharsets.ISO_8859_1));
    }

    /**
     * As {@link #ping()}, with a payload, which the pong repeats.
     *
     * @param payload at most 125 bytes
     * @return how long it took
     * @throws WebSocketClosedException if the WebSocket is closed, also before the pong comes
     * @throws IllegalArgumentException if the payload is longer
     * @throws CancelledError if the task is cancelled meanwhile
     */
    @Suspends
    public Duration ping(byte[] payload) throws WebSocketClosedException {
        loop.checkThread();
        if (payload.length > 125) {
            throw new IllegalArgumentException("a ping has at most 125 bytes, got " + payload.length);
        }
        outbox.checkOpen();
        if (closeCode != 0) {
            throw closed(null);
        }
        long sent = loop.time();
        outbox.ping(payload);
        if (!pings.await(payload.clone())) {
            throw closed(null);
        }
        return Duration.ofNanos(loop.time() - sent);
    }

    // ---- closing

    /**
     * As {@link #close(int, String)}, with code 1000.
     *
     * @throws CancelledError if the task is cancelled meanwhile; the WebSocket closes all the same
     */
    @Override
    @Suspends
    public void close() {
        close(CloseCode.NORMAL, "");
    }

    /**
     * Performs the closing handshake, and waits until the connection has ended; the peer has a
     * {@linkplain WebSocketOptions#closeTimeout time limit}, after which it is cut off. Messages that come meanwhile are dropped; those that
     * have come can still be received. When the WebSocket is closed already, by whomever, only waits for the end.
     *
     * @param code 1000, 1001, 1002, 1003, 1007 to 1014, or 3000 to 4999
     * @param reason at most 123 bytes of UTF-8
     * @throws IllegalArgumentException if the code or the reason cannot be sent
     * @throws CancelledError if the task is cancelled meanwhile; the WebSocket closes all the same
     */
    @Suspends
    public void close(int code, String reason) {
        startClose(code, reason);
        over.await();
    }

    /** Begins to close, without waiting. */
    void startClose(int code, String reason) {
        loop.checkThread();
        if (!CloseCode.maySend(code)) {
            throw new IllegalArgumentException(
                    "not a close code to be sent: " + code + "; use 1000 to 1003, 1007 to 1014, or 3000 to 4999");
        }
        int length = Utf8.encode(reason).length;
        if (length > 123) {
            throw new IllegalArgumentException("the reason of closing has at most 123 bytes, got " + length);
        }
        if (closeCode != 0) {
            inbox.abandon();
        } else if (outbox.close(code, reason)) {
            closedHere = code;
            armDeadline();
            if (keepAlive != null) {
                keepAlive.stop(); // the deadline stands for it
            }
            inbox.end();
        }
    }

    /** Ends the connection at once, without a closing handshake. Does not suspend. The peer sees code 1006, and so does this side. */
    public void abort() {
        loop.checkThread();
        cutOff(new IOException("aborted here"));
    }

    private void armDeadline() {
        if (deadline == null && !over.isSet()) {
            deadline = loop.callLater(
                    closeTimeout,
                    () -> cutOff(new IOException("the peer did not close within " + closeTimeout.toMillis() + " ms")));
        }
    }

    private void cutOff(IOException why) {
        if (cutOff == null) {
            cutOff = why;
        }
        inbox.end(); // the task that reads may be waiting there
        inbox.abandon();
        writer.transport().abort();
    }

    private void pingSilentPeer() {
        outbox.ping(("weft-alive-" + ++pingCount).getBytes(StandardCharsets.ISO_8859_1));
    }

    private void peerIsDead() {
        outbox.close(CloseCode.INTERNAL_ERROR, "no answer to a ping");
        cutOff(new IOException("no answer to a keep-alive ping"));
    }

    // ---- the task that reads

    @Suspends
    private void run() {
        try {
            try {
                Incoming.Close close = handleUntilClose();
                ended(close.code(), close.reason(), null);
                armDeadline();
                if (!outbox.isClosed()) {
                    inbox.awaitReceived(ANSWER_LIMIT); // what came before the close frame may be answered
                    outbox.close(close.code(), "");
                }
                if (role == Role.CLIENT) {
                    skipToEnd(); // the server ends the connection: RFC 6455, section 7.1.1
                }
            } catch (WebSocketProtocolException e) {
                ended(CloseCode.ABNORMAL, "", e);
                outbox.close(e.code(), String.valueOf(e.getMessage()));
                armDeadline();
                letPeerSeeClose();
            }
            writer.close();
            writer.waitClosed();
        } catch (IOException e) {
            ended(CloseCode.ABNORMAL, "", cutOff != null ? cutOff : e);
            cutOffNow();
        } catch (CancelledError e) {
            // The loop is about to end: there is no time for a handshake, but the peer can be told.
            outbox.close(CloseCode.GOING_AWAY, "");
            ended(CloseCode.ABNORMAL, "", e);
            throw e;
        } finally {
            ended(CloseCode.ABNORMAL, "", null);
            writer.transport().abort();
            if (deadline != null) {
                deadline.cancel();
            }
            outbox.end();
            incoming.close();
            over.set();
        }
    }

    /** Delivers what comes, until the peer closes. */
    @Suspends
    private Incoming.Close handleUntilClose() throws IOException {
        while (true) {
            byte[] bytes = reader.read(READ_BYTES);
            if (bytes.length == 0) {
                throw new EOFException("the connection ended");
            }
            heard();
            ByteBuffer in = ByteBuffer.wrap(bytes);
            boolean answered = false;
            for (Incoming next = incoming.next(in); next != null; next = incoming.next(in)) {
                switch (next) {
                    case Incoming.Data data -> {
                        inbox.add(data);
                        if (inbox.isFull()) {
                            inbox.awaitRoom();
                            heard(); // rather: could not have been heard
                        }
                    }
                    case Incoming.Ping ping -> {
                        outbox.pong(ping.payload());
                        answered = true;
                    }
                    case Incoming.Pong pong -> pings.answered(pong.payload());
                    case Incoming.Close close -> {
                        return close;
                    }
                }
            }
            if (answered) {
                writer.drain(); // who sends pings and takes no pongs is not listened to
            }
        }
    }

    /** Cuts the connection off, and waits the moment until it is closed. */
    @Suspends
    private void cutOffNow() {
        writer.transport().abort();
        try {
            writer.waitClosed();
        } catch (IOException e) {
            // Noted already: it is how the connection broke.
        }
    }

    private void heard() {
        if (keepAlive != null) {
            keepAlive.heard();
        }
    }

    /** Closed with bytes of the peer unread, the connection would be reset, and the peer not see the close frame. */
    @Suspends
    private void letPeerSeeClose() throws IOException {
        if (writer.canWriteEof()) {
            writer.writeEof();
            skipToEnd();
        } else {
            // The peer may wait for this side's end, which cannot be told without closing.
            Asyncio.moveOnAfter(LINGER, this::skipToEnd);
        }
    }

    @Suspends
    private void skipToEnd() throws IOException {
        while (reader.read(READ_BYTES).length > 0) {}
    }

    /** Notes how it ended: what is noted first stays. */
    private void ended(int code, String reason, @Nullable Throwable why) {
        if (closeCode != 0) {
            return;
        }
        closeCode = code;
        closeReason = reason;
        failure = why;
        if (keepAlive != null) {
            keepAlive.stop();
        }
        inbox.end();
        pings.end();
    }

    // ---- about it

    private WebSocketClosedException closed(@Nullable IOException cause) {
        if (closeCode != 0) {
            boolean normal = isNormal(closeCode) || (closedHere != 0 && closeCode != CloseCode.ABNORMAL);
            return new WebSocketClosedException(closeCode, closeReason, normal, failure);
        }
        if (closedHere != 0) {
            return new WebSocketClosedException(closedHere, "closed here", true, null);
        }
        return new WebSocketClosedException(CloseCode.ABNORMAL, "", false, cutOff != null ? cutOff : cause);
    }

    private static boolean isNormal(int code) {
        return code == CloseCode.NORMAL || code == CloseCode.GOING_AWAY || code == CloseCode.NO_STATUS;
    }

    /** {@return whether neither side has closed, and the connection is not known to be broken} */
    public boolean isOpen() {
        return closeCode == 0 && !outbox.isClosed();
    }

    /** {@return the code of the peer's close frame, 1005 if it had none, 1006 if the connection ended without it; empty before} */
    public OptionalInt closeCode() {
        return closeCode == 0 ? OptionalInt.empty() : OptionalInt.of(closeCode);
    }

    /** {@return the reason in the peer's close frame, empty for none} */
    public String closeReason() {
        return closeReason;
    }

    /** {@return the subprotocol that both sides agreed to, empty for none} */
    public String subprotocol() {
        return agreement.subprotocol();
    }

    /** {@return whether messages are compressed} */
    public boolean isCompressed() {
        return agreement.deflate() != null;
    }

    /**
     * What is known about the connection underneath.
     *
     * @param key what to ask for
     * @return its value, null if there is none
     * @param <T> the type of the value
     */
    public <T> @Nullable T getExtraInfo(ExtraInfo<T> key) {
        return writer.getExtraInfo(key);
    }

    @Override
    public String toString() {
        return "WebSocket[" + role + ", "
                + (closeCode != 0 ? "closed with " + closeCode : outbox.isClosed() ? "closing" : "open") + ", "
                + inbox.size() + " messages to receive, " + outbox.buffered() + " bytes to send]";
    }
}
