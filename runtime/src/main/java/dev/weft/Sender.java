package dev.weft;

/**
 * The end of a {@link Channel} that items go in. Closed when nothing more will come from here; the channel ends when all its senders
 * are closed.
 *
 * <p>Confined to the channel's loop. One made by {@link Channel#threadsafe} is shared by threads: all but {@link #send} may be called
 * from anywhere.
 *
 * @param <T> the type of the items
 */
public sealed interface Sender<T> extends AutoCloseable permits LoopSender, ThreadSender {
    /**
     * Sends an item. Waits, in order of arrival, while the channel is full; at a rendezvous until a receiver has taken the item. A channel
     * that drops items never makes a sender wait.
     *
     * @param item the item, not null
     * @throws CancelledError if the task is cancelled while it waits; the item is not sent. A cancellation that comes after a receiver took
     *     the item is delivered at the next call that suspends
     * @throws BrokenResourceException if all receivers are, or meanwhile were, closed; the item is not sent
     * @throws ClosedResourceException if this end is, or meanwhile was, closed; the item is not sent
     * @throws IllegalStateException if it has to wait and the caller is no task of the channel's loop
     */
    @Suspends
    void send(T item);

    /**
     * Sends an item if that is possible without waiting: there is space or, at a rendezvous, a receiver that waits. Never overtakes a
     * sender that waits. As trio's {@code send_nowait}.
     *
     * @param item the item, not null
     * @return whether the channel took it; false also if it dropped it as {@link Overflow#DROP_LATEST}
     * @throws BrokenResourceException if all receivers are closed
     * @throws ClosedResourceException if this end is closed
     * @throws IllegalStateException if the caller is not on the channel's loop, unless the channel is threadsafe
     */
    boolean trySend(T item);

    /**
     * The same as {@link #trySend}, under the name that threads know.
     *
     * @param item the item, not null
     * @return whether the channel took it
     * @throws BrokenResourceException if all receivers are closed
     * @throws ClosedResourceException if this end is closed
     * @throws IllegalStateException if the caller is not on the channel's loop, unless the channel is threadsafe
     */
    default boolean offer(T item) {
        return trySend(item);
    }

    /**
     * Sends an item from a thread: waits while the channel is full, by blocking the calling thread. Only for channels made by
     * {@link Channel#threadsafe}.
     *
     * @param item the item, not null
     * @throws InterruptedException if the thread is interrupted while it waits; the item is not sent
     * @throws BrokenResourceException if all receivers are, or meanwhile were, closed; the item is not sent
     * @throws ClosedResourceException if this end is, or meanwhile was, closed; the item is not sent
     * @throws IllegalStateException if the calling thread runs the channel's loop, which it would block, or the loop is closed
     * @throws UnsupportedOperationException if the channel is not threadsafe
     */
    void put(T item) throws InterruptedException;

    /** Closes this end; calls that wait on it get a {@link ClosedResourceException}. Without effect when closed already. */
    @Override
    void close();

    /**
     * As {@link #close()}, because of a failure: when all senders are closed and the items received, receivers get the cause instead of an
     * {@link EndOfChannelException}. The first cause counts.
     *
     * @param cause what receivers are to be thrown
     */
    void close(Throwable cause);

    /**
     * Another sender of the same channel, to be closed on its own.
     *
     * @return the new end
     * @throws ClosedResourceException if this one is closed
     * @throws IllegalStateException if the caller is not on the channel's loop, unless the channel is threadsafe
     */
    Sender<T> clone();

    /** {@return how many tasks wait in {@link #send} on the channel and have not been woken} */
    int waiters();
}
