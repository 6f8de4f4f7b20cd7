package dev.weft.io.http;

import dev.weft.io.StreamHandler;

/** What follows the head of a response. */
sealed interface Content {
    /** All of it, at hand. */
    record Bytes(byte[] bytes) implements Content {}

    /** Written piece by piece. */
    record Produced(BodyProducer producer) implements Content {}

    /** The connection goes on with another protocol. */
    record Upgrade(StreamHandler handler) implements Content {}

    Content NONE = new Bytes(new byte[0]);
}
