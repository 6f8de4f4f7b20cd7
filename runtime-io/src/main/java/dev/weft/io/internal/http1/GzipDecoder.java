package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * Takes the coding gzip off, RFC 1952: members one after another, each with a header, deflated data and a trailer that is checked. What comes out is
 * bounded by the caller, who asks for one buffer at a time.
 */
public final class GzipDecoder implements AutoCloseable {
    private static final int HEADER = 10;
    private static final int TRAILER = 8;
    private static final int OUTPUT = 8 * 1024;

    /** Of the optional parts of a header: a name, a comment, extra fields. */
    private static final int MOST_HEADER = 4 * 1024;

    private static final int F_HCRC = 2;
    private static final int F_EXTRA = 4;
    private static final int F_NAME = 8;
    private static final int F_COMMENT = 16;

    private enum State {
        HEADER,
        EXTRA_LENGTH,
        EXTRA,
        NAME,
        COMMENT,
        HEADER_CRC,
        DATA,
        TRAILER
    }

    private final Inflater inflater = new Inflater(true);
    private final CRC32 crc = new CRC32();
    private final byte[] output = new byte[OUTPUT];
    private final byte[] fixed = new byte[HEADER];
    private int fixedLength;
    private State state = State.HEADER;
    private int flags;
    private int extraLeft;
    private int headerBytes;
    private boolean anyMember;

    /**
     * Takes what can be taken at once.
     *
     * @param in the bytes; their position moves
     * @return decoded bytes, valid until the next call; none if more bytes are needed
     */
    public ByteBuffer decode(ByteBuffer in) throws HttpProtocolException {
        while (in.hasRemaining() || state == State.DATA) {
            if (state == State.DATA) {
                int length = inflate(in);
                if (length > 0) {
                    crc.update(output, 0, length);
                    return ByteBuffer.wrap(output, 0, length);
                }
                if (state == State.DATA && !in.hasRemaining()) {
                    break;
                }
            } else {
                step(in.get() & 0xff);
            }
        }
        return ByteBuffer.wrap(output, 0, 0);
    }

    private int inflate(ByteBuffer in) throws HttpProtocolException {
        int before = in.remaining();
        inflater.setInput(in);
        try {
            int length = inflater.inflate(output);
            if (inflater.finished()) {
                state = State.TRAILER;
                fixedLength = 0;
            } else if (length == 0 && (inflater.needsDictionary() || (before > 0 && in.remaining() == before))) {
                throw bad();
            }
            return length;
        } catch (DataFormatException e) {
            throw bad();
        }
    }

    private void step(int b) throws HttpProtocolException {
        if (state != State.TRAILER && ++headerBytes > MOST_HEADER) {
            throw bad();
        }
        switch (state) {
            case HEADER -> {
                fixed[fixedLength++] = (byte) b;
                if (fixedLength == HEADER) {
                    flags = fixed[3];
                    if (fixed[0] != 0x1f || fixed[1] != (byte) 0x8b || fixed[2] != 8 || (flags & 0xe0) != 0) {
                        throw bad();
                    }
                    next(State.HEADER);
                }
            }
            case EXTRA_LENGTH -> {
                fixed[fixedLength++] = (byte) b;
                if (fixedLength == 2) {
                    extraLeft = (fixed[0] & 0xff) | ((fixed[1] & 0xff) << 8);
                    next(extraLeft == 0 ? State.EXTRA : State.EXTRA_LENGTH);
                }
            }
            case EXTRA -> {
                if (--extraLeft == 0) {
                    next(State.EXTRA);
                }
            }
            case NAME, COMMENT -> {
                if (b == 0) {
                    next(state);
                }
            }
            case HEADER_CRC -> {
                if (++fixedLength == 2) {
                    next(State.HEADER_CRC);
                }
            }
            case TRAILER -> {
                fixed[fixedLength++] = (byte) b;
                if (fixedLength == TRAILER) {
                    endMember();
                }
            }
            case DATA -> throw new AssertionError(state);
        }
    }

    /** Goes on to the next part of the header that there is. */
    private void next(State after) {
        fixedLength = 0;
        if (after == State.EXTRA_LENGTH) {
            state = State.EXTRA;
        } else if (after == State.HEADER && (flags & F_EXTRA) != 0) {
            state = State.EXTRA_LENGTH;
        } else if (after.compareTo(State.NAME) < 0 && (flags & F_NAME) != 0) {
            state = State.NAME;
        } else if (after.compareTo(State.COMMENT) < 0 && (flags & F_COMMENT) != 0) {
            state = State.COMMENT;
        } else if (after.compareTo(State.HEADER_CRC) < 0 && (flags & F_HCRC) != 0) {
            state = State.HEADER_CRC;
        } else {
            state = State.DATA;
        }
    }

    private void endMember() throws HttpProtocolException {
        if (little(0) != (int) crc.getValue() || little(4) != (int) inflater.getBytesWritten()) {
            throw bad();
        }
        inflater.reset();
        crc.reset();
        fixedLength = 0;
        headerBytes = 0;
        anyMember = true;
        state = State.HEADER;
    }

    private int little(int at) {
        return ByteBuffer.wrap(fixed).order(ByteOrder.LITTLE_ENDIAN).getInt(at);
    }

    /** No more bytes come. */
    public void end() throws HttpProtocolException {
        if (!anyMember || state != State.HEADER || fixedLength != 0) {
            throw bad();
        }
    }

    private static HttpProtocolException bad() {
        return new HttpProtocolException(400, "the body is not in the coding gzip, or not complete");
    }

    @Override
    public void close() {
        inflater.end();
    }
}
