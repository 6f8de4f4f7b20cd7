package dev.weft.io.http;

import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A part of a multipart form: a field, or a file. Can be read until the next part is asked for. */
public final class Part {
    private static final int AT_ONCE = 8 * 1024;

    private final Multipart form;
    private final Headers headers;
    private final String name;
    private final @Nullable String filename;
    private boolean ended;

    Part(Multipart form, Headers headers) {
        this.form = form;
        this.headers = headers;
        String disposition = headers.get("Content-Disposition");
        String given = disposition == null ? null : parameter(disposition, "name");
        if (disposition == null || given == null || !ContentType.is(disposition, "form-data")) {
            throw new HttpStatusException(400, "a part of the form has no name");
        }
        name = given;
        filename = parameter(disposition, "filename");
    }

    private static @Nullable String parameter(String disposition, String wanted) {
        String value = ContentType.parameter(disposition, wanted);
        if (value == null) {
            return null;
        }
        try {
            // Browsers send names in UTF-8; fields are read byte by byte.
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(value.getBytes(StandardCharsets.ISO_8859_1)))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new HttpStatusException(400, "a name in the form is not UTF-8");
        }
    }

    /** {@return the name of the field} */
    public String name() {
        return name;
    }

    /**
     * What the peer says the file is called.
     *
     * @return any text the peer likes, so not to be used as a path; null if the part is no file
     */
    public @Nullable String filename() {
        return filename;
    }

    /** {@return the part's fields; not to be changed} */
    public Headers headers() {
        return headers;
    }

    /**
     * Reads what is there, at most {@code n} bytes; waits if there is nothing.
     *
     * @param n how many bytes at most
     * @return at least one byte; none at the end of the part, or if {@code n} is 0
     * @throws HttpStatusException 400 if the body is malformed
     * @throws IOException as {@link Body#read} throws it
     * @throws IllegalArgumentException if {@code n} is negative
     * @throws IllegalStateException if a later part was asked for
     */
    @Suspends
    public byte[] read(int n) throws IOException {
        if (n < 0) {
            throw new IllegalArgumentException("cannot read a negative number of bytes, got " + n);
        }
        if (n == 0 || ended) {
            return new byte[0];
        }
        byte[] bytes = form.read(this, n);
        ended = bytes.length == 0;
        return bytes;
    }

    /**
     * Reads the rest of the part: no more than the limit of the whole body.
     *
     * @return what was left
     * @throws IOException as {@link #read} throws it
     */
    @Suspends
    public byte[] readAll() throws IOException {
        var all = new ByteArrayOutputStream();
        for (byte[] bytes = read(AT_ONCE); bytes.length > 0; bytes = read(AT_ONCE)) {
            all.writeBytes(bytes);
        }
        return all.toByteArray();
    }

    /**
     * Reads the rest of the part as text, in the charset that its {@code Content-Type} names, or UTF-8.
     *
     * @return the text
     * @throws HttpStatusException 415 if the charset is unknown, 400 if the bytes are no text in it
     * @throws IOException as {@link #read} throws it
     */
    @Suspends
    public String text() throws IOException {
        Charset charset;
        try {
            charset = ContentType.charset(headers.get("Content-Type"));
        } catch (IllegalArgumentException e) {
            throw new HttpStatusException(415, "the charset of a part is unknown");
        }
        byte[] bytes = readAll();
        try {
            return charset.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException e) {
            throw new HttpStatusException(400, "a part is not valid " + charset);
        }
    }

    @Suspends
    void skip() throws IOException {
        while (read(AT_ONCE).length > 0) {
            // What nobody wanted.
        }
    }

    @Override
    public String toString() {
        return "Part[" + Headers.escaped(name) + (filename == null ? "" : ", a file") + "]";
    }
}
