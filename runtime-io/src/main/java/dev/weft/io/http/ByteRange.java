package dev.weft.io.http;

import org.jspecify.annotations.Nullable;

/**
 * A part of a representation: RFC 9110, section 14.
 *
 * @param offset where it begins
 * @param length how many bytes it has
 */
record ByteRange(long offset, long length) {
    /** No byte of the representation is asked for: 416. */
    static final ByteRange UNSATISFIABLE = new ByteRange(-1, 0);

    /**
     * What a {@code Range} field asks for.
     *
     * @param size the length of the whole
     * @return the part; {@link #UNSATISFIABLE}; null for the whole, as also for a malformed field and for several ranges, which a server may overlook
     */
    static @Nullable ByteRange parse(@Nullable String field, long size) {
        if (field == null || !field.regionMatches(true, 0, "bytes=", 0, 6) || field.indexOf(',') >= 0) {
            return null;
        }
        String range = field.substring(6).strip();
        int dash = range.indexOf('-');
        if (dash < 0) {
            return null;
        }
        long first = number(range.substring(0, dash));
        long last = number(range.substring(dash + 1));
        if (first == MALFORMED || last == MALFORMED || (first == MISSING && last == MISSING)) {
            return null;
        }
        if (first == MISSING) { // the last so many bytes
            long length = Math.min(last, size);
            return length == 0 ? UNSATISFIABLE : new ByteRange(size - length, length);
        }
        if (last != MISSING && last < first) {
            return null;
        }
        if (first >= size) {
            return UNSATISFIABLE;
        }
        long end = last == MISSING ? size : Math.min(last, size - 1) + 1;
        return new ByteRange(first, end - first);
    }

    private static final long MISSING = -1;
    private static final long MALFORMED = -2;

    private static long number(String digits) {
        if (digits.isEmpty()) {
            return MISSING;
        }
        for (int i = 0; i < digits.length(); i++) {
            if (digits.charAt(i) < '0' || digits.charAt(i) > '9') {
                return MALFORMED;
            }
        }
        return digits.length() > 18 ? Long.MAX_VALUE - 1 : Long.parseLong(digits);
    }

    /** The value of {@code Content-Range}. */
    String field(long size) {
        return equals(UNSATISFIABLE) ? "bytes */" + size : "bytes " + offset + "-" + (offset + length - 1) + "/" + size;
    }
}
