package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;
import dev.weft.io.http.HttpProtocolException;
import java.util.List;

/** Where a body ends: RFC 9112, section 6.3, but rejecting whatever two readers could understand in two ways. */
public sealed interface BodyFraming {
    /** There is no body. */
    record None() implements BodyFraming {}

    /**
     * So many bytes.
     *
     * @param bytes how many
     */
    record Length(long bytes) implements BodyFraming {}

    /** In chunks, of which the last is empty. */
    record Chunked() implements BodyFraming {}

    /** Up to the end of the connection: responses only. */
    record UntilClose() implements BodyFraming {}

    BodyFraming NONE = new None();
    BodyFraming CHUNKED = new Chunked();
    BodyFraming UNTIL_CLOSE = new UntilClose();

    /** The framing of a request's body. */
    static BodyFraming ofRequest(boolean http10, Headers headers) throws HttpProtocolException {
        if (!http10 && !headers.contains("Host")) {
            throw new HttpProtocolException(400, "no Host field");
        }
        BodyFraming explicit = explicit(http10, headers);
        return explicit == UNTIL_CLOSE ? NONE : explicit;
    }

    /** The framing of a response's body. */
    static BodyFraming ofResponse(String requestMethod, int status, boolean http10, Headers headers)
            throws HttpProtocolException {
        BodyFraming explicit = explicit(http10, headers);
        boolean hasNone = requestMethod.equals("HEAD") || status < 200 || status == 204 || status == 304;
        return hasNone ? NONE : explicit;
    }

    /** What the fields say; up to the end of the connection if they say nothing. */
    private static BodyFraming explicit(boolean http10, Headers headers) throws HttpProtocolException {
        List<String> lengths = headers.getAll("Content-Length");
        List<String> codings = headers.getAll("Transfer-Encoding");
        if (!codings.isEmpty()) {
            if (http10) {
                throw new HttpProtocolException(400, "Transfer-Encoding in HTTP/1.0");
            }
            if (!lengths.isEmpty()) {
                throw new HttpProtocolException(400, "both Content-Length and Transfer-Encoding");
            }
            checkCodings(codings);
            return CHUNKED;
        }
        if (lengths.size() > 1) {
            throw new HttpProtocolException(400, "more than one Content-Length");
        }
        if (lengths.isEmpty()) {
            return UNTIL_CLOSE;
        }
        long length = parseLength(lengths.getFirst());
        return length == 0 ? NONE : new Length(length);
    }

    private static void checkCodings(List<String> fields) throws HttpProtocolException {
        if (fields.size() == 1 && fields.getFirst().equalsIgnoreCase("chunked")) {
            return;
        }
        String[] codings = String.join(",", fields).split(",", -1);
        boolean unknown = false;
        for (int i = 0; i < codings.length; i++) {
            boolean isLast = i == codings.length - 1;
            if (codings[i].strip().equalsIgnoreCase("chunked") != isLast) {
                throw new HttpProtocolException(400, "chunked is not the last transfer coding, or not the only time");
            }
            unknown |= !isLast;
        }
        if (unknown) {
            throw new HttpProtocolException(501, "a transfer coding other than chunked");
        }
    }

    private static long parseLength(String value) throws HttpProtocolException {
        long length = 0;
        for (int i = 0; i < value.length(); i++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new HttpProtocolException(400, "Content-Length is not a number");
            }
            if (length > (Long.MAX_VALUE - digit) / 10) {
                throw new HttpProtocolException(400, "Content-Length is beyond what a file can have");
            }
            length = 10 * length + digit;
        }
        if (value.isEmpty()) {
            throw new HttpProtocolException(400, "Content-Length is empty");
        }
        return length;
    }
}
