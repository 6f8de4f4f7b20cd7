package dev.weft.io;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Bytes that come in at the end and are taken from the front; one array, moved only when room is short. */
final class ByteQueue {
    private static final byte[] EMPTY = {};
    private static final int SMALLEST = 256;

    /** An array beyond this is not kept for later when the queue runs empty: it would be most of what an idle connection holds. */
    private static final int LARGEST_KEPT = 16 * 1024;

    private byte[] bytes = EMPTY;
    private int begin;
    private int end;

    int size() {
        return end - begin;
    }

    boolean isEmpty() {
        return begin == end;
    }

    byte at(int index) {
        return bytes[begin + index];
    }

    void append(ByteBuffer data) {
        int length = data.remaining();
        makeRoom(length);
        data.get(bytes, end, length);
        end += length;
    }

    void prepend(ByteBuffer data) {
        int length = data.remaining();
        var joined = new byte[Math.addExact(length, size())];
        data.get(joined, 0, length);
        System.arraycopy(bytes, begin, joined, length, size());
        end = joined.length;
        begin = 0;
        bytes = joined;
    }

    byte[] take(int length) {
        byte[] taken = Arrays.copyOfRange(bytes, begin, begin + length);
        drop(length);
        return taken;
    }

    void takeInto(ByteBuffer target, int length) {
        target.put(bytes, begin, length);
        drop(length);
    }

    void drop(int length) {
        begin += length;
        if (begin == end) {
            clear();
        }
    }

    void clear() {
        begin = 0;
        end = 0;
        if (bytes.length > LARGEST_KEPT) {
            bytes = EMPTY;
        }
    }

    /** Whether the pattern stands at this place, counted from the front. */
    boolean startsWith(byte[] pattern, int at) {
        int from = begin + at;
        return from + pattern.length <= end
                && Arrays.equals(bytes, from, from + pattern.length, pattern, 0, pattern.length);
    }

    /**
     * Where a pattern first stands, both counted from the front.
     *
     * @param from not before
     * @param until it has to end before this
     * @return its beginning, -1 if it is not there
     */
    int indexOf(byte[] pattern, int from, int until) {
        byte first = pattern[0];
        int last = Math.min(size(), until) - pattern.length;
        for (int at = from; at <= last; at++) {
            if (bytes[begin + at] == first && (pattern.length == 1 || startsWith(pattern, at))) {
                return at;
            }
        }
        return -1;
    }

    private void makeRoom(int length) {
        if (bytes.length - end >= length) {
            return;
        }
        int needed = Math.addExact(size(), length);
        if (needed <= bytes.length && begin >= bytes.length / 2) {
            System.arraycopy(bytes, begin, bytes, 0, size());
        } else {
            long doubled = Math.max(2L * bytes.length, SMALLEST);
            var larger = new byte[(int) Math.min(Math.max(doubled, needed), Integer.MAX_VALUE - 8)];
            System.arraycopy(bytes, begin, larger, 0, size());
            bytes = larger;
        }
        end -= begin;
        begin = 0;
    }
}
