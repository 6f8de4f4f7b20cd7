package dev.weft;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Objects;

/**
 * What is to be undone at the end of a scope, when how much that is turns out only inside it: for try-with-resources.
 *
 * <pre>{@code
 * try (var stack = new ExitStack()) {
 *     for (String name : names) {
 *         files.add(stack.push(open(name)));
 *     }
 *     stack.defer(() -> log("done"));
 * }
 * }</pre>
 *
 * Mirrors {@code contextlib.AsyncExitStack}. Used by one task at a time.
 */
public final class ExitStack implements AutoCloseable {
    private final Deque<AutoCloseable> pending = new ArrayDeque<>();

    /** An empty stack. */
    public ExitStack() {}

    /**
     * Has a resource closed at the end, before those that are on the stack already. Mirrors {@code enter_async_context}.
     *
     * @param resource what to close; once for each time it was pushed
     * @return the resource
     * @param <C> its type
     */
    public <C extends AutoCloseable> C push(C resource) {
        pending.push(Objects.requireNonNull(resource, "resource"));
        return resource;
    }

    /**
     * Has an action run at the end, before what is on the stack already. Mirrors {@code push_async_callback}.
     *
     * @param action what to run; may suspend
     */
    public void defer(Action action) {
        pending.push(Objects.requireNonNull(action, "action")::run);
    }

    /**
     * Moves everything to a new stack, so that the end of this scope undoes nothing of it. Mirrors {@code pop_all}.
     *
     * @return the new stack
     */
    public ExitStack popAll() {
        var taken = new ExitStack();
        taken.pending.addAll(pending);
        pending.clear();
        return taken;
    }

    /**
     * Undoes everything, last in first out; all of it, also when something throws or the task is cancelled meanwhile. The stack is empty
     * then and may be used again; a second call does nothing. Suspends if what is undone does.
     *
     * <p>Throws the first failure, the very object, undeclared if it is a checked exception; later ones are its suppressed exceptions.
     *
     * @throws CancelledError if the task was cancelled while something was being undone
     */
    @Override
    @Suspends
    public void close() {
        Throwable first = null;
        for (AutoCloseable next = pending.poll(); next != null; next = pending.poll()) {
            try {
                next.close();
            } catch (Throwable e) {
                if (first == null) {
                    first = e;
                } else if (first != e) {
                    first.addSuppressed(e);
                }
            }
        }
        if (first != null) {
            throw Throwables.rethrow(first);
        }
    }

    @Override
    public String toString() {
        return "ExitStack[" + pending.size() + " pending]";
    }
}
