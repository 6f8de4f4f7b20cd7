package dev.weft.io;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;

/**
 * How messages follow each other in a stream: for {@link StreamReader#frames} and {@link StreamWriter#writeFrame}. Immutable, and usable
 * for any number of streams. The protocols {@link LineProtocol}, {@link NetstringProtocol} and {@link LengthPrefixedProtocol} understand the
 * same forms.
 */
public abstract sealed class Framing {
    static final int MAX_LINE = 16384;
    static final int MAX_MESSAGE = 99999;

    private final int maxLength;

    private Framing(int maxLength) {
        this.maxLength = checkedLength(maxLength);
    }

    static int checkedLength(int maxLength) {
        if (maxLength < 0 || maxLength > Integer.MAX_VALUE - 64) {
            throw new IllegalArgumentException(
                    "a largest length is from 0 to " + (Integer.MAX_VALUE - 64) + ", got " + maxLength);
        }
        return maxLength;
    }

    static byte[] checkedDelimiter(byte[] delimiter) {
        if (delimiter.length == 0) {
            throw new IllegalArgumentException("a delimiter has at least one byte");
        }
        return delimiter.clone();
    }

    /** {@return lines that end with CR LF, of at most 16,384 bytes} */
    public static Framing line() {
        return line(new byte[] {'\r', '\n'}, MAX_LINE);
    }

    /**
     * Lines.
     *
     * @param delimiter what ends a line; not part of what is read or written
     * @param maxLength how many bytes a line has at most, without the delimiter
     * @return the framing
     * @throws IllegalArgumentException if the delimiter is empty or the length negative
     */
    public static Framing line(byte[] delimiter, int maxLength) {
        return new Line(checkedDelimiter(delimiter), maxLength);
    }

    /** {@return netstrings, <code>5:hello,</code>, of at most 99,999 bytes} */
    public static Framing netstring() {
        return netstring(MAX_MESSAGE);
    }

    /**
     * Netstrings: {@code 5:hello,}.
     *
     * @param maxLength how many bytes one has at most
     * @return the framing
     * @throws IllegalArgumentException if the length is negative
     */
    public static Framing netstring(int maxLength) {
        return new Netstring(maxLength);
    }

    /** {@return messages of up to 255 bytes behind one byte that tells their length} */
    public static Framing prefix8() {
        return prefixed(PrefixSize.INT8, MAX_MESSAGE);
    }

    /** {@return messages of up to 65,535 bytes behind two bytes that tell their length} */
    public static Framing prefix16() {
        return prefixed(PrefixSize.INT16, MAX_MESSAGE);
    }

    /** {@return messages of up to 99,999 bytes behind four bytes that tell their length} */
    public static Framing prefix32() {
        return prefixed(PrefixSize.INT32, MAX_MESSAGE);
    }

    /**
     * Messages behind a prefix that tells their length.
     *
     * @param size how large the prefix is
     * @param maxLength how many bytes a message has at most
     * @return the framing
     * @throws IllegalArgumentException if the length is negative
     */
    public static Framing prefixed(PrefixSize size, int maxLength) {
        return new Prefixed(size, maxLength);
    }

    /** {@return how many bytes a message has at most} */
    public int maxLength() {
        return maxLength;
    }

    /** For one stream. */
    abstract FrameFinder newFinder();

    /** A message with what belongs around it. */
    abstract List<ByteBuffer> around(byte[] message);

    void checkLength(byte[] message, long most) {
        if (message.length > most) {
            throw new IllegalArgumentException(
                    "a message has at most " + most + " bytes here, this one has " + message.length);
        }
    }

    private static final class Line extends Framing {
        private final byte[] delimiter;

        Line(byte[] delimiter, int maxLength) {
            super(maxLength);
            this.delimiter = delimiter;
        }

        @Override
        FrameFinder newFinder() {
            return new LineFinder(delimiter, maxLength());
        }

        @Override
        List<ByteBuffer> around(byte[] message) {
            checkLength(message, maxLength());
            return List.of(
                    ByteBuffer.wrap(checkedLine(message, delimiter)),
                    ByteBuffer.wrap(delimiter).asReadOnlyBuffer());
        }

        @Override
        public String toString() {
            return "Framing[lines of at most " + maxLength() + " bytes]";
        }
    }

    /** A line with its delimiter inside would be two, the second of which somebody else may have thought out. */
    static byte[] checkedLine(byte[] line, byte[] delimiter) {
        var queue = new ByteQueue();
        queue.append(ByteBuffer.wrap(line));
        queue.append(ByteBuffer.wrap(delimiter));
        int first = queue.indexOf(delimiter, 0, Integer.MAX_VALUE);
        if (first < line.length) {
            throw new IllegalArgumentException("a line cannot contain its own delimiter, this one does at " + first);
        }
        return line;
    }

    private static final class Netstring extends Framing {
        private static final byte[] COMMA = {','};

        Netstring(int maxLength) {
            super(maxLength);
        }

        @Override
        FrameFinder newFinder() {
            return new NetstringFinder(maxLength());
        }

        @Override
        List<ByteBuffer> around(byte[] message) {
            checkLength(message, maxLength());
            return List.of(
                    StandardCharsets.US_ASCII.encode(message.length + ":"),
                    ByteBuffer.wrap(message),
                    ByteBuffer.wrap(COMMA).asReadOnlyBuffer());
        }

        @Override
        public String toString() {
            return "Framing[netstrings of at most " + maxLength() + " bytes]";
        }
    }

    private static final class Prefixed extends Framing {
        private final PrefixSize size;

        Prefixed(PrefixSize size, int maxLength) {
            super((int) Math.min(Framing.checkedLength(maxLength), size.largest()));
            this.size = Objects.requireNonNull(size, "size");
        }

        @Override
        FrameFinder newFinder() {
            return new PrefixFinder(size, maxLength());
        }

        @Override
        List<ByteBuffer> around(byte[] message) {
            checkLength(message, maxLength());
            var prefix = ByteBuffer.allocate(4).putInt(message.length).flip();
            return List.of(prefix.position(4 - size.bytes()), ByteBuffer.wrap(message));
        }

        @Override
        public String toString() {
            return "Framing[messages of at most " + maxLength() + " bytes behind " + size.bytes() + " of length]";
        }
    }
}
