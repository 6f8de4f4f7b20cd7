package dev.weft.io.http;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Locale;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/** Compresses responses by gzip, where the peer takes it and it is worth it. */
final class ResponseCoding {
    private static final int BUFFER = 8 * 1024;
    private static final int FILE_PIECE = 64 * 1024;

    private ResponseCoding() {}

    /**
     * Compresses a response, or not.
     *
     * @param headers its fields, which are changed accordingly
     * @return its content, compressed if they now say so
     */
    static Content apply(@Nullable Request request, Response response, Headers headers, int fromBytes) {
        Content content = response.content();
        if (fromBytes == Integer.MAX_VALUE || request == null || !isWorthIt(response, headers, fromBytes)) {
            return content;
        }
        headers.add("Vary", "Accept-Encoding"); // also where the answer is not: caches must know
        if (!accepts(request.headers())) {
            return content;
        }
        headers.set("Content-Encoding", "gzip");
        headers.remove("Content-Length");
        String tag = headers.get("ETag");
        if (tag != null && !tag.startsWith("W/")) {
            headers.set("ETag", "W/" + tag); // the same resource, other bytes
        }
        return switch (content) {
            case Content.Bytes(byte[] bytes) -> new Content.Bytes(compressed(bytes));
            case Content.Produced(BodyProducer producer) -> new Content.Produced(out -> compress(producer, out));
            case Content.File file -> new Content.Produced(out -> compress(packed -> copy(file, packed), out));
            case Content.Upgrade _ -> content;
        };
    }

    private static boolean isWorthIt(Response response, Headers headers, int fromBytes) {
        boolean isLong = switch (response.content()) {
            case Content.Bytes(byte[] bytes) -> bytes.length >= fromBytes;
            case Content.Produced _ -> true;
            case Content.File file -> file.length() >= fromBytes;
            case Content.Upgrade _ -> false;
        };
        return isLong
                && response.status() != 206
                && !headers.contains("Content-Encoding")
                && !headers.lists("Cache-Control", "no-transform")
                && isCompressible(headers.get("Content-Type"));
    }

    /** Whether the type is one that is not compressed already. */
    private static boolean isCompressible(@Nullable String contentType) {
        if (contentType == null) {
            return false;
        }
        String type = ContentType.essence(contentType);
        return type.startsWith("text/")
                || type.endsWith("+json")
                || type.endsWith("+xml")
                || type.equals("application/json")
                || type.equals("application/javascript")
                || type.equals("application/xml")
                || type.equals("application/wasm");
    }

    /** Whether {@code Accept-Encoding} allows gzip: RFC 9110, section 12.5.3. */
    static boolean accepts(Headers headers) {
        Boolean any = null;
        for (String field : headers.getAll("Accept-Encoding")) {
            for (String element : field.split(",", -1)) {
                String coding = ContentType.essence(element);
                boolean allowed = !isZero(ContentType.parameter(element, "q"));
                if (coding.equals("gzip") || coding.equals("x-gzip")) {
                    return allowed;
                }
                if (coding.equals("*")) {
                    any = allowed;
                }
            }
        }
        return any != null && any;
    }

    private static boolean isZero(@Nullable String quality) {
        return quality != null && quality.toLowerCase(Locale.ROOT).matches("0(\\.0{0,3})?");
    }

    private static byte[] compressed(byte[] bytes) {
        var packed = new ByteArrayOutputStream(bytes.length / 2 + 64);
        try (var gzip = new GZIPOutputStream(packed, BUFFER)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // not in memory
        }
        return packed.toByteArray();
    }

    @Suspends
    private static void copy(Content.File file, BodyWriter out) throws IOException {
        try (FileChannel channel = OpenFile.open(file.path())) {
            var buffer = ByteBuffer.allocate(FILE_PIECE);
            for (long sent = 0; sent < file.length(); sent += buffer.limit()) {
                long at = file.offset() + sent;
                buffer.clear().limit((int) Math.min(FILE_PIECE, file.length() - sent));
                Asyncio.toThread(() -> channel.read(buffer, at));
                if (buffer.flip().limit() == 0) {
                    throw new IOException("a file became shorter while it was sent: " + file.path());
                }
                out.write(buffer.duplicate());
            }
        }
    }

    @Suspends
    private static void compress(BodyProducer producer, BodyWriter out) throws Exception {
        // With syncFlush a flush of the producer's gets through to the peer. Not closed if the producer fails: that
        // would send an end.
        var gzip = new GZIPOutputStream(out.outputStream(), BUFFER, true);
        var inner = new BodyWriter((piece, last) -> {
            var bytes = new byte[piece.remaining()];
            piece.get(bytes);
            gzip.write(bytes);
            if (!last) {
                gzip.flush();
            }
        });
        producer.produce(inner);
        inner.end();
        gzip.close();
    }
}
