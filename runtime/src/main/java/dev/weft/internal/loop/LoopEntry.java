package dev.weft.internal.loop;

import org.jspecify.annotations.Nullable;

/** Something in the ready queue: it runs once, in its turn. */
public interface LoopEntry {
    /** Whom it lets go on, for traces; {@code null} if that is nobody, or not known. On the loop's own stack. */
    default @Nullable Object owner() {
        return null;
    }

    /**
     * Runs on the loop's own stack, which belongs to no fiber: no code of users here, no logging, no lock that a fiber could hold,
     * no thread start. What cannot promise that is a {@link UserCallback}.
     */
    void run();

    /** Whether it is to run, too, when the channel it waits for was closed. */
    default boolean runsOnClose() {
        return false;
    }
}
