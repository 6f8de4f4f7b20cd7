package dev.weft.io;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/** Looks for several separators, of which the one that ends first counts. Each byte is looked at a bounded number of times, however it comes. */
final class Separators {
    /** The shortest first: of two that end at the same place it is the one that is reported. */
    private final byte[][] sorted;

    private final int longest;

    /** No separator begins before. */
    private int searched;

    private int begin = -1;
    private int end = -1;

    Separators(List<byte[]> separators) {
        if (separators.isEmpty()) {
            throw new IllegalArgumentException("at least one separator is needed");
        }
        sorted = separators.toArray(byte[][]::new);
        Arrays.sort(sorted, Comparator.comparingInt(separator -> separator.length));
        if (sorted[0].length == 0) {
            throw new IllegalArgumentException("a separator has at least one byte");
        }
        longest = sorted[sorted.length - 1].length;
    }

    /** Looks on, in a queue to which only bytes were added since the last time; whether one was found. */
    boolean find(ByteQueue bytes) {
        if (bytes.size() - searched < sorted[0].length) {
            return false;
        }
        int before = Integer.MAX_VALUE;
        for (byte[] separator : sorted) {
            int found = bytes.indexOf(separator, searched, before);
            if (found >= 0 && found + separator.length < before) {
                begin = found;
                end = found + separator.length;
                before = end;
            }
        }
        if (begin < 0) {
            searched = Math.max(0, bytes.size() + 1 - longest);
        }
        return begin >= 0;
    }

    /** How many bytes are certainly not part of a separator. */
    int searched() {
        return searched;
    }

    /** Where the one that was found begins. */
    int begin() {
        return begin;
    }

    /** Where the one that was found ends. */
    int end() {
        return end;
    }
}
