package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What other threads hand to the loop: entries, and fibers that were woken. Any thread adds, without locks; the loop takes all at
 * once, in the order in which they came.
 */
final class Inbox {
    private static final int LARGEST_COUNT = 1_000_000;

    /** The newest of a list from new to old, of {@link Node}s and of fibers, which are their own links. */
    private final AtomicReference<@Nullable Object> newest = new AtomicReference<>();

    private static final class Node {
        final LoopEntry entry;

        @Nullable
        Object before;

        Node(LoopEntry entry) {
            this.entry = entry;
        }
    }

    void add(LoopEntry entry) {
        push(new Node(entry));
    }

    /** Adds a fiber that is in no inbox yet. Allocates nothing: for want of memory the JDK would lose the thread for ever. */
    void add(Fiber fiber) {
        push(fiber);
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /** How many wait in it, as far as can be seen while others add and the loop takes. Any thread. */
    int count() {
        int count = 0;
        for (Object element = newest.get(); element != null && count < LARGEST_COUNT; element = link(element)) {
            count++;
        }
        return count;
    }

    /** Moves everything to the end of {@code ready}, except wake-ups of fibers that do not wait elsewhere. */
    void drainTo(ArrayDeque<Object> ready) {
        if (newest.get() == null) {
            return;
        }
        Object oldest = null;
        Object current = newest.getAndSet(null);
        while (current != null) {
            Object before = link(current);
            setLink(current, oldest);
            oldest = current;
            current = before;
        }
        current = oldest;
        while (current != null) {
            Object next = link(current);
            setLink(current, null);
            if (current instanceof Node node) {
                ready.addLast(node.entry);
            } else if (((Fiber) current).elsewhere()) {
                ready.addLast(current);
            } else {
                ((Fiber) current).wakeupTaken(); // of nothing: it waits for the loop, or not at all
            }
            current = next;
        }
    }

    private void push(Object added) {
        Object before;
        do {
            before = newest.get();
            setLink(added, before);
        } while (!newest.compareAndSet(before, added));
    }

    private static @Nullable Object link(Object element) {
        return element instanceof Node node ? node.before : ((Fiber) element).link();
    }

    private static void setLink(Object element, @Nullable Object link) {
        if (element instanceof Node node) {
            node.before = link;
        } else {
            ((Fiber) element).setLink(link);
        }
    }
}
