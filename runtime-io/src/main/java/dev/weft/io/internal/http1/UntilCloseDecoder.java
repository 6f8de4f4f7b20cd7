package dev.weft.io.internal.http1;

import java.nio.ByteBuffer;

/** A body that ends with its connection. */
final class UntilCloseDecoder implements BodyDecoder {
    private boolean done;

    @Override
    public ByteBuffer decode(ByteBuffer in) {
        ByteBuffer part = in.slice();
        in.position(in.limit());
        return part;
    }

    @Override
    public void end() {
        done = true;
    }

    @Override
    public boolean isDone() {
        return done;
    }
}
