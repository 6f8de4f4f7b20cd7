package dev.weft.benchmarks.peer;

import java.util.ArrayDeque;
import java.util.concurrent.locks.LockSupport;

/**
 * Virtual threads on one plain thread, with the least that works around them: a limit for what a loop on the same foundation can reach.
 * There is no cancellation, no context, no timer and nothing thread-safe.
 */
public final class OneThread {
    private final ArrayDeque<Runnable> ready = new ArrayDeque<>();

    /** Nothing to do yet. */
    public OneThread() {}

    /**
     * Starts a thread; it runs in {@link #run}.
     *
     * @param body what it does
     */
    public void start(Runnable body) {
        CustomScheduler.start(ready::add, body);
    }

    /** Runs until nothing can go on. */
    public void run() {
        for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
            next.run();
        }
    }

    /** A bounded queue for threads of one {@link OneThread}. */
    public static final class Items {
        private final ArrayDeque<Integer> items = new ArrayDeque<>();
        private final ArrayDeque<Thread> getters = new ArrayDeque<>();
        private final ArrayDeque<Thread> putters = new ArrayDeque<>();
        private final int capacity;

        /**
         * An empty queue.
         *
         * @param capacity how many items it takes
         */
        public Items(int capacity) {
            this.capacity = capacity;
        }

        /**
         * Adds an item, waiting for room.
         *
         * @param item the item
         */
        public void put(int item) {
            while (items.size() >= capacity) {
                putters.add(Thread.currentThread());
                LockSupport.park();
            }
            items.add(item);
            wake(getters);
        }

        /**
         * Takes an item, waiting for one.
         *
         * @return the item
         */
        public int get() {
            while (items.isEmpty()) {
                getters.add(Thread.currentThread());
                LockSupport.park();
            }
            int item = items.remove();
            wake(putters);
            return item;
        }

        private static void wake(ArrayDeque<Thread> waiting) {
            Thread next = waiting.poll();
            if (next != null) {
                LockSupport.unpark(next);
            }
        }
    }
}
