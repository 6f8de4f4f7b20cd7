package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Waits that are told of the end of a future without taking its outcome. */
final class Waiting {
    private Waiting() {}

    /** Cancels the future and waits until it is done, whatever its outcome. */
    @Suspends
    static void cancelAndWait(Future<?> future) {
        EventLoop loop = future.getLoop();
        Future<@Nullable Void> ended = loop.createFuture();
        Future.Listener listener = done -> release(ended);
        future.addListener(listener);
        try {
            future.cancel();
            ended.await();
        } finally {
            future.removeListener(listener);
        }
    }

    /** {@link Asyncio#sleep}. */
    @Suspends
    static void sleep(Task<?> task, Duration duration) {
        if (!duration.isPositive()) {
            task.yieldNow();
            return;
        }
        EventLoop loop = task.getLoop();
        Future<@Nullable Void> over = loop.createFuture();
        Timer timer = loop.core().schedule(loop.deadline(duration), new Wake(over));
        try {
            over.await();
        } finally {
            loop.core().cancel(timer);
        }
    }

    /** {@link Asyncio#waitFor(Future, Duration)}, when no time is left. */
    @Suspends
    static <T extends @Nullable Object> T takeNow(Future<T> future) throws TimeoutException {
        if (!future.done()) {
            cancelAndWait(future);
            if (future.cancelled()) {
                throw expired(future.cancelledError());
            }
        }
        return future.await();
    }

    static TimeoutException expired(CancelledError cause) {
        var expired = new TimeoutException();
        expired.initCause(cause);
        return expired;
    }

    /** {@link Asyncio#wait}. */
    @Suspends
    static <F extends Future<?>> Waited<F> forEnough(
            @Nullable Collection<? extends F> futures, @Nullable Duration timeout, ReturnWhen returnWhen) {
        if (futures == null || futures.isEmpty()) {
            throw new IllegalArgumentException("wait needs at least one future");
        }
        Task<?> task = WrongCaller.currentTask("wait");
        var distinct = new LinkedHashSet<F>(futures);
        for (F future : distinct) {
            if (future.getLoop() != task.getLoop()) {
                throw WrongCaller.cannotWait(future.getLoop(), future);
            }
        }
        new Wait(task, distinct, returnWhen).await(timeout);
        var done = new LinkedHashSet<F>();
        var pending = new LinkedHashSet<F>();
        for (F future : distinct) {
            (future.isDone() ? done : pending).add(future);
        }
        return new Waited<>(done, pending);
    }

    /** What a deadline does for the one that waits; no larger than a lambda would be. */
    private record Wake(Future<@Nullable Void> waiter) implements LoopEntry {
        @Override
        public void run() {
            release(waiter);
        }

        @Override
        public @Nullable Object owner() {
            List<Future<?>> waiters = waiter.waiters();
            return waiters.isEmpty() ? null : waiters.getFirst();
        }
    }

    private static void release(Future<@Nullable Void> waiter) {
        if (!waiter.isDone()) {
            waiter.complete(null);
        }
    }

    /** One wait: told of the end of each future until it has seen enough. */
    private static final class Wait implements Future.Listener {
        private final Task<?> task;
        private final Set<? extends Future<?>> futures;
        private final ReturnWhen returnWhen;
        private final Future<@Nullable Void> enough;
        private int pending;
        private @Nullable Timer timer;

        Wait(Task<?> task, Set<? extends Future<?>> futures, ReturnWhen returnWhen) {
            this.task = task;
            this.futures = futures;
            this.returnWhen = returnWhen;
            enough = task.getLoop().createFuture();
            pending = futures.size();
        }

        @Suspends
        void await(@Nullable Duration timeout) {
            EventLoop loop = task.getLoop();
            if (timeout != null) {
                timer = loop.core().schedule(loop.deadline(timeout), new Wake(enough));
            }
            for (Future<?> future : futures) {
                future.addListener(this);
                future.addAwaitedBy(task);
            }
            try {
                enough.await();
            } finally {
                disarm();
                for (Future<?> future : futures) {
                    future.removeListener(this);
                    future.discardAwaitedBy(task);
                }
            }
        }

        @Override
        public void done(Future<?> future) {
            pending--;
            future.discardAwaitedBy(task);
            boolean sufficient = switch (returnWhen) {
                case FIRST_COMPLETED -> true;
                case FIRST_EXCEPTION -> future.failed();
                case ALL_COMPLETED -> false;
            };
            if (sufficient || pending == 0) {
                disarm();
                release(enough);
            }
        }

        private void disarm() {
            Timer armed = timer;
            if (armed != null) {
                timer = null;
                task.getLoop().core().cancel(armed);
            }
        }
    }
}
