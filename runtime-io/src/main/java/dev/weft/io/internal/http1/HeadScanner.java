package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Collects the bytes of a head and checks each line as it is complete. What comes out is parsed in one go, so how the bytes were split on the
 * way cannot matter. Each byte is looked at a fixed number of times.
 */
final class HeadScanner {
    private static final int SMALLEST = 512;

    private final StartLine kind;
    private final HttpLimits limits;
    private byte[] bytes = new byte[SMALLEST];
    private int length;
    private int lineBegin;

    /** Where the fields begin; 0 while the first line is not complete. */
    private int fieldsBegin;

    private int fields;
    private int hosts;
    private boolean complete;
    private boolean skippedEmptyLine;

    HeadScanner(StartLine kind, HttpLimits limits) {
        this.kind = kind;
        this.limits = limits;
    }

    /** Forgets everything, for the next head. */
    void reset() {
        if (bytes.length > 8 * SMALLEST) {
            bytes = new byte[SMALLEST];
        }
        length = 0;
        lineBegin = 0;
        fieldsBegin = 0;
        fields = 0;
        hosts = 0;
        complete = false;
        skippedEmptyLine = false;
    }

    /** Whether no byte of the head has come. */
    boolean isEmpty() {
        return length == 0 && !skippedEmptyLine;
    }

    /**
     * Takes bytes up to the end of the head.
     *
     * @return whether it is complete
     */
    boolean take(ByteBuffer in) throws HttpProtocolException {
        while (!complete && in.hasRemaining()) {
            takeText(in);
            if (in.hasRemaining()) {
                takeLineBreak(in.get());
            }
        }
        return complete;
    }

    /** Takes what comes before the next CR or LF, if that is allowed here, in one piece. */
    private void takeText(ByteBuffer in) throws HttpProtocolException {
        int begin = in.position();
        int end = begin;
        while (end < in.limit() && in.get(end) != '\r' && in.get(end) != '\n') {
            end++;
        }
        int count = end - begin;
        if (count == 0) {
            return;
        }
        if (afterCr()) {
            throw new HttpProtocolException(400, "a CR is not followed by LF");
        }
        // One byte too many tells as much as all of them, which need not be kept then.
        int kept = Math.clamp(bytesAllowed() + 1, 1, count);
        reserve(kept);
        in.get(bytes, length, kept);
        length += kept;
        checkLength();
    }

    private void takeLineBreak(byte b) throws HttpProtocolException {
        boolean afterCr = afterCr();
        if (b == '\n' && !afterCr) {
            throw new HttpProtocolException(400, "a line ends with LF alone");
        }
        if (b == '\r' && afterCr) {
            throw new HttpProtocolException(400, "a CR is not followed by LF");
        }
        reserve(1);
        bytes[length++] = b;
        if (b == '\n') {
            endLine();
        }
    }

    private boolean afterCr() {
        return length > lineBegin && bytes[length - 1] == '\r';
    }

    /** How many more bytes of text the current line may have. */
    private long bytesAllowed() {
        long ofLine = (fieldsBegin == 0 ? limits.startLineBytes() : limits.fieldBytes()) - (long) (length - lineBegin);
        return fieldsBegin == 0 ? ofLine : Math.min(ofLine, limits.headBytes() - (long) (length - fieldsBegin));
    }

    /** The complete head, with the empty line at its end. */
    ByteBuffer head() {
        return ByteBuffer.wrap(bytes, 0, length);
    }

    private void reserve(int count) {
        if (bytes.length - length < count) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * length, length + count));
        }
    }

    private void checkLength() throws HttpProtocolException {
        int lineBytes = length - lineBegin;
        if (fieldsBegin == 0) {
            if (lineBytes > limits.startLineBytes()) {
                throw new HttpProtocolException(
                        414, "the first line is longer than " + limits.startLineBytes() + " bytes");
            }
        } else if (lineBytes > limits.fieldBytes()) {
            throw new HttpProtocolException(431, "a field is longer than " + limits.fieldBytes() + " bytes");
        } else if (length - fieldsBegin > limits.headBytes()) {
            throw new HttpProtocolException(431, "the fields have more than " + limits.headBytes() + " bytes");
        }
    }

    private void endLine() throws HttpProtocolException {
        int end = length - 2;
        if (fieldsBegin == 0) {
            if (end == 0) {
                // RFC 9112, section 2.2: one empty line before a request is overlooked.
                if (skippedEmptyLine || kind != StartLine.REQUEST) {
                    throw new HttpProtocolException(400, "empty lines before the first one");
                }
                skippedEmptyLine = true;
                length = 0;
                return;
            }
            kind.check(bytes, end);
            fieldsBegin = length;
        } else if (end == lineBegin) {
            complete = true;
        } else {
            if (++fields > limits.fields()) {
                throw new HttpProtocolException(431, "more than " + limits.fields() + " fields");
            }
            FieldLine.check(bytes, lineBegin, end);
            if (kind == StartLine.REQUEST && HostField.is(bytes, lineBegin, end)) {
                if (++hosts > 1) {
                    throw new HttpProtocolException(400, "more than one Host field");
                }
                HostField.check(bytes, lineBegin, end);
            }
        }
        lineBegin = length;
    }
}
