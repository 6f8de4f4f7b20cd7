package dev.weft.io;

import java.io.IOException;

/**
 * Finds the message at the front of the bytes of one stream. Does no I/O, allocates nothing for a message before all of it is there, and
 * looks at no byte twice however they come. After an exception it is of no more use, unless {@link #startOver} is called.
 */
abstract class FrameFinder {
    private int prefix;
    private int length;
    private int suffix;

    /**
     * Whether a whole message is at the front; {@link #take} takes it.
     *
     * @throws LimitOverrunException if it is, or is going to be, longer than it may be
     * @throws FrameException if it cannot be one
     */
    abstract boolean find(ByteQueue bytes) throws IOException;

    /** The bytes at the front are other ones than before. */
    void startOver() {}

    final boolean found(int prefixBytes, int messageBytes, int suffixBytes) {
        prefix = prefixBytes;
        length = messageBytes;
        suffix = suffixBytes;
        return true;
    }

    /** Takes the message that was found, without what is around it. */
    final byte[] take(ByteQueue bytes) {
        bytes.drop(prefix);
        byte[] message = bytes.take(length);
        bytes.drop(suffix);
        startOver();
        return message;
    }
}
