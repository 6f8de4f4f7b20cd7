package dev.weft.io.http;

import dev.weft.io.StreamHandler;
import java.nio.file.Path;

/** What follows the head of a response. */
sealed interface Content {
    /** All of it, at hand; never compared. */
    @SuppressWarnings("ArrayRecordComponent")
    record Bytes(byte[] bytes) implements Content {}

    /** Written piece by piece. */
    record Produced(BodyProducer producer) implements Content {}

    /** A part of a file. */
    record File(Path path, long offset, long length) implements Content {}

    /** The connection goes on with another protocol. */
    record Upgrade(StreamHandler handler) implements Content {}

    Content NONE = new Bytes(new byte[0]);
}
