package dev.weft.io.websocket;

import dev.weft.Lock;
import dev.weft.Suspends;
import dev.weft.io.StreamWriter;
import dev.weft.io.internal.websocket.MessageWriter;
import java.io.IOException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What goes to the peer. A frame is written in one step, so frames never mix; tasks that send take turns until the connection has taken
 * enough, so no more waits than the high water mark and one message. Control frames do not wait for their turn.
 */
final class Outbox {
    private final StreamWriter writer;
    private final MessageWriter frames;
    private final Lock turn = new Lock();

    /** Makes the exception for who sends after the end, of what the connection failed with if that is known. */
    private final Function<@Nullable IOException, WebSocketClosedException> closedException;

    private boolean closed;

    Outbox(
            StreamWriter writer,
            MessageWriter frames,
            Function<@Nullable IOException, WebSocketClosedException> closedException) {
        this.writer = writer;
        this.frames = frames;
        this.closedException = closedException;
    }

    @Suspends
    void send(boolean text, byte[] payload) throws WebSocketClosedException {
        turn.acquire();
        try {
            checkOpen();
            writer.write(frames.message(text, payload));
            drain();
        } finally {
            turn.release();
        }
    }

    /** Sends at once, however much waits to be sent; false after the close frame. */
    boolean sendNow(boolean text, byte[] payload) {
        if (closed) {
            return false;
        }
        writer.write(frames.message(text, payload));
        return true;
    }

    @Suspends
    void drain() throws WebSocketClosedException {
        try {
            writer.drain();
        } catch (IOException e) {
            throw closedException.apply(e);
        }
    }

    void ping(byte[] payload) {
        if (!closed) {
            writer.write(frames.ping(payload));
        }
    }

    void pong(byte[] payload) {
        if (!closed) {
            writer.write(frames.pong(payload));
        }
    }

    /** Sends the close frame, the last one; false if it has been sent before. */
    boolean close(int code, String reason) {
        if (closed) {
            return false;
        }
        closed = true;
        writer.write(frames.close(code, reason));
        return true;
    }

    /** Sends nothing more. */
    void end() {
        closed = true;
        frames.close();
    }

    void checkOpen() throws WebSocketClosedException {
        if (closed) {
            throw closedException.apply(null);
        }
    }

    boolean isClosed() {
        return closed;
    }

    int buffered() {
        return writer.transport().getWriteBufferSize();
    }
}
