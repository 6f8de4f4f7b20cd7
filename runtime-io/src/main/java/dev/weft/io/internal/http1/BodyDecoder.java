package dev.weft.io.internal.http1;

import dev.weft.io.http.Headers;
import dev.weft.io.http.HttpProtocolException;
import java.nio.ByteBuffer;

/** Takes a body out of the bytes of a connection, and no byte beyond its end. */
public interface BodyDecoder {
    /** The decoder for a framing. */
    static BodyDecoder of(BodyFraming framing, HttpLimits limits) {
        return switch (framing) {
            case BodyFraming.None _ -> new LengthDecoder(0);
            case BodyFraming.Length(long bytes) -> new LengthDecoder(bytes);
            case BodyFraming.Chunked _ -> new ChunkedDecoder(limits);
            case BodyFraming.UntilClose _ -> new UntilCloseDecoder();
        };
    }

    /**
     * Takes what can be taken at once.
     *
     * @param in what came; its position moves past what was used
     * @return a part of the body, sharing the memory of {@code in}; nothing if more bytes are needed or the body has ended
     */
    ByteBuffer decode(ByteBuffer in) throws HttpProtocolException;

    /** Whether the body has ended. */
    boolean isDone();

    /** The connection has ended. */
    default void end() throws HttpProtocolException {
        if (!isDone()) {
            throw new HttpProtocolException(400, "the connection ended before the body did");
        }
    }

    /** How many bytes are still to come, -1 if that is not known. */
    default long remaining() {
        return isDone() ? 0 : -1;
    }

    /** The fields after the body. */
    default Headers trailers() {
        return new Headers();
    }
}
