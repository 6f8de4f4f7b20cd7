package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.Linked;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads hand to the loop: entries, and fibers that were woken. Any thread adds, without locks; the loop takes all at
 * once, in the order in which they came.
 */
final class Inbox {
    private static final int LARGEST_COUNT = 1_000_000;

    /** The newest of a list from new to old, of fibers and entries. */
    private final AtomicReference<@Nullable Linked> newest = new AtomicReference<>();

    /** What was taken, from old to new, and did not fit into the queue: it comes first next time. The loop's. */
    private @Nullable Linked left;

    /** For an entry that is no link itself. */
    private static final class Node implements Linked {
        final LoopEntry entry;
        private @Nullable Linked link;

        Node(LoopEntry entry) {
            this.entry = entry;
        }

        @Override
        public @Nullable Linked link() {
            return link;
        }

        @Override
        public void setLink(@Nullable Linked next) {
            link = next;
        }
    }

    /** Adds an entry, once. */
    void add(LoopEntry entry) {
        push(entry instanceof Linked linked ? linked : new Node(entry));
    }

    /** Adds a fiber that is in no inbox yet. Allocates nothing: for want of memory the JDK would lose the thread for ever. */
    void add(Fiber fiber) {
        push(fiber);
    }

    boolean isEmpty() {
        return newest.get() == null && left == null;
    }

    /** How many wait in it, as far as can be seen while others add and the loop takes. Any thread. */
    int count() {
        int count = 0;
        for (Linked element = newest.get(); element != null && count < LARGEST_COUNT; element = element.link()) {
            count++;
        }
        return count;
    }

    /**
     * Moves everything to the end of {@code ready}, except wake-ups of fibers that do not wait elsewhere. Throws nothing: where the memory for
     * the queue to grow is missing, the rest stays here until those that fit have run.
     */
    void drainTo(Fifo<Object> ready) {
        if (left != null && ready.hasRoom()) {
            left = moveTo(ready, left, false); // no try to grow, which costs a collection of the whole heap, each time
        }
        if (left != null || newest.get() == null) {
            return;
        }
        Linked oldest = null;
        Linked current = newest.getAndSet(null);
        while (current != null) {
            Linked before = current.link();
            current.setLink(oldest);
            oldest = current;
            current = before;
        }
        left = moveTo(ready, oldest, true);
    }

    /** Moves a list from old to new; returns what is left of it. */
    private static @Nullable Linked moveTo(Fifo<Object> ready, @Nullable Linked oldest, boolean mayGrow) {
        Linked current = oldest;
        while (current != null) {
            if (!ready.hasRoom() && !(mayGrow && grow(ready))) {
                return current;
            }
            Linked next = current.link();
            current.setLink(null);
            if (current instanceof Fiber fiber) {
                if (fiber.elsewhere()) {
                    ready.addLast(fiber);
                } else {
                    fiber.wakeupTaken(); // of nothing: it waits for the loop, or not at all
                }
            } else {
                ready.addLast(current instanceof Node node ? node.entry : current);
            }
            current = next;
        }
        return null;
    }

    private static boolean grow(Fifo<Object> ready) {
        try {
            ready.reserve(ready.size() + 1);
            return true;
        } catch (OutOfMemoryError _) {
            return false;
        }
    }

    private void push(Linked added) {
        Linked before;
        do {
            before = newest.get();
            added.setLink(before);
        } while (!newest.compareAndSet(before, added));
    }
}
