package dev.weft.internal.loop;

import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Entries that other threads hand to the loop. Any thread adds, without locks; the loop takes all at once, in the order in which
 * they came.
 */
final class Inbox {
    private record Node(LoopEntry entry, @Nullable Node before) {}

    private final AtomicReference<@Nullable Node> newest = new AtomicReference<>();

    void add(LoopEntry entry) {
        Node before;
        Node node;
        do {
            before = newest.get();
            node = new Node(entry, before);
        } while (!newest.compareAndSet(before, node));
    }

    boolean isEmpty() {
        return newest.get() == null;
    }

    /** Moves everything to the end of {@code ready}. */
    void drainTo(ArrayDeque<Object> ready) {
        if (newest.get() == null) {
            return;
        }
        Node reversed = null;
        for (Node node = newest.getAndSet(null); node != null; node = node.before) {
            reversed = new Node(node.entry, reversed);
        }
        for (Node node = reversed; node != null; node = node.before) {
            ready.addLast(node.entry);
        }
    }
}
