package dev.weft;

/**
 * A {@link Body} without a value.
 *
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface VoidBody<X extends Exception> {
    /**
     * Runs it.
     *
     * @throws X as declared
     */
    void run() throws X;
}
