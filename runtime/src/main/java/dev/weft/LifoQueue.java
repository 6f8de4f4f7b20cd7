package dev.weft;

import org.jspecify.annotations.Nullable;

/**
 * A {@link Queue} that gives the newest item first. Mirrors {@code asyncio.LifoQueue}.
 *
 * @param <T> the type of the items
 */
public class LifoQueue<T extends @Nullable Object> extends Queue<T> {
    /** A queue without bounds. */
    public LifoQueue() {}

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; zero or less for any number
     */
    public LifoQueue(int maxsize) {
        super(maxsize);
    }

    @Override
    protected T doGet() {
        return removeLast();
    }
}
