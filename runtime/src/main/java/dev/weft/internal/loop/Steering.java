package dev.weft.internal.loop;

/** Decides, in tests, in which order an iteration runs its entries, as far as that is not laid down. */
public interface Steering {
    /**
     * Puts the entries of an iteration in the order in which they are to run. On the loop's own stack.
     *
     * @param ready all of them: first those that were queued, then those of channels that are ready, then those of timers that are due
     * @param queued how many were queued
     * @param untimed how many were queued or are of channels
     * @return how many to run now; the others stay for the next iteration
     */
    int arrange(Fifo<Object> ready, int queued, int untimed);
}
