package dev.weft.internal.loop;

import java.util.AbstractCollection;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * First in, first out, in an array that grows. Where the memory to grow is missing, it stays as it was: an {@link java.util.ArrayDeque} loses
 * all its elements then.
 *
 * @param <E> the type of the elements, none of which is null
 */
public final class Fifo<E> extends AbstractCollection<E> {
    private static final int FIRST_CAPACITY = 16;
    private static final int LARGEST_CAPACITY = 1 << 30;

    /** Its length is a power of two, so that positions wrap around by a mask. */
    private @Nullable Object[] elements = new @Nullable Object[FIRST_CAPACITY];

    private int head;
    private int size;

    /** An empty one. */
    public Fifo() {}

    /**
     * Makes room for that many in all.
     *
     * @param capacity how many
     * @throws OutOfMemoryError if that is too much; nothing has changed then
     */
    public void reserve(int capacity) {
        if (capacity > elements.length) {
            grow(capacity);
        }
    }

    /** Whether one more needs no memory. */
    boolean hasRoom() {
        return size < elements.length;
    }

    /**
     * Appends an element.
     *
     * @param element the element
     * @throws OutOfMemoryError if there is none to grow; nothing has changed then
     */
    public void addLast(E element) {
        if (size == elements.length) {
            grow(size + 1);
        }
        elements[(head + size) & (elements.length - 1)] = element;
        size++;
    }

    /**
     * Puts an element before all others.
     *
     * @param element the element
     * @throws OutOfMemoryError if there is none to grow; nothing has changed then
     */
    public void addFirst(E element) {
        if (size == elements.length) {
            grow(size + 1);
        }
        head = (head - 1) & (elements.length - 1);
        elements[head] = element;
        size++;
    }

    /** {@return the oldest element; null if there is none} */
    public @Nullable E peekFirst() {
        return element(elements[head]);
    }

    /** {@return the oldest element, which is removed; null if there is none} */
    public @Nullable E pollFirst() {
        Object first = elements[head];
        if (first != null) {
            elements[head] = null;
            head = (head + 1) & (elements.length - 1);
            size--;
        }
        return element(first);
    }

    /** {@return the newest element, which is removed; null if there is none} */
    public @Nullable E pollLast() {
        int last = (head + size - 1) & (elements.length - 1);
        Object newest = elements[last];
        if (newest != null) {
            elements[last] = null;
            size--;
        }
        return element(newest);
    }

    /**
     * Removes the oldest element.
     *
     * @return that
     * @throws NoSuchElementException if there is none
     */
    public E removeFirst() {
        return present(pollFirst());
    }

    /**
     * Removes the newest element.
     *
     * @return that
     * @throws NoSuchElementException if there is none
     */
    public E removeLast() {
        return present(pollLast());
    }

    /**
     * Removes the newest of those that are this object.
     *
     * @param element the object
     * @return whether it was there
     */
    public boolean removeLastOccurrence(Object element) {
        for (int i = size - 1; i >= 0; i--) {
            if (elements[(head + i) & (elements.length - 1)] == element) {
                removeAt(i);
                return true;
            }
        }
        return false;
    }

    /** The position of the oldest of those that are this object, counted from the head; -1 if there is none. */
    int indexOf(Object element) {
        for (int i = 0; i < size; i++) {
            if (elements[(head + i) & (elements.length - 1)] == element) {
                return i;
            }
        }
        return -1;
    }

    /** Removes what is so many positions behind the head. */
    void removeAt(int index) {
        int mask = elements.length - 1;
        for (int i = index; i < size - 1; i++) {
            elements[(head + i) & mask] = elements[(head + i + 1) & mask];
        }
        elements[(head + size - 1) & mask] = null;
        size--;
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public boolean isEmpty() {
        return size == 0;
    }

    @Override
    public void clear() {
        if (size > 0) {
            elements = new @Nullable Object[FIRST_CAPACITY];
            head = 0;
            size = 0;
        }
    }

    /** From the oldest to the newest. Nothing may be added or removed meanwhile, but by the iterator itself. */
    @Override
    public Iterator<E> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < size;
            }

            @Override
            public E next() {
                if (next >= size) {
                    throw new NoSuchElementException();
                }
                return present(element(elements[(head + next++) & (elements.length - 1)]));
            }

            @Override
            public void remove() {
                removeAt(--next);
            }
        };
    }

    private void grow(int wanted) {
        if (wanted > LARGEST_CAPACITY) {
            throw new OutOfMemoryError("a queue of more than " + LARGEST_CAPACITY + " elements");
        }
        var larger = new @Nullable Object[Integer.highestOneBit(wanted - 1) << 1];
        int untilEnd = Math.min(size, elements.length - head);
        System.arraycopy(elements, head, larger, 0, untilEnd);
        System.arraycopy(elements, 0, larger, untilEnd, size - untilEnd);
        elements = larger;
        head = 0;
    }

    private static <E> E present(@Nullable E element) {
        if (element == null) {
            throw new NoSuchElementException("the queue is empty");
        }
        return element;
    }

    @SuppressWarnings("unchecked") // only E come in
    private @Nullable E element(@Nullable Object stored) {
        return (E) stored;
    }
}
