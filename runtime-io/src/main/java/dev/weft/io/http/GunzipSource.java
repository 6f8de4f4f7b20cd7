package dev.weft.io.http;

import dev.weft.Suspends;
import dev.weft.io.internal.http1.GzipDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;

/** A body in the coding gzip, decoded: no more at a time than is asked for, however much is packed. */
final class GunzipSource implements BodySource {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BodySource packed;
    private final GzipDecoder decoder = new GzipDecoder();
    private ByteBuffer part = NOTHING;
    private boolean done;

    GunzipSource(BodySource packed) {
        this.packed = packed;
    }

    /** The body as its fields say it is: decoded, if it is in the one coding that is understood. */
    static BodySource of(BodySource source, Headers headers) {
        String coding = headers.get("Content-Encoding");
        boolean isGzip = coding != null && (coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip"));
        return isGzip && !source.isDone() ? new GunzipSource(source) : source;
    }

    @Override
    @Suspends
    public ByteBuffer next() throws IOException {
        while (!done) {
            ByteBuffer decoded = decoder.decode(part);
            if (decoded.hasRemaining()) {
                return decoded;
            }
            part = packed.next();
            if (!part.hasRemaining()) {
                decoder.end();
                close();
            }
        }
        return NOTHING;
    }

    @Override
    public boolean isDone() {
        return done;
    }

    @Override
    public long remaining() {
        return done ? 0 : -1;
    }

    @Override
    public Headers trailers() {
        return packed.trailers();
    }

    @Override
    public void close() {
        done = true;
        decoder.close();
    }
}
