package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpGenerator;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.util.BufferUtil;
import org.jspecify.annotations.Nullable;

/**
 * Turns the messages of one connection into bytes, by jetty-http's generator, which frames the bodies: by the length if that is known with the
 * first piece, else in chunks, or up to the end of the connection where HTTP/1.0 leaves no other way.
 */
public final class MessageWriter {
    private static final int HEAD_BUFFER = 2 * 1024;
    private static final int MOST_HEAD = 128 * 1024;
    private static final int CHUNK_HEAD_BUFFER = 64;

    /** Takes bytes to send, before it returns. */
    @FunctionalInterface
    public interface Sink {
        void write(List<ByteBuffer> pieces);
    }

    private final HttpGenerator generator = new HttpGenerator();
    private final FieldCache cache;
    private final Sink sink;
    private ByteBuffer headBuffer = BufferUtil.EMPTY_BUFFER;
    private @Nullable MetaData head;
    private boolean isHeadResponse;

    public MessageWriter(FieldCache cache, Sink sink) {
        this.cache = cache;
        this.sink = sink;
        generator.setMaxHeaderBytes(MOST_HEAD);
    }

    /**
     * Begins a response. Nothing is sent before the first piece.
     *
     * @param status its status
     * @param headers its fields
     * @param http10 whether the request was HTTP/1.0
     * @param toHead whether the request was HEAD: then no content is sent
     * @param persistent whether the connection may stay open
     */
    public void startResponse(int status, Headers headers, boolean http10, boolean toHead, boolean persistent) {
        start(persistent);
        isHeadResponse = toHead;
        head = new MetaData.Response(
                status, null, http10 ? HttpVersion.HTTP_1_0 : HttpVersion.HTTP_1_1, fields(headers));
    }

    /**
     * Begins a request. Nothing is sent before the first piece.
     *
     * @param method its method
     * @param target its target
     * @param headers its fields
     * @param persistent whether the connection may stay open
     */
    public void startRequest(String method, String target, Headers headers, boolean persistent) {
        start(persistent);
        isHeadResponse = false;
        head = new MetaData.Request(method, HttpURI.from(target), HttpVersion.HTTP_1_1, fields(headers));
    }

    private void start(boolean persistent) {
        generator.reset();
        generator.setPersistent(persistent);
    }

    private HttpFields fields(Headers headers) {
        HttpFields.Mutable fields = HttpFields.build(headers.size());
        for (Map.Entry<String, String> field : headers) {
            fields.add(cache.field(field.getKey(), field.getValue()));
        }
        return fields;
    }

    /**
     * Sends a piece of the content, with the head before the first one and the end after the last.
     *
     * @param content the piece, may be empty
     * @param last whether it is the last one
     */
    public void write(ByteBuffer content, boolean last) throws IOException {
        MetaData message = Objects.requireNonNull(head, "no message was begun");
        ByteBuffer header = null;
        ByteBuffer chunk = null;
        while (true) {
            HttpGenerator.Result result = message instanceof MetaData.Request request
                    ? generator.generateRequest(request, header, chunk, content, last)
                    : generator.generateResponse(
                            (MetaData.Response) message, isHeadResponse, header, chunk, content, last);
            switch (result) {
                case NEED_HEADER -> header = headBuffer(HEAD_BUFFER);
                case HEADER_OVERFLOW -> {
                    if (headBuffer.capacity() >= MOST_HEAD) {
                        throw new IllegalStateException("the head of a message has more than " + MOST_HEAD + " bytes");
                    }
                    header = headBuffer(4 * headBuffer.capacity());
                }
                case NEED_CHUNK, NEED_CHUNK_TRAILER -> chunk = BufferUtil.allocate(CHUNK_HEAD_BUFFER);
                case FLUSH -> flush(header, chunk, content);
                case CONTINUE -> {}
                case SHUTDOWN_OUT, DONE -> {
                    if (last && headBuffer.capacity() > HEAD_BUFFER) {
                        headBuffer = BufferUtil.EMPTY_BUFFER;
                    }
                    return;
                }
                case NEED_INFO -> throw new AssertionError(generator);
            }
        }
    }

    private ByteBuffer headBuffer(int capacity) {
        if (headBuffer.capacity() < capacity) {
            headBuffer = BufferUtil.allocate(capacity);
        }
        BufferUtil.clear(headBuffer);
        return headBuffer;
    }

    private void flush(@Nullable ByteBuffer header, @Nullable ByteBuffer chunk, ByteBuffer content) {
        var pieces = new ArrayList<ByteBuffer>(3);
        if (header != null && header.hasRemaining()) {
            pieces.add(header);
        }
        if (chunk != null && chunk.hasRemaining()) {
            pieces.add(chunk);
        }
        if (content.hasRemaining() && !isHeadResponse) {
            pieces.add(content);
        }
        if (!pieces.isEmpty()) {
            sink.write(pieces);
        }
        // What the generator hands over it takes as sent only if it is empty.
        BufferUtil.clear(header);
        BufferUtil.clear(chunk);
        content.position(content.limit());
    }

    /** Whether the connection may stay open after this message; meaningful once its head is sent. */
    public boolean isPersistent() {
        return generator.isPersistent();
    }

    /** Whether the head is sent: it cannot be another any more. */
    public boolean isCommitted() {
        return generator.isCommitted();
    }

    /** Whether the body of this message is in chunks; meaningful once its head is sent. */
    public boolean isChunked() {
        return generator.isChunking();
    }
}
