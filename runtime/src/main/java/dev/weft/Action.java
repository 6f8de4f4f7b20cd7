package dev.weft;

/** The body of a task without a value, and every callback of a loop. Callbacks must not suspend; tasks may. */
@FunctionalInterface
public interface Action {
    /**
     * Runs it.
     *
     * @throws Exception what the task fails with; what a callback throws goes to the loop's exception handler
     */
    void run() throws Exception;
}
