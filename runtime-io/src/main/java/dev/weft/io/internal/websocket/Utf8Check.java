package dev.weft.io.internal.websocket;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Tells at the earliest byte that bytes are not UTF-8, however they are split. As RFC 3629 has it: no overlong forms, no surrogates, nothing
 * above U+10FFFF.
 */
final class Utf8Check {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long NOT_ASCII = 0x8080808080808080L;

    /** How many bytes of the character under way are to come. */
    private int missing;

    /** Between these the next of them is. */
    private int lowest;

    private int highest;

    /** Whether these bytes may follow those before. */
    boolean accepts(byte[] bytes, int offset, int length) {
        int at = offset;
        int end = offset + length;
        while (at < end) {
            if (missing == 0) {
                while (at <= end - 8 && ((long) LONGS.get(bytes, at) & NOT_ASCII) == 0) {
                    at += 8;
                }
                while (at < end && bytes[at] >= 0) {
                    at++;
                }
                if (at < end && !begins(bytes[at++] & 0xff)) {
                    return false;
                }
            } else {
                int next = bytes[at++] & 0xff;
                if (next < lowest || next > highest) {
                    return false;
                }
                missing--;
                lowest = 0x80;
                highest = 0xbf;
            }
        }
        return true;
    }

    /** Whether a character of several bytes may begin with this one. */
    private boolean begins(int first) {
        lowest = 0x80;
        highest = 0xbf;
        if (first >= 0xc2 && first <= 0xdf) {
            missing = 1;
        } else if (first >= 0xe0 && first <= 0xef) {
            missing = 2;
            lowest = first == 0xe0 ? 0xa0 : 0x80; // less would be overlong
            highest = first == 0xed ? 0x9f : 0xbf; // more would be a surrogate
        } else if (first >= 0xf0 && first <= 0xf4) {
            missing = 3;
            lowest = first == 0xf0 ? 0x90 : 0x80;
            highest = first == 0xf4 ? 0x8f : 0xbf; // more would be above U+10FFFF
        } else {
            return false;
        }
        return true;
    }

    /** Whether no character is under way. */
    boolean isComplete() {
        return missing == 0;
    }

    void reset() {
        missing = 0;
    }
}
