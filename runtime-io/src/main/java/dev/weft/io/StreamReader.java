package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Future;
import dev.weft.Suspends;
import dev.weft.io.internal.transport.DirectReading;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
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

    /** Where the reading task takes its bytes from by itself, while it does. */
    private @Nullable DirectReading direct;

    private long arrivals;

    private @Nullable Runnable listener;

    /** Of the same connection, which must not be found unclosed while somebody only reads. */
    @SuppressWarnings("UnusedVariable") // only held
    private @Nullable StreamWriter writer;

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
            int length = awaitData(target);
            if (length > 0 || !target.hasRemaining()) {
                return length;
            }
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
     * As {@link #readAll()}, up to so many bytes.
     *
     * @throws LimitOverrunException if there are more; what came stays in the buffer
     */
    @Suspends
    byte[] readAllUpTo(int most) throws IOException {
        throwIfBroken();
        while (!eof && buffer.size() <= most) {
            awaitData();
        }
        if (buffer.size() > most) {
            throw new LimitOverrunException("there are more than " + most + " bytes", buffer.size());
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
        return readUntil(new Separators(separators), limit);
    }

    /**
     * As {@link #readUntil(byte[])}, with a limit of its own in place of the reader's. Mirrors Tornado's {@code read_until} with
     * {@code max_bytes}, which counts the separator too.
     *
     * @param separator the bytes to look for
     * @param max how many bytes there may be before the separator
     * @return what comes before the separator, and the separator
     * @throws LimitOverrunException if there are more bytes before the separator; they stay in the buffer
     * @throws IncompleteReadException if the stream ends before a separator comes; it has the bytes that came, and the buffer is empty
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if the separator is empty, or the limit not positive
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readUntil(byte[] separator, int max) throws IOException {
        return readUntil(new Separators(List.of(separator)), checkedLimit(max));
    }

    @Suspends
    private byte[] readUntil(Separators separators, int max) throws IOException {
        throwIfBroken();
        while (true) {
            if (separators.find(buffer)) {
                if (separators.begin() > max) {
                    throw new LimitOverrunException(
                            "a separator was found, but after more than " + max + " bytes", separators.begin());
                }
                return take(separators.end());
            }
            if (separators.searched() > max) {
                throw new LimitOverrunException("no separator was found in " + max + " bytes", separators.searched());
            }
            if (eof) {
                throw new IncompleteReadException(take(buffer.size()), OptionalInt.empty());
            }
            awaitData();
        }
    }

    /**
     * Reads up to and including the first match of a regular expression, to which each byte is the character of the same number
     * (ISO 8859-1). A match of nothing does not count. Mirrors Tornado's {@code read_until_regex}.
     *
     * <p>What has come is looked through as it is, from the beginning, each time bytes come. So an expression should end with something
     * definite: {@code \d+} matches the digits that happen to be there, {@code \d+\n} all of them.
     *
     * @param pattern the expression
     * @param max how many bytes there may be, the match included
     * @return what comes before the match, and the match
     * @throws LimitOverrunException if that is more bytes, or no match is in so many; they stay in the buffer
     * @throws IncompleteReadException if the stream ends before a match comes; it has the bytes that came, and the buffer is empty
     * @throws IOException if the connection is broken
     * @throws IllegalArgumentException if the limit is not positive
     * @throws dev.weft.CancelledError if the task is cancelled meanwhile; nothing is read then
     */
    @Suspends
    public byte[] readUntil(Pattern pattern, int max) throws IOException {
        Objects.requireNonNull(pattern, "pattern");
        checkedLimit(max);
        throwIfBroken();
        while (true) {
            Matcher matcher = pattern.matcher(new ByteChars(buffer));
            while (matcher.find()) {
                if (matcher.end() == matcher.start()) {
                    continue;
                }
                if (matcher.end() > max) {
                    throw new LimitOverrunException(
                            "a match was found, but ends after more than " + max + " bytes", matcher.start());
                }
                return take(matcher.end());
            }
            if (buffer.size() >= max) {
                throw new LimitOverrunException("no match was found in " + max + " bytes", buffer.size());
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
        return () -> new Lines(this);
    }

    /**
     * As {@link #lines()}, decoded; each line still has its {@code \n}. A line that is not of this charset is a failure, as in Python: the
     * iterator throws {@link UncheckedIOException}, with a {@link java.nio.charset.CharacterCodingException} for its cause, and goes on
     * with the next line.
     *
     * @param charset how the bytes are decoded
     * @return the lines
     * @throws IllegalArgumentException if a newline is more than one byte in that charset, or another one, as in UTF-16
     */
    public Iterable<String> lines(Charset charset) {
        return lines(charset, CodingErrorAction.REPORT);
    }

    /**
     * As {@link #lines(Charset)}, with a choice of what becomes of bytes that are not of the charset.
     *
     * @param charset how the bytes are decoded
     * @param onMalformed {@link CodingErrorAction#REPLACE} to put U+FFFD in their place, {@link CodingErrorAction#IGNORE} to leave them
     *     out, {@link CodingErrorAction#REPORT} to fail
     * @return the lines
     * @throws IllegalArgumentException if a newline is more than one byte in that charset, or another one, as in UTF-16
     */
    public Iterable<String> lines(Charset charset, CodingErrorAction onMalformed) {
        return Lines.decoded(
                this, Objects.requireNonNull(charset, "charset"), Objects.requireNonNull(onMalformed, "onMalformed"));
    }

    /**
     * A view of this reader for libraries that read from an {@link InputStream}: its reads suspend the task, and throw what reads here
     * throw. It keeps no bytes of its own, so it can be mixed with calls of the reader. It may be used by this loop's tasks only, one at a
     * time; closing it ends the view, not the connection, which the writer owns; it cannot be marked and reset.
     *
     * @return the view
     */
    public InputStream asInputStream() {
        return new StreamInput(this);
    }

    /** Drops what is there, at most so much; waits if there is nothing. 0 at the end of the stream. */
    @Suspends
    int skip(long n) throws IOException {
        throwIfBroken();
        if (n <= 0) {
            return 0;
        }
        while (buffer.isEmpty() && !eof) {
            awaitData();
        }
        int length = (int) Math.min(n, buffer.size());
        buffer.drop(length);
        resumeIfRoom();
        return length;
    }

    /** {@return how many bytes came and are not read yet: so many can be read without waiting} */
    public int buffered() {
        return buffer.size();
    }

    /**
     * The messages that come in a certain form: {@code for (byte[] message : reader.frames(Framing.netstring()))}. Reads nothing yet.
     *
     * @param framing the form; its limit holds, not this reader's
     * @return the messages
     */
    public Frames frames(Framing framing) {
        return new Frames(this, framing.newFinder());
    }

    /** The next message, null at the end of the stream. */
    @Suspends
    byte @Nullable [] readFrame(FrameFinder finder) throws IOException {
        throwIfBroken();
        finder.startOver(); // other reads may have come between
        while (!finder.find(buffer)) {
            if (eof) {
                if (buffer.isEmpty()) {
                    return null;
                }
                throw new IncompleteReadException(take(buffer.size()), OptionalInt.empty());
            }
            awaitData();
        }
        byte[] message = finder.take(buffer);
        resumeIfRoom();
        return message;
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

    /** Keeps the writer of the same connection in memory as long as this reader is. */
    void keep(StreamWriter writer) {
        this.writer = writer;
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
        arrivals++;
        Future<@Nullable Void> waiting = arrival;
        if (waiting != null) {
            arrival = null;
            if (!waiting.done()) {
                waiting.setResult(null);
            }
        }
        if (direct != null) {
            direct.endDirectRead(); // fed by somebody else
        }
        if (listener != null) {
            listener.run();
        }
    }

    @Suspends
    private void awaitData() throws IOException {
        awaitData(null);
    }

    /**
     * Waits for something to come.
     *
     * @param target where to put what comes, past the buffer, if that is possible; null for the buffer
     * @return how many bytes were put there
     */
    @Suspends
    private int awaitData(@Nullable ByteBuffer target) throws IOException {
        int length = 0;
        if (reading) {
            throw new IllegalStateException("another task is reading: " + this);
        }
        ReadTransport source = transport;
        if (paused && source != null) {
            paused = false; // whoever waits wants more than the buffer is meant to hold
            source.resumeReading();
        }
        reading = true;
        try {
            length = readDirectly(target);
            if (length < 0) {
                awaitArrival();
            }
        } finally {
            reading = false;
        }
        throwIfBroken();
        return Math.max(length, 0);
    }

    /**
     * Has this task itself take the bytes from the connection, if that is possible.
     *
     * @return how many bytes it has put into the target; -1 if nothing came that way
     */
    @Suspends
    private int readDirectly(@Nullable ByteBuffer target) {
        if (!(transport instanceof DirectReading source)
                || !(transport.getProtocol() instanceof StreamReaderProtocol protocol && protocol.feeds(this))) {
            return -1;
        }
        direct = source;
        long before = arrivals;
        try {
            int length =
                    target != null && listener == null ? source.readDirectly(target) : source.readDirectly() ? 0 : -1;
            return length < 0 && arrivals != before ? 0 : length;
        } finally {
            direct = null;
        }
    }

    @Suspends
    private void awaitArrival() {
        Future<@Nullable Void> next = loop.createFuture();
        arrival = next;
        try {
            next.await();
        } finally {
            arrival = null;
        }
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
