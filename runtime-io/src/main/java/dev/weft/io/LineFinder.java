package dev.weft.io;

/** Lines, each up to its delimiter. */
final class LineFinder extends FrameFinder {
    private final byte[] delimiter;
    private final int maxLength;

    /** No delimiter begins before. */
    private int searched;

    LineFinder(byte[] delimiter, int maxLength) {
        this.delimiter = delimiter;
        this.maxLength = maxLength;
    }

    @Override
    boolean find(ByteQueue bytes) throws LimitOverrunException {
        int end = bytes.indexOf(delimiter, searched, Integer.MAX_VALUE);
        if (end < 0) {
            searched = Math.max(0, bytes.size() + 1 - delimiter.length);
            if (searched > maxLength) {
                throw new LimitOverrunException("a line has at most " + maxLength + " bytes, this one more", searched);
            }
            return false;
        }
        if (end > maxLength) {
            throw new LimitOverrunException("a line has at most " + maxLength + " bytes, this one " + end, end);
        }
        return found(0, end, delimiter.length);
    }

    @Override
    void startOver() {
        searched = 0;
    }
}
