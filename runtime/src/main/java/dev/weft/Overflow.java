package dev.weft;

/** What sending to a full {@link Channel} does. */
public enum Overflow {
    /** The sender waits for space. */
    SUSPEND,
    /** The oldest item in the channel is dropped to make space; the sender never waits. */
    DROP_OLDEST,
    /** The item to be sent is dropped; the sender never waits. */
    DROP_LATEST
}
