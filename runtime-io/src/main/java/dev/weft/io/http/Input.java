package dev.weft.io.http;

import dev.weft.Suspends;
import dev.weft.io.StreamReader;
import java.io.IOException;
import java.nio.ByteBuffer;

/** The bytes of a connection that came and are not used yet. */
final class Input {
    private static final int MOST_AT_ONCE = 16 * 1024;
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final StreamReader reader;
    private ByteBuffer bytes = NOTHING;

    Input(StreamReader reader) {
        this.reader = reader;
    }

    /** What is there; whoever uses some of it moves the position. */
    ByteBuffer bytes() {
        return bytes;
    }

    /**
     * Waits for more, once everything is used. An idle connection holds no buffer.
     *
     * @return false at the end of the stream
     */
    @Suspends
    boolean fill() throws IOException {
        bytes = NOTHING;
        bytes = ByteBuffer.wrap(reader.read(MOST_AT_ONCE));
        return bytes.hasRemaining();
    }

    /** Gives what is left back to the reader, for whoever goes on with it. */
    void giveBack() {
        reader.unread(bytes);
        bytes = NOTHING;
    }
}
