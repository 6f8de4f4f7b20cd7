package dev.weft.io.internal.http1;

import dev.weft.io.http.HttpProtocolException;
import java.nio.charset.StandardCharsets;

/** What the first line of a message may look like: RFC 9112, sections 3 and 4. */
enum StartLine {
    /** Method, target, version, with one space in between. */
    REQUEST {
        @Override
        void check(byte[] bytes, int end) throws HttpProtocolException {
            int method = 0;
            while (method < end && FieldLine.isTokenByte(bytes[method])) {
                method++;
            }
            if (method == 0 || method == end || bytes[method] != ' ') {
                throw new HttpProtocolException(400, "the request line does not begin with a method and a space");
            }
            int target = method + 1;
            while (target < end && bytes[target] > ' ' && bytes[target] < 0x7f && bytes[target] != '#') {
                target++; // bytes from 0x80 are negative
            }
            if (target == method + 1 || target == end || bytes[target] != ' ') {
                throw new HttpProtocolException(
                        400, "the request line has no target of visible ASCII characters followed by a space");
            }
            checkVersion(bytes, target + 1, end);
        }
    },

    /** Version, three digits, and a reason that may be missing. */
    STATUS {
        @Override
        void check(byte[] bytes, int end) throws HttpProtocolException {
            checkVersion(bytes, 0, Math.min(end, VERSION_LENGTH));
            if (end < VERSION_LENGTH + 4
                    || bytes[VERSION_LENGTH] != ' '
                    || bytes[VERSION_LENGTH + 1] < '1'
                    || bytes[VERSION_LENGTH + 1] > '5'
                    || !isDigit(bytes[VERSION_LENGTH + 2])
                    || !isDigit(bytes[VERSION_LENGTH + 3])
                    || (end > VERSION_LENGTH + 4 && bytes[VERSION_LENGTH + 4] != ' ')) {
                throw new HttpProtocolException(400, "the status line has no status of three digits, 100 to 599");
            }
            for (int at = VERSION_LENGTH + 4; at < end; at++) {
                int c = bytes[at] & 0xff;
                if ((c < ' ' && c != '\t') || c == 0x7f) {
                    throw new HttpProtocolException(400, "the status line has a control character");
                }
            }
        }
    };

    private static final byte[] NAME = "HTTP/".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION_LENGTH = "HTTP/1.1".length();

    /** Checks a line that has no CR or LF in it. */
    abstract void check(byte[] bytes, int end) throws HttpProtocolException;

    private static void checkVersion(byte[] bytes, int begin, int end) throws HttpProtocolException {
        boolean wellFormed = end - begin == VERSION_LENGTH
                && isDigit(bytes[begin + 5])
                && bytes[begin + 6] == '.'
                && isDigit(bytes[begin + 7]);
        for (int i = 0; wellFormed && i < NAME.length; i++) {
            wellFormed = bytes[begin + i] == NAME[i];
        }
        if (!wellFormed) {
            throw new HttpProtocolException(400, "no version of HTTP where one belongs");
        }
        if (bytes[begin + 5] != '1' || bytes[begin + 7] > '1') {
            throw new HttpProtocolException(505, "only HTTP/1.1 and HTTP/1.0 are understood");
        }
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
