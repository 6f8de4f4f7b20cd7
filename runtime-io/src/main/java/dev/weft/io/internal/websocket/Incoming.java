package dev.weft.io.internal.websocket;

import dev.weft.io.websocket.Message;

/** What comes from the peer. */
@SuppressWarnings("ArrayRecordComponent") // handed over once, and never compared
public sealed interface Incoming {
    /**
     * A whole message.
     *
     * @param message the message
     * @param size how many bytes it has
     */
    record Data(Message message, int size) implements Incoming {}

    /**
     * A ping.
     *
     * @param payload what the pong has to contain
     */
    record Ping(byte[] payload) implements Incoming {}

    /**
     * A pong.
     *
     * @param payload what the ping contained, unless it is unsolicited
     */
    record Pong(byte[] payload) implements Incoming {}

    /**
     * A close frame.
     *
     * @param code its code, 1005 if it has none
     * @param reason why
     */
    record Close(int code, String reason) implements Incoming {}
}
