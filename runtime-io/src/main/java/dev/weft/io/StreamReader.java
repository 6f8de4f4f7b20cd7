package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a stream, read by one task at a time. A read that finds what it wants in the buffer does not suspend; one that is cancelled
 * leaves the bytes where they are. While much more than the limit is buffered, nothing is taken from the connection. Confined to its loop.
 * Mirrors {@code asyncio.StreamReader}.
 */
public final class StreamReader {
    static final int DEFAULT_LIMIT = 64 * 1024;

    private static final byte[] NEWLINE = {'\n'};

    private final EventLoop loop;
    private final int limit;
    private final ByteQueue buffer = new ByteQueue();
    private boolean eof;
    private @Nullable Exception exception;
    private @Nullable ReadTransport transport;
    private boolean paused;

    /** Whether a task is inside {@link #awaitData}. */
    private boolean reading;

    private @Nullable Future<@Nullable Void> arrival;
    private @Nullable Runnable listener;

    /**
     * A reader with 64 KiB of limit on the running loop, to be fed.
     *
     * @throws IllegalStateException if no loop runs here
     */
    public StreamReader() {
        this(DEFAULT_LIMIT, Asyncio.getRunningLoop());
    }

    /**
     * A reader to be fed.
     *
     * @param limit how long a line may be, in bytes; at twice as much the transport's reading is paused
     * @param loop its loop
     * @throws IllegalArgumentException unless the limit is positive
     */
    public StreamReader(int limit, EventLoop loop) {
        this.limit = checkedLimit(limit);
        this.loop = Objects.requireNonNull(loop, "loop");
    }

    static int checkedLimit(int limit) {
        if (limit <= 0) {
            throw new IllegalArgumentException("a limit is positive, got " + limit);
        }
        return limit;
    }

    // ---- reading

    /**
     * Reads what is there, at most {@code n} bytes; waits if there is nothing.
     *
     * @param n how many bytes at most; a negative number is {@link #readAll}
     * @return at least one byte; none at the end of the stream, or if {@code n} is 0
     * @throws IOException if the connection is broken
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     * @throws IllegalStateException if another task is reading, or the caller would have to wait and is no task
     */
    @Suspends
    public byte[] read(int n) throws IOException {
        if (n < 0) {
            return readAll();
        }
        throwIfBroken();
        if (n == 0) {
            return new byte[0];
        }
        while (buffer.isEmpty() && !eof) {
            awaitData();
        }
        return take(Math.min(n, buffer.size()));
    }

    /**
     * As {@link #read}, into a buffer, whose position moves.
     *
     * @param target where to put the bytes
     * @return how many were read; 0 at the end of the stream, or if the buffer has no room
     * @throws IOException if the connection is broken
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public int readInto(ByteBuffer target) throws IOException {
        throwIfBroken();
        if (!target.hasRemaining()) {
            return 0;
        }
        while (buffer.isEmpty() && !eof) {
            awaitData();
        }
        int length = Math.min(target.remaining(), buffer.size());
        buffer.takeInto(target, length);
        resumeIfRoom();
        return length;
    }

    /**
     * Reads to the end of the stream, however much that is: the limit does not apply.
     *
     * @return everything that was left
     * @throws IOException if the connection is broken
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; what came stays in the buffer
     */
    @Suspends
    public byte[] readAll() throws IOException {
        throwIfBroken();
        while (!eof) {
            awaitData();
        }
        return take(buffer.size());
    }

    /**
     * Reads exactly {@code n} bytes, however many that are: the limit does not apply.
     *
     * @param n how many bytes
     * @return the bytes
     * @throws IncompleteReadException if the stream ends before; it has the bytes that came, and the buffer is empty
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if {@code n} is negative
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readExactly(int n) throws IOException {
        if (n < 0) {
            throw new IllegalArgumentException("cannot read a negative number of bytes, got " + n);
        }
        throwIfBroken();
        if (n == 0) {
            return new byte[0];
        }
        while (buffer.size() < n) {
            if (eof) {
                throw new IncompleteReadException(take(buffer.size()), OptionalInt.of(n));
            }
            awaitData();
        }
        return take(n);
    }

    /**
     * Reads a line, up to and including its {@code \n}.
     *
     * @return the line; at the end of the stream the rest, without a {@code \n}, or nothing
     * @throws LimitOverrunException if the line without its end is longer than the limit; if its end is in the buffer already the line is
     *     dropped, else everything in the buffer is
     * @throws IOException if the connection is broken
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readLine() throws IOException {
        try {
            return readUntil(NEWLINE);
        } catch (IncompleteReadException e) {
            return e.partial();
        } catch (LimitOverrunException e) {
            if (buffer.startsWith(NEWLINE, e.consumed())) {
                buffer.drop(e.consumed() + NEWLINE.length);
            } else {
                buffer.clear();
            }
            resumeIfRoom();
            throw e;
        }
    }

    /**
     * Reads up to and including a separator.
     *
     * @param separator the bytes to look for
     * @return what comes before the separator, and the separator
     * @throws LimitOverrunException if there are more bytes before the separator than the limit allows; they stay in the buffer
     * @throws IncompleteReadException if the stream ends before a separator comes; it has the bytes that came, and the buffer is empty
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if the separator is empty
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readUntil(byte[] separator) throws IOException {
        return readUntil(List.of(separator));
    }

    /**
     * Reads up to and including the first of several separators: of all that are found, the one that ends first.
     *
     * @param separators the separators
     * @return what comes before the separator, and the separator
     * @throws LimitOverrunException if there are more bytes before the separator than the limit allows; they stay in the buffer
     * @throws IncompleteReadException if the stream ends before a separator comes; it has the bytes that came, and the buffer is empty
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if there is no separator, or one is empty
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readUntil(List<byte[]> separators) throws IOException {
        if (separators.isEmpty()) {
            throw new IllegalArgumentException("at least one separator is needed");
        }
        // The shortest first: of two that end at the same place it is the one that is reported.
        byte[][] sorted = separators.toArray(byte[][]::new);
        Arrays.sort(sorted, Comparator.comparingInt(separator -> separator.length));
        int shortest = sorted[0].length;
        int longest = sorted[sorted.length - 1].length;
        if (shortest == 0) {
            throw new IllegalArgumentException("a separator has at least one byte");
        }
        throwIfBroken();
        int searched = 0; // no separator begins before
        while (true) {
            if (buffer.size() - searched >= shortest) {
                int begin = -1;
                int end = Integer.MAX_VALUE;
                for (byte[] separator : sorted) {
                    int found = buffer.indexOf(separator, searched, end);
                    if (found >= 0 && found + separator.length < end) {
                        begin = found;
                        end = found + separator.length;
                    }
                }
                if (begin > limit) {
                    throw new LimitOverrunException(
                            "a separator was found, but after more than " + limit + " bytes", begin);
                }
                if (begin >= 0) {
                    return take(end);
                }
                searched = Math.max(0, buffer.size() + 1 - longest);
                if (searched > limit) {
                    throw new LimitOverrunException("no separator was found in " + limit + " bytes", searched);
                }
            }
            if (eof) {
                throw new IncompleteReadException(take(buffer.size()), OptionalInt.empty());
            }
            awaitData();
        }
    }

    /**
     * The lines, as {@link #readLine} gives them, to the end of the stream. Can be gone through once; its iterator suspends, and throws
     * {@link UncheckedIOException} where {@code readLine} throws an exception.
     *
     * @return the lines
     */
    public Iterable<byte[]> lines() {
        return Lines::new;
    }

    /**
     * As {@link #lines()}, decoded; each line still has its {@code \n}.
     *
     * @param charset how the bytes are decoded: one in which the byte of {@code \n} is part of no other character
     * @return the lines
     */
    public Iterable<String> lines(Charset charset) {
        Objects.requireNonNull(charset, "charset");
        return () -> {
            var lines = new Lines();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return lines.hasNext();
                }

                @Override
                public String next() {
                    return new String(lines.next(), charset);
                }
            };
        };
    }

    private final class Lines implements Iterator<byte[]> {
        private byte @Nullable [] line;

        @Override
        @Suspends
        public boolean hasNext() {
            if (line == null) {
                try {
                    line = readLine();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
            return line.length > 0;
        }

        @Override
        @Suspends
        public byte[] next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the stream is at its end");
            }
            byte[] next = Objects.requireNonNull(line);
            line = null;
            return next;
        }
    }

    /** {@return how many bytes came and are not read yet: so many can be read without waiting} */
    public int buffered() {
        return buffer.size();
    }

    /** {@return whether the stream has ended and everything was read} */
    public boolean atEof() {
        return eof && buffer.isEmpty();
    }

    // ---- feeding

    /**
     * Puts bytes back that were read, so that they are read next: for a protocol that hands its connection over and has read too far.
     *
     * @param data the bytes, all of which are taken
     * @throws IllegalStateException if a task is reading
     */
    public void unread(ByteBuffer data) {
        loop.checkThread();
        if (reading) {
            throw new IllegalStateException("a task is reading: " + this);
        }
        buffer.prepend(data);
    }

    /**
     * Appends bytes that came.
     *
     * @param data the bytes; none changes nothing
     * @throws IllegalStateException after {@link #feedEof}
     */
    public void feedData(byte[] data) {
        feedData(ByteBuffer.wrap(data));
    }

    /**
     * As {@link #feedData(byte[])}.
     *
     * @param data the bytes, all of which are taken
     * @throws IllegalStateException after {@link #feedEof}
     */
    public void feedData(ByteBuffer data) {
        loop.checkThread();
        if (eof) {
            throw new IllegalStateException("data after the end of the stream: " + this);
        }
        if (!data.hasRemaining()) {
            return;
        }
        buffer.append(data);
        arrived();
        ReadTransport source = transport;
        if (source != null && !paused && buffer.size() > 2L * limit) {
            paused = true;
            source.pauseReading();
        }
    }

    /** Takes back what was fed and not read: bytes that were meant for somebody else. Reading may go on. */
    byte[] unfeed() {
        byte[] bytes = buffer.take(buffer.size());
        paused = false;
        return bytes;
    }

    /** Says that no more bytes come. */
    public void feedEof() {
        loop.checkThread();
        eof = true;
        arrived();
    }

    /**
     * Says that the stream is broken: the waiting read throws this, and so does every later one, even if bytes are buffered.
     *
     * @param exception what they throw
     */
    public void setException(Exception exception) {
        loop.checkThread();
        this.exception = Objects.requireNonNull(exception, "exception");
        arrived();
    }

    /** {@return what reads throw, null if they do not} */
    public @Nullable Exception exception() {
        return exception;
    }

    /**
     * Names the transport whose reading is paused while too much is buffered.
     *
     * @param transport the transport
     */
    public void setTransport(ReadTransport transport) {
        this.transport = Objects.requireNonNull(transport, "transport");
    }

    EventLoop loop() {
        return loop;
    }

    /** Has this run after each arrival of data, of the end or of an exception; {@code null} for nothing. */
    void setListener(@Nullable Runnable listener) {
        this.listener = listener;
    }

    /** Whether a read would have something to return or to throw at once. */
    boolean isReady() {
        return eof || exception != null || !buffer.isEmpty();
    }

    private void arrived() {
        Future<@Nullable Void> waiting = arrival;
        if (waiting != null) {
            arrival = null;
            if (!waiting.done()) {
                waiting.setResult(null);
            }
        }
        if (listener != null) {
            listener.run();
        }
    }

    @Suspends
    private void awaitData() throws IOException {
        if (reading) {
            throw new IllegalStateException("another task is reading: " + this);
        }
        ReadTransport source = transport;
        if (paused && source != null) {
            paused = false; // whoever waits wants more than the buffer is meant to hold
            source.resumeReading();
        }
        Future<@Nullable Void> next = loop.createFuture();
        arrival = next;
        reading = true;
        try {
            next.await();
        } finally {
            reading = false;
            arrival = null;
        }
        throwIfBroken();
    }

    private byte[] take(int length) {
        byte[] bytes = buffer.take(length);
        resumeIfRoom();
        return bytes;
    }

    private void resumeIfRoom() {
        ReadTransport source = transport;
        if (paused && source != null && buffer.size() <= limit) {
            paused = false;
            source.resumeReading();
        }
    }

    private void throwIfBroken() throws IOException {
        loop.checkThread();
        switch (exception) {
            case null -> {}
            case IOException e -> throw e;
            case RuntimeException e -> throw e;
            default -> throw new IOException(exception);
        }
    }

    @Override
    public String toString() {
        return "StreamReader[" + buffer.size() + " bytes" + (eof ? ", eof" : "")
                + (exception != null ? ", " + exception.getClass().getSimpleName() : "")
                + (reading ? ", being read" : "")
                + (paused ? ", transport paused" : "") + "]";
    }
}
