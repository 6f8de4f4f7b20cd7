package dev.weft;

import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Queue} that gives the smallest item first; of equal ones, the one that was put first. Mirrors
 * {@code asyncio.PriorityQueue}.
 *
 * @param <T> the type of the items
 */
public class PriorityQueue<T extends @Nullable Object> extends Queue<T> {
    private final Comparator<? super T> comparator;
    private final java.util.PriorityQueue<Entry<T>> entries;
    private long arrivals;

    /** A queue without bounds of items that are {@link Comparable}; others are refused when they are put. */
    public PriorityQueue() {
        this(0);
    }

    /**
     * A queue of items that are {@link Comparable}; others are refused when they are put.
     *
     * @param maxsize how many items it holds at most; zero or less for any number
     */
    @SuppressWarnings("unchecked") // a cast to Comparable of each item
    public PriorityQueue(int maxsize) {
        this(maxsize, (Comparator<? super T>) Comparator.naturalOrder());
    }

    /**
     * A queue without bounds.
     *
     * @param comparator what makes an item smaller than another one
     */
    public PriorityQueue(Comparator<? super T> comparator) {
        this(0, comparator);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; zero or less for any number
     * @param comparator what makes an item smaller than another one
     */
    public PriorityQueue(int maxsize, Comparator<? super T> comparator) {
        super(maxsize);
        this.comparator = Objects.requireNonNull(comparator, "comparator");
        entries = new java.util.PriorityQueue<>((a, b) -> {
            int order = comparator.compare(a.item, b.item);
            return order != 0 ? order : Long.compare(a.arrival, b.arrival);
        });
    }

    @Override
    protected void doPut(T item) {
        // Alone in the heap, a misfit would be compared only when the next, good item is put.
        if (entries.isEmpty() && comparator.compare(item, item) != 0) {
            throw new IllegalArgumentException("not equal to itself by the queue's order: " + item);
        }
        entries.add(new Entry<>(item, arrivals++));
    }

    @Override
    protected T doGet() {
        return entries.remove().item;
    }

    @Override
    protected int size() {
        return entries.size();
    }

    private record Entry<T extends @Nullable Object>(T item, long arrival) {}
}
