package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The body of a message that comes in, read as it comes: what is not read stays with the peer, once the buffers in between are full. Can be
 * read once, by one task at a time. Bodies in the coding gzip are decoded on the way, and the limits apply to what comes out.
 */
public final class Body {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BodySource source;
    private final Headers headers;
    private final int maxParts;
    private final long declared;
    private long limit;
    private long taken;
    private ByteBuffer part = NOTHING;
    private @Nullable HttpProtocolException failure;

    Body(BodySource source, Headers headers, long limit, int maxParts) {
        this.source = source;
        this.headers = headers;
        this.limit = limit;
        this.maxParts = maxParts;
        declared = source.remaining();
    }

    /**
     * With another limit for the whole of it, in bytes; to be set before anything is read.
     *
     * @param bytes the limit; {@link Long#MAX_VALUE} for none
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Body limit(long bytes) {
        if (bytes < 0) {
            throw new IllegalArgumentException("a limit is not negative, got " + bytes);
        }
        limit = bytes;
        return this;
    }

    /** {@return how many bytes the peer has announced, before any decoding; -1 if it has not} */
    public long length() {
        return declared;
    }

    // ---- reading

    /**
     * Reads what is there, at most {@code n} bytes; waits if there is nothing.
     *
     * @param n how many bytes at most
     * @return at least one byte; none at the end, or if {@code n} is 0
     * @throws HttpProtocolException if the body is malformed, ends too early or is longer than the limit
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if {@code n} is negative
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] read(int n) throws IOException {
        if (n < 0) {
            throw new IllegalArgumentException("cannot read a negative number of bytes, got " + n);
        }
        if (n == 0 || !fill()) {
            return new byte[0];
        }
        var bytes = new byte[Math.min(n, part.remaining())];
        part.get(bytes);
        return bytes;
    }

    /**
     * As {@link #read}, into a buffer, whose position moves.
     *
     * @param target where to put the bytes
     * @return how many were read; 0 at the end, or if the buffer has no room
     * @throws IOException as {@link #read} throws it
     */
    @Suspends
    public int readInto(ByteBuffer target) throws IOException {
        if (!target.hasRemaining() || !fill()) {
            return 0;
        }
        int length = Math.min(target.remaining(), part.remaining());
        target.put(part.slice(part.position(), length));
        part.position(part.position() + length);
        return length;
    }

    /**
     * Reads all of it.
     *
     * @return what was left
     * @throws IOException as {@link #read} throws it
     */
    @Suspends
    public byte[] readAll() throws IOException {
        var all = new ByteArrayOutputStream(declared > 0 ? (int) Math.min(declared, 64 * 1024) : 32);
        while (fill()) {
            all.write(part.array(), part.arrayOffset() + part.position(), part.remaining());
            part = NOTHING;
        }
        return all.toByteArray();
    }

    /**
     * Reads all of it as text, in the charset that {@code Content-Type} names, or UTF-8.
     *
     * @return the text
     * @throws HttpProtocolException if the bytes are no text in that charset, or the charset is unknown; and as {@link #read} throws it
     * @throws IOException if the connection is broken
     */
    @Suspends
    public String text() throws IOException {
        Charset charset;
        try {
            charset = ContentType.charset(headers.get("Content-Type"));
        } catch (IllegalArgumentException e) {
            throw failed(new HttpProtocolException(415, "the charset of the body is unknown"));
        }
        byte[] bytes = readAll();
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw failed(new HttpProtocolException(400, "the body is not valid " + charset));
        }
    }

    /**
     * Reads all of it as the fields of a form: {@code application/x-www-form-urlencoded}.
     *
     * @return the fields
     * @throws HttpStatusException 415 if it is of another type, 400 if a field is not encoded correctly, 413 if there are too many
     * @throws IOException as {@link #read} throws it
     */
    @Suspends
    public Parameters form() throws IOException {
        if (!ContentType.is(headers.get("Content-Type"), "application/x-www-form-urlencoded")) {
            throw new HttpStatusException(415, "a form is expected: application/x-www-form-urlencoded");
        }
        String text = new String(readAll(), StandardCharsets.ISO_8859_1);
        return Parameters.parse(text, maxParts);
    }

    /**
     * Reads it as the parts of a form: {@code multipart/form-data}.
     *
     * @return the parts, which come as they are asked for
     * @throws HttpStatusException 415 if it is of another type, 400 if the type names no boundary
     */
    public Multipart multipart() {
        return new Multipart(this, Multipart.boundary(headers.get("Content-Type")), maxParts);
    }

    /**
     * A view for libraries that read streams. Its reads suspend the task; it is not for other threads. Closing it reads nothing.
     *
     * @return the view
     */
    public InputStream inputStream() {
        return new InputStream() {
            @Override
            @Suspends
            public int read() throws IOException {
                return fill() ? part.get() & 0xff : -1;
            }

            @Override
            @Suspends
            public int read(byte[] target, int offset, int length) throws IOException {
                Objects.checkFromIndexSize(offset, length, target.length);
                if (length == 0) {
                    return 0;
                }
                int count = readInto(ByteBuffer.wrap(target, offset, length));
                return count == 0 ? -1 : count;
            }

            @Override
            public int available() {
                return part.remaining();
            }
        };
    }

    /**
     * The fields that came after a chunked body.
     *
     * @return the fields; none before the end has been read
     */
    public Headers trailers() {
        return source.trailers();
    }

    // ---- for the connection

    /** Whether nothing is left to read. */
    boolean isDone() {
        return !part.hasRemaining() && source.isDone();
    }

    /** What was wrong with it: the connection is of no use then. */
    @Nullable
    HttpProtocolException failure() {
        return failure;
    }

    /** Nobody reads it any more. */
    void close() {
        source.close();
    }

    /** Makes sure that there is a byte to read; false at the end. */
    @Suspends
    private boolean fill() throws IOException {
        if (failure != null) {
            throw failure;
        }
        if (part.hasRemaining()) {
            return true;
        }
        try {
            if (source.remaining() > limit - taken) {
                throw tooLong();
            }
            part = source.next();
            taken += part.remaining();
            if (taken > limit) {
                part = NOTHING;
                throw tooLong();
            }
        } catch (HttpProtocolException e) {
            throw failed(e);
        }
        return part.hasRemaining();
    }

    private HttpProtocolException failed(HttpProtocolException e) {
        failure = e;
        return e;
    }

    private HttpProtocolException tooLong() {
        return new HttpProtocolException(413, "the body is longer than " + limit + " bytes");
    }

    @Override
    public String toString() {
        return "Body[" + taken + " bytes read" + (declared >= 0 ? " of " + declared : "") + (isDone() ? ", done" : "")
                + "]";
    }
}
