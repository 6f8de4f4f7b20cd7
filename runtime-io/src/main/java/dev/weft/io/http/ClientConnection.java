package dev.weft.io.http;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.Task;
import dev.weft.io.StreamReader;
import dev.weft.io.StreamWriter;
import dev.weft.io.Streams;
import dev.weft.io.internal.http1.BodyDecoder;
import dev.weft.io.internal.http1.BodyFraming;
import dev.weft.io.internal.http1.FieldCache;
import dev.weft.io.internal.http1.HttpLimits;
import dev.weft.io.internal.http1.MessageReader;
import dev.weft.io.internal.http1.MessageWriter;
import dev.weft.io.internal.http1.ResponseHead;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a client. States: at rest in the pool; in use from {@link #send} until the response's body has ended, when it goes back; closed,
 * by whatever goes wrong in between.
 */
final class ClientConnection {
    /** More responses of status 1xx than these make no sense. */
    private static final int MOST_INTERIM = 20;

    /** A body up to this length is left to the connection's buffer. */
    private static final int AT_ONCE = 64 * 1024;

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** Where a connection goes that can be used again, and who hears of those that cannot. */
    interface Owner {
        void free(ClientConnection connection);

        void gone(ClientConnection connection);
    }

    private final EventLoop loop;
    private final Origin origin;
    private final StreamReader reader;
    private final StreamWriter writer;
    private final HttpClientOptions options;
    private final Owner owner;
    private final Input input;
    private final MessageReader messages = MessageReader.ofResponses(HttpLimits.DEFAULT);
    private final MessageWriter message;
    private final Deadline deadline;
    private @Nullable Task<?> sending;
    private boolean used;
    private boolean inUse;
    private boolean closed;
    private boolean anyByteCame;

    /** Counts the exchanges: a response whose exchange is over must not touch the next one. */
    private long exchange;

    /** When all of the exchange has to be over. */
    private long endAt = Long.MAX_VALUE;

    ClientConnection(EventLoop loop, Origin origin, Streams streams, HttpClientOptions options, Owner owner) {
        this.loop = loop;
        this.origin = origin;
        this.options = options;
        this.owner = owner;
        reader = streams.reader();
        writer = streams.writer();
        input = new Input(reader);
        message = new MessageWriter(loop.attachment(FieldCache.class, ignored -> new FieldCache()), this::write);
        deadline = new Deadline(loop, this::expired);
    }

    private void write(List<ByteBuffer> pieces) {
        writer.transport().writeLines(pieces);
    }

    Origin origin() {
        return origin;
    }

    /** Whether an earlier exchange went over it: then the server may have closed it meanwhile. */
    boolean isUsed() {
        return used;
    }

    /** Whether a byte of a response came in this exchange: then the server has seen the request. */
    boolean isAnswering() {
        return anyByteCame;
    }

    /** Whether it can be used again: nothing came that was not asked for, not even an end. */
    boolean isFresh() {
        return !closed
                && !writer.isClosing()
                && !reader.atEof()
                && reader.exception() == null
                && reader.buffered() == 0;
    }

    /** The exchange that is going on, or was the last one. */
    long exchange() {
        return exchange;
    }

    // ---- deadlines

    private void expired() {
        if (inUse) {
            fail(new SocketTimeoutException(
                    loop.time() >= endAt
                            ? "no complete response within " + options.totalTimeout() + " from " + origin
                            : "nothing came or went for " + options.stallTimeout() + ": " + origin));
        } else {
            close(); // idle for too long
        }
    }

    /** Whoever reads or writes gets this exception. */
    private void fail(IOException failure) {
        reader.setException(failure);
        writer.transport().abort();
    }

    private void expectProgress() {
        Duration left = Duration.ofNanos(Math.max(0, endAt - loop.time()));
        deadline.set(left.compareTo(options.stallTimeout()) < 0 ? left : options.stallTimeout());
    }

    // ---- an exchange

    /**
     * Sends a request and waits for the head of the response. If that fails, or the task is cancelled, the connection is closed.
     *
     * @param endTime when all of it has to be over
     */
    @Suspends
    ResponseHead send(ClientRequest request, Headers headers, long endTime) throws IOException {
        inUse = true;
        exchange++;
        anyByteCame = false;
        endAt = endTime;
        boolean done = false;
        try {
            switch (request.content()) {
                case Content.Bytes(byte[] bytes)
                when bytes.length > AT_ONCE -> headers.set("Content-Length", Integer.toString(bytes.length));
                case Content.Produced _
                when !headers.contains("Content-Length") -> headers.set("Transfer-Encoding", "chunked");
                default -> {}
            }
            message.startRequest(request.method(), request.target(), headers, !headers.lists("Connection", "close"));
            switch (request.content()) {
                case Content.Bytes(byte[] bytes)
                when bytes.length > AT_ONCE -> startSending(() -> produce(out -> writeInPieces(bytes, out)));
                case Content.Bytes(byte[] bytes) -> message.write(ByteBuffer.wrap(bytes), true);
                case Content.Produced(BodyProducer producer) -> startSending(() -> produce(producer));
                case Content.File _, Content.Upgrade _ -> throw new AssertionError(request);
            }
            ResponseHead head = awaitHead(request.method());
            done = true;
            return head;
        } finally {
            deadline.clear();
            used = true;
            if (!done) {
                close();
            }
        }
    }

    /** In a task of its own, so that an early answer is heard. */
    private void startSending(Action body) {
        Task<?> task = loop.createTask(body);
        sending = task;
        task.addDoneCallback(ended -> {
            Throwable failure = ended.cancelled() ? null : ended.exception();
            if (failure != null && !closed) {
                fail(failure instanceof IOException e ? e : new IOException("the request's body failed", failure));
            }
        });
    }

    /** So that it shows whether the server takes them. */
    @Suspends
    private static void writeInPieces(byte[] bytes, BodyWriter out) throws IOException {
        for (int at = 0; at < bytes.length; at += AT_ONCE) {
            out.write(bytes, at, Math.min(AT_ONCE, bytes.length - at));
        }
    }

    @Suspends
    private void produce(BodyProducer producer) throws Exception {
        var out = new BodyWriter((piece, last) -> {
            message.write(piece, last);
            expectProgress();
            writer.drain();
        });
        producer.produce(out);
        out.end();
    }

    @Suspends
    private ResponseHead awaitHead(String method) throws IOException {
        for (int interim = 0; interim <= MOST_INTERIM; ) {
            ResponseHead head = messages.takeResponse(input.bytes(), method);
            if (head == null) {
                expectProgress();
                if (!input.fill()) {
                    throw new HttpProtocolException(400, "the connection ended before the response: " + origin);
                }
                anyByteCame = true;
            } else if (head.status() >= 200 || head.status() == 101) {
                return head;
            } else {
                interim++;
            }
        }
        throw new HttpProtocolException(400, "more than " + MOST_INTERIM + " interim responses: " + origin);
    }

    /** The body of the response; at its end the connection is free again. */
    BodySource body(ResponseHead head) {
        boolean persistent = !(head.framing() instanceof BodyFraming.UntilClose)
                && (head.http10()
                        ? head.headers().lists("Connection", "keep-alive")
                        : !head.headers().lists("Connection", "close"));
        var source = new Source(BodyDecoder.of(head.framing(), HttpLimits.DEFAULT), persistent);
        if (source.isDone() && head.status() != 101) {
            source.ended = true;
            finished(persistent);
        }
        return source;
    }

    private final class Source implements BodySource {
        private final BodyDecoder decoder;
        private final boolean persistent;
        private final long own = exchange;
        private boolean ended;

        private Source(BodyDecoder decoder, boolean persistent) {
            this.decoder = decoder;
            this.persistent = persistent;
        }

        @Override
        @Suspends
        public ByteBuffer next() throws IOException {
            if (ended) {
                return NOTHING;
            }
            if (closed || exchange != own) {
                throw new IOException("the response was closed, or its connection lost: " + origin);
            }
            try {
                while (!decoder.isDone()) {
                    ByteBuffer part = decoder.decode(input.bytes());
                    if (part.hasRemaining()) {
                        return part;
                    }
                    if (!decoder.isDone()) {
                        expectProgress();
                        if (!input.fill()) {
                            decoder.end();
                        }
                    }
                }
            } catch (IOException | CancelledError e) {
                ClientConnection.this.close();
                throw e;
            } finally {
                deadline.clear();
            }
            ended = true;
            finished(persistent);
            return NOTHING;
        }

        @Override
        public boolean isDone() {
            return decoder.isDone();
        }

        @Override
        public long remaining() {
            return decoder.remaining();
        }

        @Override
        public Headers trailers() {
            return decoder.trailers();
        }
    }

    /** The response is complete. */
    private void finished(boolean persistent) {
        if (!inUse || closed) {
            return;
        }
        inUse = false;
        boolean sent = sending == null || sending.done();
        sending = null;
        if (persistent && sent && message.isPersistent() && !input.bytes().hasRemaining() && isFresh()) {
            deadline.set(options.idleTimeout());
            owner.free(this);
        } else {
            close();
        }
    }

    /** Nobody reads the response any more: if it is not complete, neither is the connection of use. */
    void abandon(long whose) {
        if (inUse && whose == exchange) {
            close();
        }
    }

    /** The connection is the caller's from now on. */
    Streams handOver(long whose) {
        if (closed || whose != exchange) {
            throw new IllegalStateException("the connection is closed, or was handed over");
        }
        closed = true;
        inUse = false;
        deadline.close();
        input.giveBack();
        owner.gone(this);
        return new Streams(reader, writer);
    }

    /** Closes it at once, and whatever is going on over it. */
    void close() {
        if (closed) {
            return;
        }
        closed = true;
        deadline.close();
        Task<?> unfinished = sending;
        if (unfinished != null && unfinished != Asyncio.currentTask()) {
            unfinished.cancel();
        }
        writer.transport().abort();
        owner.gone(this);
    }

    @Override
    public String toString() {
        return "ClientConnection[" + origin + (closed ? ", closed" : inUse ? ", in use" : ", idle") + "]";
    }
}
