package dev.weft.io.internal.websocket;

/** Which end of a connection this is: clients mask what they send, servers do not. */
public enum Role {
    /** The end that was connected to. */
    SERVER,
    /** The end that connected. */
    CLIENT
}
