package dev.weft.io.http;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.Net;
import dev.weft.io.StreamWriter;
import dev.weft.io.internal.http1.FieldCache;
import dev.weft.io.internal.http1.MessageWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Sends the responses of one connection. */
final class ResponseSender {
    private static final int FILE_PIECE = 512 * 1024;
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final StreamWriter writer;
    private final Deadline deadline;
    private final Runnable cut;
    private final HttpServerOptions options;
    private final MessageWriter message;
    private long sent;

    /** What sends what answers requests that come together. */
    private final PipelinedOutput output;

    /** Whether what is being sent may wait for the answer to the next request. */
    private boolean mayWait;

    /**
     * Sends through a writer.
     *
     * @param more whether another request is there already
     * @param cut whom to have called when the peer takes nothing for too long: the deadline's mode
     */
    ResponseSender(
            EventLoop loop,
            StreamWriter writer,
            BooleanSupplier more,
            Deadline deadline,
            Runnable cut,
            HttpServerOptions options) {
        this.writer = writer;
        output = new PipelinedOutput(loop, writer);
        this.deadline = deadline;
        this.cut = cut;
        this.options = options;
        message = new MessageWriter(
                loop.attachment(FieldCache.class, ignored -> new FieldCache()),
                pieces -> output.write(pieces, mayWait && more.getAsBoolean()));
    }

    /**
     * Sends a response.
     *
     * @param request what it answers; null if that was not understood
     * @param persistent whether the connection may stay open
     * @return whether it does
     */
    @Suspends
    boolean send(@Nullable Request request, Response response, boolean persistent) throws Exception {
        Headers headers = checkedHeaders(response);
        boolean http10 = request != null && request.isHttp10();
        boolean toHead = request != null && request.method().equals("HEAD");
        sent = 0;
        Content content = ResponseCoding.apply(request, response, headers, options.gzipFrom());
        if (content instanceof Content.Produced && !http10 && !headers.contains("Content-Length")) {
            // Also where the connection is closed afterwards: so that the peer can tell the end from a break.
            headers.set("Transfer-Encoding", "chunked");
        }
        message.startResponse(response.status(), headers, http10, toHead, persistent);
        switch (content) {
            case Content.Bytes(byte[] bytes) -> {
                mayWait = persistent;
                try {
                    sendPiece(ByteBuffer.wrap(bytes), true, toHead);
                } finally {
                    mayWait = false;
                }
            }
            case Content.Produced(BodyProducer producer) -> {
                if (toHead) {
                    // How the body would have been framed is not known without producing it, and need not be said.
                    sendHeadOnly();
                } else {
                    produce(producer, declaredLength(headers));
                }
            }
            case Content.File file -> sendFile(file, toHead);
            case Content.Upgrade _ -> sendPiece(ByteBuffer.allocate(0), true, toHead);
        }
        return message.isPersistent();
    }

    /** Sends a response with its body at hand, and leaves the rest to the connection, which is about to be closed. */
    void sendWithoutWaiting(Response response) throws IOException {
        if (response.content() instanceof Content.Bytes(byte[] bytes)) {
            message.startResponse(response.status(), checkedHeaders(response), false, false, false);
            message.write(ByteBuffer.wrap(bytes), true);
        }
    }

    /** Sends 100: go on. */
    void sendContinue() {
        flush();
        writer.write(CONTINUE);
    }

    /** Sends what waits for the answer to the next request. Nothing does beyond the current entry of the loop. */
    void flush() {
        output.flush();
    }

    /** Whether the head of the last response is on its way: no other can be sent in its place. */
    boolean isCommitted() {
        return message.isCommitted();
    }

    /** How many bytes of content the last response had. */
    long sent() {
        return sent;
    }

    private static Headers checkedHeaders(Response response) {
        Headers headers = response.headers().copy();
        if (headers.contains("Transfer-Encoding")) {
            throw new IllegalStateException("a response set Transfer-Encoding, which is the server's affair");
        }
        int status = response.status();
        boolean cannotHaveBody = status == 204 || status == 304 || status == 205;
        boolean has = switch (response.content()) {
            case Content.Bytes(byte[] bytes) -> bytes.length > 0;
            case Content.Produced _, Content.File _ -> true;
            case Content.Upgrade _ -> false;
        };
        if (cannotHaveBody && has) {
            throw new IllegalStateException("a response with status " + status + " has no body, this one has");
        }
        if (!headers.contains("Date")) {
            headers.add("Date", HttpDate.now());
        }
        return headers;
    }

    private static long declaredLength(Headers headers) {
        List<String> lengths = headers.getAll("Content-Length");
        if (lengths.isEmpty()) {
            return -1;
        }
        try {
            long length = Long.parseLong(lengths.getFirst());
            if (length >= 0 && lengths.size() == 1) {
                return length;
            }
        } catch (NumberFormatException e) {
            // told below
        }
        throw new IllegalStateException("a response set Content-Length to something else than one number");
    }

    @Suspends
    private void sendHeadOnly() throws IOException {
        sendPiece(ByteBuffer.allocate(0), false, true);
        sendPiece(ByteBuffer.allocate(0), true, true);
    }

    @Suspends
    private void produce(BodyProducer producer, long length) throws Exception {
        var out = new BodyWriter((piece, last) -> {
            long total = sent + piece.remaining();
            if (length >= 0 && (total > length || (last && total < length))) {
                throw new IllegalStateException(
                        "a response announced %d bytes, and had %s".formatted(length, last ? total : "more"));
            }
            sendPiece(piece, last, false);
        });
        producer.produce(out);
        out.end();
    }

    @Suspends
    private void sendFile(Content.File file, boolean toHead) throws IOException {
        if (toHead) {
            sendHeadOnly();
            return;
        }
        try (FileChannel channel = OpenFile.open(file.path())) {
            sendPiece(ByteBuffer.allocate(0), false, false);
            while (sent < file.length()) {
                // A piece at a time, so that a peer that takes nothing shows.
                cut.run();
                deadline.set(options.writeTimeout());
                long count = Math.min(FILE_PIECE, file.length() - sent);
                long went = Net.sendFile(writer.transport(), channel, file.offset() + sent, count, true);
                deadline.clear();
                sent += went;
                if (went < count) {
                    throw new IOException("a file became shorter while it was sent: " + file.path());
                }
            }
        } finally {
            deadline.clear();
        }
        sendPiece(ByteBuffer.allocate(0), true, false);
    }

    @Suspends
    private void sendPiece(ByteBuffer piece, boolean last, boolean toHead) throws IOException {
        if (!toHead) {
            sent += piece.remaining();
        }
        message.write(piece, last);
        drain();
    }

    /** Waits while more than the high water mark is buffered, but not for ever. */
    @Suspends
    private void drain() throws IOException {
        if (writer.transport().getWriteBufferSize() == 0 && !writer.isClosing()) {
            return;
        }
        cut.run();
        deadline.set(options.writeTimeout());
        try {
            writer.drain();
        } finally {
            deadline.clear();
        }
    }
}
