package dev.weft.io.websocket;

/** What a {@link Broadcast} does about a peer that does not take its messages fast enough. */
public enum SlowPeers {
    /** The message is left out for this peer. For what the next message replaces: positions, prices. */
    DROP_MESSAGE,

    /** The peer is closed with code 1008. For what is useless with gaps, when peers can come back: chats, logs. */
    DISCONNECT,

    /** The sender waits for the peer, after all others have got the message. The slowest peer sets the pace. */
    WAIT
}
