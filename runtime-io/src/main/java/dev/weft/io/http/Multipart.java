package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a body of type {@code multipart/form-data}, RFC 7578, one after another as they come. Asking for the next part skips what was not read
 * of the last one. Made by {@link Body#multipart}; confined to the task that reads the body.
 */
public final class Multipart implements Iterable<Part> {
    private static final int AT_ONCE = 8 * 1024;
    private static final int MOST_HEADER_BYTES = 8 * 1024;
    private static final int MOST_HEADERS = 20;
    private static final int LONGEST_BOUNDARY = 70;
    private static final byte[] LINE_END = {'\r', '\n'};

    private final Body body;
    private final int mostParts;

    /** CR, LF, two dashes, and what the peer chose to be found in no part. */
    private final byte[] delimiter;

    /** What came and is not used: from {@code begin} to {@code end}. Starts with a line end, so that a first delimiter is like every other. */
    private byte[] window = Arrays.copyOf(LINE_END, 2 * AT_ONCE);

    private int begin;
    private int end = LINE_END.length;

    private @Nullable Part current;
    private int parts;
    private boolean ended;

    Multipart(Body body, String boundary, int mostParts) {
        this.body = body;
        this.mostParts = mostParts;
        delimiter = ("\r\n--" + boundary).getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The boundary that a type names.
     *
     * @throws HttpStatusException 415 if it is another type, 400 if it names no boundary
     */
    static String boundary(@Nullable String contentType) {
        if (contentType == null || !ContentType.is(contentType, "multipart/form-data")) {
            throw new HttpStatusException(415, "a form is expected: multipart/form-data");
        }
        String boundary = ContentType.parameter(contentType, "boundary");
        if (boundary == null
                || boundary.isEmpty()
                || boundary.length() > LONGEST_BOUNDARY
                || boundary.endsWith(" ")
                || !boundary.chars().allMatch(c -> c >= ' ' && c < 0x7f)) {
            throw new HttpStatusException(400, "multipart/form-data without a valid boundary");
        }
        return boundary;
    }

    /**
     * The next part.
     *
     * @return the part, null after the last one
     * @throws HttpStatusException 400 if the body is malformed, 413 if there are too many parts
     * @throws IOException as {@link Body#read} throws it
     */
    @Suspends
    public @Nullable Part next() throws IOException {
        if (ended) {
            return null;
        }
        if (current != null) {
            current.skip();
        } else {
            while (takeUntilDelimiter(AT_ONCE).length > 0) {
                // Whatever comes before the first delimiter is of no interest.
            }
        }
        begin += delimiter.length;
        need(2);
        if (window[begin] == '-' && window[begin + 1] == '-') {
            ended = true;
            current = null;
            while (body.read(AT_ONCE).length > 0) {
                // Neither is what comes after the last.
            }
            return null;
        }
        if (++parts > mostParts) {
            throw new HttpStatusException(413, "more than " + mostParts + " parts");
        }
        current = new Part(this, readHeaders());
        return current;
    }

    /**
     * The parts, as {@link #next} gives them. Can be gone through once; the iterator suspends, and throws {@link UncheckedIOException} where
     * {@code next} throws an {@link IOException}.
     */
    @Override
    public Iterator<Part> iterator() {
        return new Iterator<>() {
            private @Nullable Part following;
            private boolean asked;

            @Override
            @Suspends
            public boolean hasNext() {
                if (!asked) {
                    asked = true;
                    try {
                        following = Multipart.this.next();
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                }
                return following != null;
            }

            @Override
            @Suspends
            public Part next() {
                if (!hasNext()) {
                    throw new NoSuchElementException("no more parts");
                }
                asked = false;
                Part part = following;
                if (part == null) {
                    throw new NoSuchElementException("no more parts");
                }
                return part;
            }
        };
    }

    /** Bytes of the current part, none at its end: then the delimiter is next. */
    @Suspends
    byte[] read(Part part, int n) throws IOException {
        if (part != current) {
            throw new IllegalStateException("the part is over: a later one was asked for");
        }
        return takeUntilDelimiter(n);
    }

    @Suspends
    private byte[] takeUntilDelimiter(int n) throws IOException {
        while (true) {
            int safe = bytesBeforeDelimiter();
            if (safe > 0 || isAt(begin, delimiter)) {
                byte[] taken = Arrays.copyOfRange(window, begin, begin + Math.min(safe, n));
                begin += taken.length;
                return taken;
            }
            fill();
        }
    }

    /** How many bytes at the front cannot be part of a delimiter. */
    private int bytesBeforeDelimiter() {
        for (int at = begin; at < end; at++) {
            if (window[at] == '\r' && couldBeDelimiter(at)) {
                return at - begin;
            }
        }
        return end - begin;
    }

    private boolean couldBeDelimiter(int at) {
        int length = Math.min(delimiter.length, end - at);
        return Arrays.equals(window, at, at + length, delimiter, 0, length);
    }

    private boolean isAt(int at, byte[] bytes) {
        return end - at >= bytes.length && Arrays.equals(window, at, at + bytes.length, bytes, 0, bytes.length);
    }

    private Headers parsed(String lines) {
        var headers = new Headers();
        for (String line : lines.split("\r\n", -1)) {
            int colon = line.indexOf(':');
            if (colon <= 0 || headers.size() == MOST_HEADERS) {
                throw malformed();
            }
            try {
                headers.add(line.substring(0, colon), line.substring(colon + 1));
            } catch (IllegalArgumentException e) {
                throw malformed();
            }
        }
        return headers;
    }

    @Suspends
    private Headers readHeaders() throws IOException {
        if (!isAt(begin, LINE_END)) {
            throw malformed();
        }
        int first = begin + LINE_END.length;
        int at = begin;
        while (true) {
            // The empty line: a line end, straight after another.
            while (at + 4 <= end) {
                if (isAt(at, LINE_END) && isAt(at + 2, LINE_END)) {
                    if (at < first) {
                        throw malformed(); // no field at all
                    }
                    String lines = new String(window, first, at - first, StandardCharsets.ISO_8859_1);
                    begin = at + 2 * LINE_END.length;
                    return parsed(lines);
                }
                at++;
            }
            if (end - begin > MOST_HEADER_BYTES) {
                throw new HttpStatusException(431, "a part's fields have more than " + MOST_HEADER_BYTES + " bytes");
            }
            int moved = begin;
            fill();
            first -= moved - begin;
            at -= moved - begin;
        }
    }

    /** Has at least so many bytes in the window. */
    @Suspends
    private void need(int bytes) throws IOException {
        while (end - begin < bytes) {
            fill();
        }
    }

    @Suspends
    private void fill() throws IOException {
        if (begin > 0) {
            System.arraycopy(window, begin, window, 0, end - begin);
            end -= begin;
            begin = 0;
        }
        if (window.length - end < AT_ONCE) {
            window = Arrays.copyOf(window, window.length + AT_ONCE);
        }
        byte[] more = body.read(AT_ONCE);
        if (more.length == 0) {
            throw malformed();
        }
        System.arraycopy(more, 0, window, end, more.length);
        end += more.length;
    }

    private static HttpStatusException malformed() {
        return new HttpStatusException(400, "the multipart body is malformed, or ends too early");
    }
}
