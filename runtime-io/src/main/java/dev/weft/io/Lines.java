package dev.weft.io;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The lines of a reader, to the end of its stream. */
final class Lines implements Iterator<byte[]> {
    private final StreamReader reader;
    private byte @Nullable [] line;

    Lines(StreamReader reader) {
        this.reader = reader;
    }

    @Override
    @Suspends
    public boolean hasNext() {
        if (line == null) {
            try {
                line = reader.readLine();
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

    /**
     * The lines as text. Whole lines are decoded, so that no character is ever split.
     *
     * @throws IllegalArgumentException if a newline is not the one byte that {@code readLine} looks for
     */
    static Iterable<String> decoded(StreamReader reader, Charset charset, CodingErrorAction onMalformed) {
        if (!Arrays.equals("\n".getBytes(charset), new byte[] {'\n'})) {
            throw new IllegalArgumentException("lines end with the byte 0x0A, which does not end them in " + charset
                    + "; decode the whole stream");
        }
        CharsetDecoder decoder =
                charset.newDecoder().onMalformedInput(onMalformed).onUnmappableCharacter(onMalformed);
        return () -> new Decoded(new Lines(reader), decoder);
    }

    private static final class Decoded implements Iterator<String> {
        private final Lines lines;
        private final CharsetDecoder decoder;
        private long number;

        Decoded(Lines lines, CharsetDecoder decoder) {
            this.lines = lines;
            this.decoder = decoder;
        }

        @Override
        @Suspends
        public boolean hasNext() {
            return lines.hasNext();
        }

        @Override
        @Suspends
        public String next() {
            ByteBuffer bytes = ByteBuffer.wrap(lines.next());
            number++;
            try {
                return decoder.decode(bytes).toString();
            } catch (CharacterCodingException e) {
                throw new UncheckedIOException(
                        "line " + number + " is not " + decoder.charset() + ": malformed at byte " + bytes.position()
                                + " of its " + bytes.limit(),
                        e);
            }
        }
    }
}
