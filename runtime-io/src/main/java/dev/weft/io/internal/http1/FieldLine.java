package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;

/** What a field's line may look like: RFC 9112, section 5, without the repairs that it allows. */
final class FieldLine {
    private static final boolean[] TOKEN = new boolean[256];

    static {
        for (char c = '0'; c <= 'z'; c++) {
            TOKEN[c] = Character.isLetterOrDigit(c);
        }
        for (char c : "!#$%&'*+-.^_`|~".toCharArray()) {
            TOKEN[c] = true;
        }
    }

    private FieldLine() {}

    static boolean isTokenByte(byte b) {
        return TOKEN[b & 0xff];
    }

    /** Checks a line that is not empty and has no CR or LF in it. */
    static void check(byte[] bytes, int begin, int end) throws HttpProtocolException {
        if (bytes[begin] == ' ' || bytes[begin] == '\t') {
            throw new HttpProtocolException(400, "a field begins with white space");
        }
        int at = begin;
        while (at < end && isTokenByte(bytes[at])) {
            at++;
        }
        if (at == end || at == begin || bytes[at] != ':') {
            throw new HttpProtocolException(400, "a field has no name followed by a colon");
        }
        for (at++; at < end; at++) {
            int c = bytes[at] & 0xff;
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                throw new HttpProtocolException(400, "a field's value has a control character");
            }
        }
    }
}
