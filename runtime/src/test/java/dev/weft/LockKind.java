package dev.weft;

import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.concurrent.locks.StampedLock;
import java.util.function.Consumer;

/** One of the JDK's locks, to be held while something runs. */
record LockKind(String name, Consumer<Runnable> holder) {
    static List<LockKind> all() {
        var monitor = new Object();
        return List.of(
                of("ReentrantLock", new ReentrantLock()),
                of("ReentrantReadWriteLock", new ReentrantReadWriteLock().writeLock()),
                of("StampedLock", new StampedLock().asWriteLock()),
                new LockKind("monitor", body -> {
                    synchronized (monitor) {
                        body.run();
                    }
                }));
    }

    private static LockKind of(String name, Lock lock) {
        return new LockKind(name, body -> {
            lock.lock();
            try {
                body.run();
            } finally {
                lock.unlock();
            }
        });
    }

    void hold(Runnable body) {
        holder.accept(body);
    }

    /** Waits, on another thread, until a thread is blocked in a lock. */
    static void awaitBlocked(AtomicReference<Thread> thread) {
        while (true) {
            Thread current = thread.get();
            if (current != null
                    && (current.getState() == Thread.State.BLOCKED || current.getState() == Thread.State.WAITING)) {
                return;
            }
            Thread.onSpinWait();
        }
    }
}
