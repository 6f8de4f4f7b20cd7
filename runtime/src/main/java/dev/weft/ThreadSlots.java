package dev.weft;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Slots that threads wait for, while the loop takes and gives them without ever waiting for a thread.
 *
 * <pre>
 *   thread:  enlist;  slot free? -> take it, else park;  leave
 *   giver:   free one more;  somebody enlisted? -> unpark the first
 * </pre>
 *
 * A thread that leaves passes the wake-up on, since it may have been meant for it while it took another slot, or none.
 */
final class ThreadSlots extends Slots {
    private final AtomicInteger free;
    private final ConcurrentLinkedQueue<Thread> parked = new ConcurrentLinkedQueue<>();

    ThreadSlots(int capacity) {
        super(0);
        free = new AtomicInteger(capacity);
    }

    @Override
    boolean take() {
        for (int count = free.get(); count > 0; count = free.get()) {
            if (free.compareAndSet(count, count - 1)) {
                return true;
            }
        }
        return false;
    }

    @Override
    void give() {
        free.incrementAndGet();
        LockSupport.unpark(parked.peek());
    }

    /**
     * Takes a slot, blocking the calling thread until there is one.
     *
     * @param loop whose end ends the wait
     * @param refusal says why waiting has no point any more, null as long as it has; asked again after {@link #wakeAll}
     */
    void await(EventLoop loop, Supplier<@Nullable RuntimeException> refusal) throws InterruptedException {
        if (take()) {
            return;
        }
        Thread thread = Thread.currentThread();
        var loopOpen = new CompletableFuture<@Nullable Void>();
        loopOpen.whenComplete((value, failure) -> LockSupport.unpark(thread));
        ThreadFutures.failAtClose(loopOpen, loop);
        parked.add(thread);
        try {
            while (!take()) {
                RuntimeException refused = refusal.get();
                if (refused != null) {
                    throw refused;
                }
                LockSupport.park(this);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
        } finally {
            parked.remove(thread);
            if (free.get() > 0) {
                LockSupport.unpark(parked.peek());
            }
            loopOpen.complete(null);
        }
    }

    @Override
    void wakeAll() {
        parked.forEach(LockSupport::unpark);
    }
}
