package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Set;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Futures in the order in which they get done: the very futures given to {@link Asyncio#asCompleted}, each done when it is handed out.
 * One pass only: leaving a loop over it and iterating again goes on where it stopped. Several tasks may draw from it; each future
 * goes to one of them. Mirrors the iterator of {@code asyncio.as_completed}.
 *
 * <p>Confined to one loop. Nothing here cancels the futures: not the timeout, not abandoning the iteration, not the cancellation of
 * the task that waits for the next one.
 *
 * @param <T> the type of the values
 */
public final class AsCompleted<T extends @Nullable Object> implements Iterable<Future<T>> {
    private final EventLoop loop;
    /** Not done yet, or their completion not processed. Emptied by the timeout. */
    private final Set<Future<T>> todo;
    /** Done and not handed out. */
    private final ArrayDeque<Future<T>> done = new ArrayDeque<>();
    /** Tasks inside {@link #next}, in order of arrival. */
    private final ArrayDeque<Future<@Nullable Void>> takers = new ArrayDeque<>();

    private final Future.Listener completion = this::completed;
    private @Nullable Timer timer;
    private boolean timedOut;
    private int left;

    private AsCompleted(EventLoop loop, Set<Future<T>> futures) {
        this.loop = loop;
        todo = futures;
        left = futures.size();
    }

    static <T extends @Nullable Object> AsCompleted<T> of(
            Collection<? extends Future<T>> futures, @Nullable Duration timeout) {
        EventLoop loop = EventLoop.requireCurrent();
        var distinct = new LinkedHashSet<Future<T>>(List.copyOf(futures));
        for (Future<T> future : distinct) {
            future.checkLoop(loop);
        }
        var completions = new AsCompleted<>(loop, distinct);
        completions.watch(timeout);
        return completions;
    }

    /** Tasks of the running loop, in the order of the arguments. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    static <T extends @Nullable Object> List<Task<T>> tasks(Coroutine<T>... coroutines) {
        EventLoop loop = EventLoop.requireCurrent();
        return Stream.of(coroutines).map(loop::createTask).toList();
    }

    private void watch(@Nullable Duration timeout) {
        for (Future<T> future : todo) {
            future.addListener(completion);
        }
        if (timeout != null && !todo.isEmpty()) {
            timer = loop.core().schedule(loop.deadline(timeout), this::expire);
        }
    }

    /** {@return whether there are futures that no call of {@link #next} has been promised} */
    public boolean hasNext() {
        loop.checkThread();
        return left > 0;
    }

    /**
     * The next future to be done. Waits for one if need be.
     *
     * @return a done future
     * @throws TimeoutException if the time was over before it was done
     * @throws NoSuchElementException if there are no more
     * @throws CancelledError if the calling task is cancelled meanwhile; no future is lost by that
     * @throws IllegalStateException if it has to wait and the caller is no task of the loop
     */
    @Suspends
    public Future<T> next() throws TimeoutException {
        loop.checkThread();
        if (left == 0) {
            throw new NoSuchElementException("all futures have been handed out");
        }
        left--;
        try {
            awaitOne();
        } catch (Throwable e) {
            left++;
            throw e;
        }
        Future<T> next = done.pollFirst();
        if (next == null) {
            throw new TimeoutException("futures not done in time");
        }
        return next;
    }

    /** Waits until there is something to hand out, or never will be. */
    @Suspends
    private void awaitOne() {
        while (done.isEmpty() && !timedOut) {
            Future<@Nullable Void> turn = loop.createFuture();
            takers.addLast(turn);
            try {
                turn.await();
            } catch (Throwable e) {
                takers.remove(turn);
                if (!done.isEmpty() || timedOut) {
                    wakeNext(); // the turn that was ours is the next one's
                }
                throw e;
            }
        }
    }

    /**
     * An iterator over the rest. Its {@code next()} waits as {@link #next} does, and throws {@link UncheckedTimeoutException} where that
     * throws {@code TimeoutException}.
     */
    @Override
    public Iterator<Future<T>> iterator() {
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return AsCompleted.this.hasNext();
            }

            @Override
            @Suspends
            public Future<T> next() {
                try {
                    return AsCompleted.this.next();
                } catch (TimeoutException e) {
                    throw new UncheckedTimeoutException(e);
                }
            }
        };
    }

    @Override
    public String toString() {
        return "AsCompleted[" + todo.size() + " pending, " + done.size() + " ready, " + takers.size() + " waiting]";
    }

    private void completed(Future<?> future) {
        if (!todo.remove(future)) {
            return; // the timeout was here first
        }
        @SuppressWarnings("unchecked") // only futures of this type are in todo
        Future<T> completed = (Future<T>) future;
        done.addLast(completed);
        wakeNext();
        Timer armed = timer;
        if (todo.isEmpty() && armed != null) {
            timer = null;
            loop.core().cancel(armed);
        }
    }

    private void expire() {
        timer = null;
        timedOut = true;
        for (Future<T> future : todo) {
            future.removeListener(completion);
            wakeNext(); // one for each future that will not come, as for each that came
        }
        todo.clear();
    }

    private void wakeNext() {
        for (var taker = takers.pollFirst(); taker != null; taker = takers.pollFirst()) {
            if (!taker.isDone()) {
                taker.complete(null);
                return;
            }
        }
    }
}
