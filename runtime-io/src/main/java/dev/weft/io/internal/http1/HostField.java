package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;

/**
 * What a {@code Host} field may hold: RFC 9112, section 3.2. Checked before the parser sees it, which would write a line into the log for each that is
 * malformed, and so let peers fill it.
 */
final class HostField {
    private static final String NAME = "host:";

    private HostField() {}

    /** Whether a line, which is a field, is this one. */
    static boolean is(byte[] bytes, int begin, int end) {
        if (end - begin < NAME.length()) {
            return false;
        }
        for (int i = 0; i < NAME.length(); i++) {
            if (Character.toLowerCase(bytes[begin + i]) != NAME.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** Checks the value of such a line: nothing, or a name or an address, and perhaps a port. */
    static void check(byte[] bytes, int lineBegin, int lineEnd) throws HttpProtocolException {
        int begin = lineBegin + NAME.length();
        int end = lineEnd;
        while (begin < end && isBlank(bytes[begin])) {
            begin++;
        }
        while (end > begin && isBlank(bytes[end - 1])) {
            end--;
        }
        if (begin == end) {
            return;
        }
        int at = begin;
        if (bytes[at] == '[') {
            at++;
            while (at < end && (Character.digit(bytes[at], 16) >= 0 || bytes[at] == ':' || bytes[at] == '.')) {
                at++;
            }
            if (at < begin + 3 || at == end || bytes[at] != ']') {
                throw bad();
            }
            at++;
        } else {
            while (at < end && isNameByte(bytes[at])) {
                at++;
            }
            if (at == begin) {
                throw bad();
            }
        }
        if (at < end) {
            checkPort(bytes, at, end);
        }
    }

    private static void checkPort(byte[] bytes, int colon, int end) throws HttpProtocolException {
        int port = 0;
        if (bytes[colon] != ':' || colon + 1 == end || end - colon > 6) {
            throw bad();
        }
        for (int at = colon + 1; at < end; at++) {
            if (bytes[at] < '0' || bytes[at] > '9') {
                throw bad();
            }
            port = 10 * port + bytes[at] - '0';
        }
        if (port == 0 || port > 65_535) {
            throw bad();
        }
    }

    private static boolean isNameByte(byte b) {
        return (b >= 'a' && b <= 'z')
                || (b >= 'A' && b <= 'Z')
                || (b >= '0' && b <= '9')
                || "-._~!$&'()*+;=".indexOf(b) >= 0;
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }

    private static HttpProtocolException bad() {
        return new HttpProtocolException(400, "the Host field does not hold a host");
    }
}
