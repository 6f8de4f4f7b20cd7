package dev.weft;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The end of a {@link Channel} that items come out of. Closed when nothing more is wanted here; when all receivers are closed, senders
 * are told.
 *
 * <p>Confined to the channel's loop. A {@code for} loop over a receiver gets items until the channel ends.
 *
 * @param <T> the type of the items
 */
public final class Receiver<T> implements Iterable<T>, AutoCloseable {
    private final Conduit<T> conduit;
    private final Conduit.End end = new Conduit.End();

    Receiver(Conduit<T> conduit) {
        this.conduit = conduit;
    }

    /**
     * Takes an item out. Waits, in order of arrival, while there is none; returns at once, without a task switch, if there is one that
     * nobody was woken for.
     *
     * @return the item
     * @throws EndOfChannelException if all senders are, or meanwhile were, closed, and their items received; what a sender was closed
     *     {@linkplain Sender#close(Throwable) with} takes its place
     * @throws CancelledError if the task is cancelled while it waits; no item is lost
     * @throws ClosedResourceException if this end is, or meanwhile was, closed
     * @throws IllegalStateException if it has to wait and the caller is no task of the channel's loop
     */
    @Suspends
    public T receive() {
        return conduit.receive(end);
    }

    /**
     * Takes an item out if there is one that nobody was woken for. Never waits. As trio's {@code receive_nowait}.
     *
     * @return the item, empty if there is none yet
     * @throws EndOfChannelException if there will be none any more, or what a sender was closed with
     * @throws ClosedResourceException if this end is closed
     * @throws IllegalStateException if the caller is not on the channel's loop
     */
    public Optional<T> tryReceive() {
        return Optional.ofNullable(conduit.tryReceive(end));
    }

    /**
     * Closes this end; calls that wait on it get a {@link ClosedResourceException}. If it is the last one, items not received are dropped
     * and senders get a {@link BrokenResourceException}. Without effect when closed already.
     *
     * @throws IllegalStateException if the caller is not on the channel's loop
     */
    @Override
    public void close() {
        conduit.checkThread();
        if (end.close()) {
            conduit.receiverClosed(end);
        }
    }

    /**
     * Another receiver of the same channel, to be closed on its own. Each item goes to one receiver.
     *
     * @return the new end
     * @throws ClosedResourceException if this one is closed
     * @throws IllegalStateException if the caller is not on the channel's loop
     */
    @Override
    @SuppressWarnings("MethodDoesntCallSuperMethod") // another end, not a copy of this one
    public Receiver<T> clone() {
        conduit.receiverCloned(end);
        return new Receiver<>(conduit);
    }

    /**
     * Receives until the channel ends. {@code hasNext} waits for an item and takes it out; it throws what {@link #receive} throws, except
     * {@link EndOfChannelException}.
     *
     * @return an iterator for one task
     */
    @Override
    public Iterator<T> iterator() {
        return new Items();
    }

    /** {@return how many items the channel holds} */
    public int buffered() {
        conduit.checkThread();
        return conduit.buffered();
    }

    /** {@return how many tasks wait in {@link #receive} on the channel and have not been woken} */
    public int waiters() {
        conduit.checkThread();
        return conduit.waitingReceivers();
    }

    @Override
    public String toString() {
        return "Receiver[" + (end.isClosed() ? "closed, " : "") + conduit + "]";
    }

    Conduit<T> conduit() {
        return conduit;
    }

    Conduit.End end() {
        return end;
    }

    private final class Items implements Iterator<T> {
        private @Nullable T item;

        @Override
        @Suspends
        public boolean hasNext() {
            if (item == null) {
                try {
                    item = receive();
                } catch (EndOfChannelException e) {
                    return false; // the end is not an error here
                }
            }
            return true;
        }

        @Override
        @Suspends
        public T next() {
            T next = hasNext() ? item : null;
            if (next == null) {
                throw new NoSuchElementException("the channel has ended");
            }
            item = null;
            return next;
        }
    }
}
