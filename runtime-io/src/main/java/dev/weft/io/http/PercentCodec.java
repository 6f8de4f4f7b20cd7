package dev.weft.io.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Percent-encoding, RFC 3986 section 2.1: decoded strictly, since what two readers decode in two ways gets past checks. */
final class PercentCodec {
    private PercentCodec() {}

    /**
     * Decodes a part of a target or form, in UTF-8.
     *
     * @param plusIsSpace as forms and queries have it
     * @throws HttpStatusException 400 if an escape is not complete, the bytes are no UTF-8, or there is a NUL among them
     */
    static String decode(String text, boolean plusIsSpace) {
        if (text.indexOf('%') < 0 && text.indexOf('+') < 0 && isAscii(text)) {
            return text;
        }
        var bytes = ByteBuffer.allocate(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '%') {
                int high = i + 2 < text.length() ? digit(text.charAt(i + 1)) : -1;
                int low = i + 2 < text.length() ? digit(text.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw new HttpStatusException(400, "a percent sign is not followed by two hexadecimal digits");
                }
                if (high == 0 && low == 0) {
                    throw new HttpStatusException(400, "an encoded NUL");
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else if (c == '+' && plusIsSpace) {
                bytes.put((byte) ' ');
            } else if (c > 0xff || c == 0) {
                throw new HttpStatusException(400, "a character that is not encoded");
            } else {
                bytes.put((byte) c);
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw new HttpStatusException(400, "what is percent-encoded is not UTF-8");
        }
    }

    private static int digit(char c) {
        return c < 0x80 ? Character.digit(c, 16) : -1;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == 0 || c >= 0x80) {
                return false;
            }
        }
        return true;
    }
}
