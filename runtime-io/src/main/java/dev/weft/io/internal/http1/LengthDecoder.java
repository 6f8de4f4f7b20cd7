package dev.weft.io.internal.http1;

import java.nio.ByteBuffer;

/** A body of known length. */
final class LengthDecoder implements BodyDecoder {
    private long remaining;

    LengthDecoder(long length) {
        remaining = length;
    }

    @Override
    public ByteBuffer decode(ByteBuffer in) {
        int length = (int) Math.min(in.remaining(), remaining);
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        remaining -= length;
        return part;
    }

    @Override
    public boolean isDone() {
        return remaining == 0;
    }

    @Override
    public long remaining() {
        return remaining;
    }
}
