package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The messages of a stream, one after the other: made by {@link StreamReader#frames}. Between two of them anything else may be read from
 * the reader. What a {@code for} loop over it meets as an exception comes as an {@link UncheckedIOException}; {@link #next} throws it as it is.
 */
public final class Frames implements Iterable<byte[]> {
    private final StreamReader reader;
    private final FrameFinder finder;

    Frames(StreamReader reader, FrameFinder finder) {
        this.reader = reader;
        this.finder = finder;
    }

    /**
     * The next message; waits until all of it is there, however small the reader's own limit is.
     *
     * @return the message, the caller's to keep; nothing at the end of the stream
     * @throws LimitOverrunException if it is longer than the framing allows; everything stays in the reader's buffer
     * @throws FrameException if what came is no message; it stays in the reader's buffer
     * @throws IncompleteReadException if the stream ends in the middle of a message; it has the bytes that came
     * @throws IOException if the connection is broken
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     * @throws IllegalStateException if another task is reading, or the caller would have to wait and is no task
     */
    @Suspends
    public Optional<byte[]> next() throws IOException {
        return Optional.ofNullable(reader.readFrame(finder));
    }

    @Override
    public Iterator<byte[]> iterator() {
        return new Messages();
    }

    private final class Messages implements Iterator<byte[]> {
        private byte @Nullable [] message;
        private boolean ended;

        @Override
        @Suspends
        public boolean hasNext() {
            if (message == null && !ended) {
                try {
                    message = reader.readFrame(finder);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
                ended = message == null;
            }
            return message != null;
        }

        @Override
        @Suspends
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the stream is at its end");
            }
            byte[] next = Objects.requireNonNull(message);
            message = null;
            return next;
        }
    }
}
