package dev.weft.internal.loop;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Deadlines, earliest first, ties in scheduling order. Cancelling marks; what is marked leaves the heap when it reaches the head,
 * or all at once when more than half of at least {@value #MIN_SIZE_TO_PURGE} timers are marked, so that memory stays proportional
 * to the live ones and a cancel costs O(1) over time.
 *
 * <p>Tasks add and cancel timers on their own stacks, which may be about to overflow. So both ask first, and then change the heap
 * without calling anything: a StackOverflowError leaves it as it was.
 */
final class TimerHeap {
    private static final int MIN_SIZE_TO_PURGE = 100;

    private Timer[] heap = new Timer[16];
    private int size;
    private int cancelled;
    private long nextSequence;

    Timer add(long when, LoopEntry entry) {
        var timer = new Timer(when, nextSequence++, entry);
        if (size == heap.length) {
            heap = Arrays.copyOf(heap, size * 2);
        }
        int place = placeFor(timer);
        for (int i = size; i > place; ) {
            int parent = (i - 1) >>> 1;
            heap[i] = heap[parent];
            i = parent;
        }
        heap[place] = timer;
        size++;
        return timer;
    }

    void cancel(Timer timer) {
        if (!timer.scheduled()) {
            return;
        }
        timer.cancel();
        cancelled++;
        if (size > MIN_SIZE_TO_PURGE && cancelled * 2 > size) {
            try {
                purge();
            } catch (OutOfMemoryError _) {
                // With the next one, perhaps. Whoever cancels a timer is about to do something else.
            }
        }
    }

    /** The earliest timer, once cancelled ones are out of its way; {@code null} when there is none. */
    @Nullable
    Timer peek() {
        while (size > 0 && heap[0].cancelled()) {
            removeFirst();
            cancelled--;
        }
        return size == 0 ? null : heap[0];
    }

    /** Removes and returns the earliest timer if its deadline is not after {@code now}. */
    @Nullable
    Timer pollDue(long now) {
        Timer first = peek();
        if (first == null || first.when > now) {
            return null;
        }
        removeFirst();
        return first;
    }

    int live() {
        return size - cancelled;
    }

    /** Timers in memory, cancelled ones included. */
    int size() {
        return size;
    }

    /** What runs at the deadlines that are not cancelled, earliest first. */
    List<LoopEntry> entries() {
        return Arrays.stream(heap, 0, size)
                .filter(Timer::scheduled)
                .sorted((one, other) -> one.before(other) ? -1 : 1)
                .map(Timer::pendingEntry)
                .toList();
    }

    /** The timers that wait for their deadline, in no order, while the loop may change them. Any thread. */
    List<Timer> peekAtAll() {
        Timer[] current = heap;
        List<Timer> found = new ArrayList<>();
        for (int i = 0; i < Math.min(size, current.length); i++) {
            Timer timer = current[i]; // empty by now if it has moved
            if (timer != null && timer.scheduled()) {
                found.add(timer);
            }
        }
        return found;
    }

    void clear() {
        for (int i = 0; i < size; i++) {
            heap[i].cancel();
        }
        heap = new Timer[16];
        size = 0;
        cancelled = 0;
    }

    private void purge() {
        var kept = new Timer[Math.max(16, size - cancelled + (size - cancelled) / 2)];
        int count = 0;
        for (int i = 0; i < size; i++) {
            if (!heap[i].cancelled()) {
                kept[count++] = heap[i];
            }
        }
        for (int i = count / 2 - 1; i >= 0; i--) {
            siftDown(kept, count, i, kept[i]);
        }
        heap = kept;
        size = count;
        cancelled = 0;
    }

    private void removeFirst() {
        Timer last = heap[--size];
        clearSlot(size);
        if (size > 0) {
            siftDown(heap, size, 0, last);
        }
    }

    @SuppressWarnings("NullAway") // slots past the end are empty
    private void clearSlot(int index) {
        heap[index] = null;
    }

    /** Where on its way up from the end a new timer stays. */
    private int placeFor(Timer timer) {
        int i = size;
        while (i > 0) {
            int parent = (i - 1) >>> 1;
            if (!timer.before(heap[parent])) {
                break;
            }
            i = parent;
        }
        return i;
    }

    private static void siftDown(Timer[] heap, int size, int start, Timer timer) {
        int i = start;
        int half = size >>> 1;
        while (i < half) {
            int child = 2 * i + 1;
            int right = child + 1;
            if (right < size && heap[right].before(heap[child])) {
                child = right;
            }
            if (!heap[child].before(timer)) {
                break;
            }
            heap[i] = heap[child];
            i = child;
        }
        heap[i] = timer;
    }
}
