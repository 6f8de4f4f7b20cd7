package dev.weft.io.http;

import dev.weft.EventLoop;
import dev.weft.io.StreamWriter;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Sends the answers to requests that came together by one call of the system: an answer is held back while the next request is there
 * already, but never beyond the current entry of the loop. So it does not wait for a handler that suspends.
 */
final class PipelinedOutput {
    /** An answer larger than this is sent at once: a call of the system for it is not much. */
    private static final int CAPACITY = 16 * 1024;

    private final EventLoop loop;
    private final StreamWriter writer;
    private final Room spare;

    /** What is held back; there is none, and no memory for it, unless requests come together. */
    private @Nullable ByteBuffer held;

    /** A loop's memory for this that nobody uses now: mostly it is free again within the same entry. */
    private static final class Room {
        private @Nullable ByteBuffer buffer;

        ByteBuffer take() {
            ByteBuffer free = buffer;
            buffer = null;
            return free == null ? ByteBuffer.allocateDirect(CAPACITY) : free.clear();
        }
    }

    PipelinedOutput(EventLoop loop, StreamWriter writer) {
        this.loop = loop;
        this.writer = writer;
        spare = loop.attachment(Room.class, ignored -> new Room());
    }

    /**
     * Takes pieces to be sent, all of which are used up.
     *
     * @param mayWait whether they may be held back
     */
    void write(List<ByteBuffer> pieces, boolean mayWait) {
        int length = 0;
        for (ByteBuffer piece : pieces) {
            length += piece.remaining();
        }
        ByteBuffer room = held;
        if (room != null && room.remaining() < length) {
            flush();
            room = null;
        }
        if (room == null) {
            if (!mayWait || length > CAPACITY) {
                send(pieces);
                return;
            }
            room = spare.take();
            held = room;
            loop.callSoon(this::flush);
        }
        for (ByteBuffer piece : pieces) {
            room.put(piece);
        }
        if (!mayWait) {
            flush();
        }
    }

    private void send(List<ByteBuffer> pieces) {
        if (pieces.size() == 1) {
            writer.write(pieces.getFirst());
        } else {
            writer.transport().writeLines(pieces);
        }
    }

    /** Sends what is held back. */
    void flush() {
        ByteBuffer answers = held;
        if (answers != null) {
            held = null;
            writer.write(answers.flip());
            spare.buffer = answers;
        }
    }
}
