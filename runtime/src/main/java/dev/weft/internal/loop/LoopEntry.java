package dev.weft.internal.loop;

/** Something in the ready queue: it runs once, in its turn. */
public interface LoopEntry {
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
