package dev.weft.io;

/** Netstrings: {@code 5:hello,}. */
final class NetstringFinder extends FrameFinder {
    private final int maxLength;

    NetstringFinder(int maxLength) {
        this.maxLength = maxLength;
    }

    @Override
    boolean find(ByteQueue bytes) throws LimitOverrunException, FrameException {
        long length = 0;
        int at = 0;
        // Ten digits at most: the limit ends it.
        while (at < bytes.size() && bytes.at(at) != ':') {
            int digit = bytes.at(at) - '0';
            if (digit < 0 || digit > 9) {
                throw new FrameException("a netstring begins with its length and a colon, got byte 0x%02x at %d"
                        .formatted(bytes.at(at) & 0xff, at));
            }
            if (at > 0 && length == 0) {
                throw new FrameException("the length of a netstring has no zeros in front");
            }
            length = 10 * length + digit;
            if (length > maxLength) {
                throw new LimitOverrunException(
                        "a netstring has at most " + maxLength + " bytes, this one " + length + " or more", 0);
            }
            at++;
        }
        if (at == bytes.size()) {
            return false;
        }
        if (at == 0) {
            throw new FrameException("a netstring begins with its length, got a colon");
        }
        int comma = at + 1 + (int) length;
        if (bytes.size() <= comma) {
            return false;
        }
        if (bytes.at(comma) != ',') {
            throw new FrameException("a netstring of %d bytes ends with a comma, got byte 0x%02x"
                    .formatted(length, bytes.at(comma) & 0xff));
        }
        return found(at + 1, (int) length, 1);
    }
}
