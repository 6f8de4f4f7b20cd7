package dev.weft;

/**
 * The body of a scope, such as a task group or a timeout, which is handed the scope.
 *
 * @param <S> the scope
 * @param <X> what it may throw
 */
@FunctionalInterface
public interface ScopeBody<S, X extends Exception> {
    /**
     * Runs it.
     *
     * @param scope the scope it runs in
     * @throws X as declared
     */
    void run(S scope) throws X;
}
