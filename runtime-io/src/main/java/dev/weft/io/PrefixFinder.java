package dev.weft.io;

/** Messages with their length in front. */
final class PrefixFinder extends FrameFinder {
    private final PrefixSize size;
    private final int maxLength;
    private long announced;

    PrefixFinder(PrefixSize size, int maxLength) {
        this.size = size;
        this.maxLength = maxLength;
    }

    @Override
    boolean find(ByteQueue bytes) throws LimitOverrunException {
        if (bytes.size() < size.bytes()) {
            return false;
        }
        long length = 0;
        for (int i = 0; i < size.bytes(); i++) {
            length = (length << 8) | (bytes.at(i) & 0xff);
        }
        announced = length;
        if (length > maxLength) {
            throw new LimitOverrunException("a message has at most " + maxLength + " bytes, this one " + length, 0);
        }
        return bytes.size() - size.bytes() >= length && found(size.bytes(), (int) length, 0);
    }

    /** The length of the message that was looked at last. */
    long announced() {
        return announced;
    }
}
