package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;
import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * A body in chunks: RFC 9112, section 7.1, without white space around sizes and without bare line ends.
 *
 * <p>States: SIZE, and EXTENSION if a semicolon comes, up to CR; SIZE_LF; then DATA, DATA_CR, DATA_LF and SIZE again, or after the chunk of
 * size 0 TRAILER lines up to the empty one.
 */
final class ChunkedDecoder implements BodyDecoder {
    /** More digits could not be a length that fits 63 bits. */
    private static final int MOST_DIGITS = 16;

    /** What peers may send in extensions, for all of the body, beyond 16 bytes a chunk: or one could send megabytes around one byte each. */
    private static final int EXTENSION_ALLOWANCE = 16 * 1024;

    /** Fields that change what the head said: RFC 9110, section 6.5.1. */
    private static final Set<String> NEVER_TRAILERS = Set.of(
            "content-length",
            "transfer-encoding",
            "host",
            "connection",
            "content-encoding",
            "content-type",
            "content-range",
            "trailer",
            "te",
            "upgrade",
            "expect",
            "authorization",
            "cookie",
            "set-cookie");

    private enum State {
        SIZE,
        EXTENSION,
        SIZE_LF,
        DATA,
        DATA_CR,
        DATA_LF,
        TRAILER,
        DONE
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final HttpLimits limits;
    private final Headers trailers = new Headers();
    private State state = State.SIZE;
    private long size;
    private int digits;
    private int lineBytes;
    private byte previous;
    private long extensionBytes;

    /** The trailer line that is coming. */
    private byte[] line = new byte[0];

    private int trailerBytes;

    ChunkedDecoder(HttpLimits limits) {
        this.limits = limits;
    }

    @Override
    public ByteBuffer decode(ByteBuffer in) throws HttpProtocolException {
        while (in.hasRemaining() && state != State.DONE) {
            if (state == State.DATA) {
                int length = (int) Math.min(in.remaining(), size);
                ByteBuffer part = in.slice(in.position(), length);
                in.position(in.position() + length);
                size -= length;
                if (size == 0) {
                    state = State.DATA_CR;
                }
                return part;
            }
            step(in.get());
        }
        return NOTHING;
    }

    private void step(byte b) throws HttpProtocolException {
        switch (state) {
            case SIZE -> {
                countLineByte();
                int digit = Character.digit(b, 16);
                if (digit >= 0) {
                    if (++digits > MOST_DIGITS || size > Long.MAX_VALUE >> 4) {
                        throw bad("a chunk's size is too large");
                    }
                    size = (size << 4) | digit;
                } else if (digits == 0 || (b != '\r' && b != ';')) {
                    throw bad("a chunk's size is not a hexadecimal number");
                } else {
                    state = b == ';' ? State.EXTENSION : State.SIZE_LF;
                    previous = b;
                }
            }
            case EXTENSION -> {
                countLineByte();
                if (++extensionBytes > EXTENSION_ALLOWANCE) {
                    throw bad("the chunks' extensions are longer than " + EXTENSION_ALLOWANCE + " bytes");
                }
                if (b == '\r') {
                    if (previous == ';') {
                        throw bad("a chunk's extension is empty");
                    }
                    state = State.SIZE_LF;
                } else if ((b < ' ' && b != '\t') || b == 0x7f) {
                    throw bad("a chunk's extension has a character that is not visible ASCII");
                }
                previous = b;
            }
            case SIZE_LF -> {
                expect(b, '\n', "a chunk's size");
                state = size == 0 ? State.TRAILER : State.DATA;
                digits = 0;
                lineBytes = 0;
            }
            case DATA_CR -> {
                expect(b, '\r', "a chunk's data");
                state = State.DATA_LF;
            }
            case DATA_LF -> {
                expect(b, '\n', "a chunk's data");
                state = State.SIZE;
            }
            case TRAILER -> trailerByte(b);
            case DATA, DONE -> throw new AssertionError(state);
        }
    }

    private void countLineByte() throws HttpProtocolException {
        if (++lineBytes > limits.chunkLineBytes() + 1) { // with its CR
            throw bad("a chunk's first line is longer than " + limits.chunkLineBytes() + " bytes");
        }
    }

    private static void expect(byte b, char wanted, String after) throws HttpProtocolException {
        if (b != wanted) {
            throw bad(after + " is not followed by CR and LF");
        }
    }

    private void trailerByte(byte b) throws HttpProtocolException {
        if (++trailerBytes > limits.trailerBytes() + 2) { // with the empty line
            throw new HttpProtocolException(431, "the trailers have more than " + limits.trailerBytes() + " bytes");
        }
        if (line.length == 0) {
            line = new byte[limits.trailerBytes() + 2];
        }
        boolean afterCr = lineBytes > 0 && line[lineBytes - 1] == '\r';
        if (b == '\n' ? !afterCr : afterCr) {
            throw bad("a trailer's line does not end with CR and LF");
        }
        if (b != '\n') {
            line[lineBytes++] = b;
            return;
        }
        int end = lineBytes - 1;
        lineBytes = 0;
        if (end == 0) {
            state = State.DONE;
            return;
        }
        FieldLine.check(line, 0, end);
        addTrailer(new String(line, 0, end, StandardCharsets.ISO_8859_1));
    }

    private void addTrailer(String field) throws HttpProtocolException {
        int colon = field.indexOf(':');
        String name = field.substring(0, colon);
        if (NEVER_TRAILERS.contains(name.toLowerCase(Locale.ROOT))) {
            throw bad(name + " cannot come after the body");
        }
        if (trailers.size() == limits.fields()) {
            throw new HttpProtocolException(431, "more than " + limits.fields() + " trailers");
        }
        trailers.add(name, field.substring(colon + 1));
    }

    private static HttpProtocolException bad(String message) {
        return new HttpProtocolException(400, message);
    }

    @Override
    public boolean isDone() {
        return state == State.DONE;
    }

    @Override
    public Headers trailers() {
        return trailers;
    }
}
