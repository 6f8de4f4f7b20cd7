package dev.weft;

import dev.weft.internal.loop.Fifo;
import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Items on their way from tasks to tasks, first in, first out. Those who get wait for an item, those who put into a full queue wait
 * for space, both in order of arrival. {@link #taskDone} and {@link #join} tell when everything that was put has been dealt with;
 * {@link #shutdown()} ends the queue. {@code null} is an item like any other.
 *
 * <p>A {@code for} loop over a queue gets items until it is shut down and empty.
 *
 * <p>Made anywhere, also without a loop; belongs to the first loop on which a task has to wait. Subclasses with another order override
 * {@link #doPut}, {@link #doGet} and {@link #size}. Mirrors {@code asyncio.Queue}.
 *
 * @param <T> the type of the items
 */
public class Queue<T extends @Nullable Object> implements Iterable<T> {
    /** Stands for null in the deque, which takes none. */
    private static final Object NULL = new Object();

    private final int maxsize;
    private final Fifo<Object> items = new Fifo<>();
    private final Waiters getters;
    private final Waiters putters;
    private final Waiters joiners;
    private int unfinished;
    private boolean shutDown;

    /** A queue without bounds. */
    public Queue() {
        this(0);
    }

    /**
     * A queue.
     *
     * @param maxsize how many items it holds at most; zero or less for any number
     */
    @SuppressWarnings("this-escape") // only named in messages
    public Queue(int maxsize) {
        this.maxsize = maxsize;
        getters = new Waiters(this);
        putters = getters.another();
        joiners = getters.another();
    }

    // ---- putting

    /**
     * Puts an item. Waits while the queue is full; returns at once, without a task switch, if it is not. A task that was woken and finds
     * the queue full again keeps its place in line. Mirrors {@code asyncio.Queue.put}.
     *
     * @param item the item
     * @throws QueueShutDownException if the queue is, or meanwhile was, shut down; the item is not put
     * @throws CancelledError if the task is cancelled while it waits; the item is not put
     * @throws IllegalStateException if it has to wait and the caller is no task of the queue's loop
     */
    @Suspends
    public void put(T item) {
        getters.checkThread();
        if (full()) {
            awaitSpaceAndPut(item);
        } else {
            putNowait(item);
        }
    }

    /**
     * As {@link #put(Object)}, for at most that long. Puts into a queue that is not full whatever the limit.
     *
     * @param item the item
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @throws TimeoutException if there was no space in time; the item is not put
     * @throws QueueShutDownException if the queue is, or meanwhile was, shut down; the item is not put
     * @throws CancelledError if the task is cancelled while it waits; the item is not put
     * @throws IllegalStateException if it has to wait and the caller is no task of the queue's loop
     */
    @Suspends
    public void put(T item, @Nullable Duration limit) throws TimeoutException {
        getters.checkThread();
        if (full() && !shutDown) {
            Waiters.within(limit, () -> awaitSpaceAndPut(item));
        } else {
            putNowait(item);
        }
    }

    /**
     * Puts an item if there is space. Never waits. Mirrors {@code asyncio.Queue.put_nowait}.
     *
     * @param item the item
     * @throws QueueFullException if the queue is full
     * @throws QueueShutDownException if it was shut down
     * @throws IllegalStateException if the caller is not on the queue's loop
     */
    public void putNowait(T item) {
        getters.checkThread();
        if (shutDown) {
            throw hasBeenShutDown();
        }
        if (full()) {
            throw new QueueFullException("the queue holds " + maxsize + " items already");
        }
        doPut(item);
        unfinished++;
        getters.wakeNext();
    }

    @Suspends
    private void awaitSpaceAndPut(T item) {
        Waiters.Place place = null;
        try {
            while (full()) {
                if (shutDown) {
                    throw hasBeenShutDown();
                }
                place = place == null ? putters.join() : putters.joinAgain(place);
                putters.await(place);
            }
            putNowait(item);
        } catch (Throwable e) {
            if (place != null && place.woken() && !full()) {
                putters.wakeNext(); // the space this one was woken for
            }
            throw e;
        }
    }

    // ---- getting

    /**
     * Takes an item out. Waits while there is none; returns at once, without a task switch, if there is. A task that was woken and finds
     * the item taken keeps its place in line. Mirrors {@code asyncio.Queue.get}.
     *
     * @return the item
     * @throws QueueShutDownException if the queue is empty and is, or meanwhile was, shut down
     * @throws CancelledError if the task is cancelled while it waits; no item is lost
     * @throws IllegalStateException if it has to wait and the caller is no task of the queue's loop
     */
    @Suspends
    public T get() {
        getters.checkThread();
        return empty() ? awaitItem() : getNowait();
    }

    /**
     * As {@link #get}, for at most that long. (A name of its own leaves {@code queue::get} unambiguous.) Takes an item that is there whatever the limit.
     *
     * @param limit how long to wait; zero or less not at all; null for as long as it takes
     * @return the item
     * @throws TimeoutException if there was none in time; no item is lost
     * @throws QueueShutDownException if the queue is empty and is, or meanwhile was, shut down
     * @throws CancelledError if the task is cancelled while it waits; no item is lost
     * @throws IllegalStateException if it has to wait and the caller is no task of the queue's loop
     */
    @Suspends
    public T getWithin(@Nullable Duration limit) throws TimeoutException {
        getters.checkThread();
        if (empty() && !shutDown) {
            return Waiters.<T, RuntimeException>within(limit, this::awaitItem);
        }
        return getNowait();
    }

    /**
     * Takes an item out if there is one. Never waits. Mirrors {@code asyncio.Queue.get_nowait}.
     *
     * @return the item
     * @throws QueueEmptyException if there is none
     * @throws QueueShutDownException if there is none and the queue was shut down
     * @throws IllegalStateException if the caller is not on the queue's loop
     */
    public T getNowait() {
        getters.checkThread();
        if (empty()) {
            if (shutDown) {
                throw hasBeenShutDown();
            }
            throw new QueueEmptyException("the queue is empty");
        }
        T item = doGet();
        putters.wakeNext();
        return item;
    }

    @Suspends
    private T awaitItem() {
        Waiters.Place place = null;
        try {
            while (empty()) {
                if (shutDown) {
                    throw hasBeenShutDown();
                }
                place = place == null ? getters.join() : getters.joinAgain(place);
                getters.await(place);
            }
            return getNowait();
        } catch (Throwable e) {
            if (place != null && place.woken() && !empty()) {
                getters.wakeNext(); // for the item this one was woken for
            }
            throw e;
        }
    }

    /**
     * Gets items until the queue is shut down and empty; {@code taskDone} is not called for them. {@code hasNext} waits for an item and
     * takes it out.
     *
     * @return an iterator for one task
     */
    @Override
    public Iterator<T> iterator() {
        return new Items();
    }

    // ---- asking

    /** {@return how many items it holds} */
    public final int qsize() {
        getters.checkThread();
        return size();
    }

    /** {@return whether it holds no item} */
    public final boolean empty() {
        return qsize() == 0;
    }

    /** {@return whether it holds as many items as it may; never if it has no bounds} */
    public final boolean full() {
        return maxsize > 0 && qsize() >= maxsize;
    }

    /** {@return how many items it holds at most; zero or less for any number} */
    public final int maxsize() {
        return maxsize;
    }

    /** {@return how many tasks wait in {@code get}, {@code put} or {@code join} and have not been woken} */
    public final int waiters() {
        return waitingGetters() + waitingPutters() + joiners.waiting();
    }

    /** {@return how many tasks wait for an item and have not been woken} */
    public final int waitingGetters() {
        getters.checkThread();
        return getters.waiting();
    }

    /** {@return how many tasks wait for space and have not been woken} */
    public final int waitingPutters() {
        getters.checkThread();
        return putters.waiting();
    }

    // ---- ending

    /**
     * Says that an item that was taken out has been dealt with. Mirrors {@code asyncio.Queue.task_done}.
     *
     * @throws IllegalArgumentException if it was said for every item that was put already
     * @throws IllegalStateException if the caller is not on the queue's loop
     */
    public void taskDone() {
        getters.checkThread();
        if (unfinished == 0) {
            throw new IllegalArgumentException("taskDone called more often than items were put");
        }
        unfinished--;
        wakeJoinersIfFinished();
    }

    /**
     * Waits until {@link #taskDone} was called for every item that was put. Returns at once, without a task switch, if it was. Mirrors
     * {@code asyncio.Queue.join}.
     *
     * @throws CancelledError if the task is cancelled meanwhile
     * @throws IllegalStateException if it has to wait and the caller is no task of the queue's loop
     */
    @Suspends
    public void join() {
        getters.checkThread();
        if (unfinished > 0) {
            joiners.await();
        }
    }

    /**
     * Ends the queue for those who put, at once, and for those who get, when it is empty: they get a {@link QueueShutDownException}, also
     * those who wait. For ever. Mirrors {@code asyncio.Queue.shutdown}.
     *
     * @throws IllegalStateException if the caller is not on the queue's loop
     */
    public void shutdown() {
        shutdown(false);
    }

    /**
     * As {@link #shutdown()}; an immediate one drops the items as well, each of them as if {@link #taskDone} had been called for it.
     *
     * @param immediate whether to drop the items
     * @throws IllegalStateException if the caller is not on the queue's loop
     */
    public void shutdown(boolean immediate) {
        getters.checkThread();
        shutDown = true;
        if (immediate) {
            while (!empty()) {
                doGet();
                if (unfinished > 0) {
                    unfinished--;
                }
            }
            wakeJoinersIfFinished();
        }
        getters.wakeAll();
        putters.wakeAll();
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + "[" + size() + (maxsize > 0 ? " of " + maxsize : "") + " items"
                + counted(getters.waiting(), "getters waiting") + counted(putters.waiting(), "putters waiting")
                + counted(unfinished, "unfinished")
                + (shutDown ? ", shut down" : "") + "]";
    }

    // ---- for subclasses with another order

    /**
     * Adds an item. The queue calls this when there is space.
     *
     * @param item the item
     */
    protected void doPut(T item) {
        items.addLast(mask(item));
    }

    /**
     * Takes the next item out. The queue calls this when there is one.
     *
     * @return the item
     */
    protected T doGet() {
        return unmask(items.removeFirst());
    }

    /** {@return how many items there are} */
    protected int size() {
        return items.size();
    }

    /** Takes out the item that was put last. */
    final T removeLast() {
        return unmask(items.removeLast());
    }

    private static Object mask(@Nullable Object item) {
        return item == null ? NULL : item;
    }

    @SuppressWarnings({"unchecked", "NullAway"}) // what mask was given
    private T unmask(Object item) {
        return item == NULL ? null : (T) item;
    }

    private void wakeJoinersIfFinished() {
        if (unfinished == 0) {
            joiners.wakeAll();
        }
    }

    private static QueueShutDownException hasBeenShutDown() {
        return new QueueShutDownException("the queue has been shut down");
    }

    private static String counted(int count, String what) {
        return count == 0 ? "" : ", " + count + " " + what;
    }

    private final class Items implements Iterator<T> {
        private boolean fetched;
        private @Nullable T item;

        @Override
        @Suspends
        public boolean hasNext() {
            if (!fetched) {
                try {
                    item = get();
                    fetched = true;
                } catch (QueueShutDownException e) {
                    return false; // the end is not an error here
                }
            }
            return true;
        }

        @Override
        @Suspends
        @SuppressWarnings("NullAway") // what get() returned
        public T next() {
            if (!hasNext()) {
                throw new NoSuchElementException("the queue has been shut down");
            }
            fetched = false;
            T next = item;
            item = null;
            return next;
        }
    }
}
