package dev.weft.internal.coroutine;

/** Why a fiber gave the loop back. */
public enum Pause {
    /** It suspended itself and waits for {@link Fiber#resume}. */
    SUSPENDED,
    /** Its body has returned; the fiber never runs again. */
    ENDED,
    /** It waits for a lock or a monitor held by somebody else: nothing else may run on the loop meanwhile. */
    LOCK,
    /** It waits for something else outside the loop: a sleep, a socket, a blocking queue. */
    ELSEWHERE
}
