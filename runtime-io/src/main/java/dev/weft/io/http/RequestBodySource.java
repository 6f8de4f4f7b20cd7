package dev.weft.io.http;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.internal.http1.BodyDecoder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** The body of a request, from the connection: asks the peer to go on if it waits for that, and gives up when it is too slow. */
final class RequestBodySource implements BodySource {
    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    private final BodyDecoder decoder;
    private final Input input;
    private final EventLoop loop;
    private final ReadLimit readLimit;
    private final HttpServerOptions options;
    private Runnable sendContinue;
    private boolean expectsContinue;
    private long received;
    private long waitedNanos;

    RequestBodySource(
            BodyDecoder decoder, Input input, EventLoop loop, ReadLimit readLimit, HttpServerOptions options) {
        this.decoder = decoder;
        this.input = input;
        this.loop = loop;
        this.readLimit = readLimit;
        this.options = options;
        sendContinue = () -> {};
    }

    /** The peer waits to be asked for the body. */
    void expectContinue(Runnable send) {
        expectsContinue = true;
        sendContinue = send;
    }

    /** Whether the peer waits to be asked, and was not. */
    boolean expectsContinue() {
        return expectsContinue;
    }

    /** The answer has begun: nothing can be asked any more. */
    void answered() {
        expectsContinue = false;
    }

    @Override
    @Suspends
    public ByteBuffer next() throws IOException {
        while (true) {
            ByteBuffer part = decoder.decode(input.bytes());
            if (part.hasRemaining()) {
                received += part.remaining();
                return part;
            }
            if (decoder.isDone()) {
                return NOTHING;
            }
            if (expectsContinue) {
                expectsContinue = false;
                sendContinue.run();
            }
            if (!awaitMore()) {
                decoder.end();
            }
        }
    }

    @Suspends
    private boolean awaitMore() throws IOException {
        long allowedNanos =
                options.bodyTimeout().toNanos() + (long) (1e9 * ((double) received / options.bodyBytesPerSecond()));
        readLimit.begin(Duration.ofNanos(Math.max(0, allowedNanos - waitedNanos)), "the body came too slowly");
        long before = loop.time();
        try {
            return input.fill();
        } finally {
            waitedNanos += loop.time() - before;
            readLimit.end();
        }
    }

    @Override
    public boolean isDone() {
        return decoder.isDone();
    }

    @Override
    public long remaining() {
        return decoder.remaining();
    }

    @Override
    public Headers trailers() {
        return decoder.trailers();
    }
}
