package dev.weft;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The way from any thread into a channel of a loop. Items, each with a slot it holds already, and the ends of senders go through one
 * queue, so that they arrive in the order in which a thread has them. One entry of the loop fetches all that are there:
 *
 * <pre>
 *   threads:  queue.add(x);       if (!fetching.getAndSet(true)) hand an entry to the loop
 *   entry:    fetching = false;   fetch until the queue is empty
 * </pre>
 */
final class ThreadInlet<T> {
    /** In the queue among the items: a sender was closed. */
    private record Closing(
            Conduit.End sender, boolean last, @Nullable Throwable cause) {}

    private final EventLoop loop;
    private final ThreadSlots slots;
    private final Conduit<T> conduit;
    private final ConcurrentLinkedQueue<Object> queue = new ConcurrentLinkedQueue<>();
    private final AtomicBoolean fetching = new AtomicBoolean();
    private final AtomicInteger openSenders = new AtomicInteger(1);

    ThreadInlet(EventLoop loop, int capacity) {
        this.loop = loop;
        slots = new ThreadSlots(capacity);
        conduit = new Conduit<>(capacity, slots, Overflow.SUSPEND, loop);
        ThreadFutures.post(loop, loop.core()::outsideWorkBegan); // any thread may make a channel
    }

    Conduit<T> conduit() {
        return conduit;
    }

    boolean offer(Conduit.End sender, T item) {
        RuntimeException refusal = refusal(sender);
        if (refusal != null) {
            throw refusal;
        }
        if (!slots.take()) {
            return false;
        }
        post(item);
        return true;
    }

    void put(Conduit.End sender, T item) throws InterruptedException {
        if (loop.isCurrent()) {
            throw new IllegalStateException("put would block the loop; call send in a task, or offer: " + loop);
        }
        slots.await(loop, () -> refusal(sender));
        RuntimeException refusal = refusal(sender);
        if (refusal != null) {
            slots.give();
            throw refusal;
        }
        post(item);
    }

    /** Counts one more sender, unless all are closed. */
    void cloned(Conduit.End sender) {
        sender.ensureOpen();
        int open;
        do {
            open = openSenders.get();
            if (open == 0) { // by another thread, since a moment ago
                sender.ensureOpen();
            }
        } while (!openSenders.compareAndSet(open, open + 1));
    }

    void closed(Conduit.End sender, @Nullable Throwable cause) {
        post(new Closing(sender, openSenders.decrementAndGet() == 0, cause));
        slots.wakeAll();
    }

    private @Nullable RuntimeException refusal(Conduit.End sender) {
        if (sender.isClosed()) {
            return new ClosedResourceException("this end of the channel is closed");
        }
        if (conduit.isBroken()) {
            return new BrokenResourceException("all receivers of the channel are closed");
        }
        if (loop.isClosed()) {
            return new IllegalStateException("loop closed: " + loop);
        }
        return null;
    }

    private void post(Object itemOrClosing) {
        queue.add(itemOrClosing);
        if (!fetching.getAndSet(true)) {
            ThreadFutures.post(loop, this::fetch);
        }
    }

    /** On the loop's own stack. */
    @SuppressWarnings("unchecked") // what is no Closing is an item
    private void fetch() {
        fetching.set(false);
        for (Object next = queue.poll(); next != null; next = queue.poll()) {
            if (next instanceof Closing closing) {
                conduit.senderClosed(closing.sender, closing.last, closing.cause);
                if (closing.last) {
                    loop.core().outsideWorkEnded();
                }
            } else {
                conduit.deliver((T) next);
            }
        }
    }
}
