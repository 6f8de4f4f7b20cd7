package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@link Asyncio#race}: attempts, one started after the other, until one succeeds. Whoever calls waits, starts the next attempts, and
 * leaves only when all that were started have ended.
 *
 * @param <T> the type of the value
 */
final class Race<T extends @Nullable Object> {
    private final EventLoop loop;
    private final List<Coroutine<T>> attempts;
    /** How long to wait for an attempt before the next one starts as well; null to wait until it has failed. */
    private final @Nullable Duration stagger;

    private final List<Task<T>> started = new ArrayList<>();
    private final Set<Task<?>> running = new LinkedHashSet<>();
    private @Nullable Task<T> winner;
    private @Nullable Timer timer;
    private boolean nextIsDue;
    private @Nullable Future<@Nullable Void> change;

    Race(EventLoop loop, List<Coroutine<T>> attempts, @Nullable Duration stagger) {
        this.loop = loop;
        this.attempts = List.copyOf(attempts);
        this.stagger = stagger;
        if (attempts.isEmpty()) {
            throw new IllegalArgumentException("a race needs at least one attempt");
        }
    }

    @Suspends
    T run() {
        Throwable end = startNext();
        while (!running.isEmpty()) {
            try {
                awaitChange();
            } catch (CancelledError e) {
                // Each request is passed on; the first is what the caller gets.
                end = end == null ? e : end;
                cancelRunning(e.getMessage());
            }
            if (end == null && winner == null && nextIsDue) {
                end = startNext();
            }
        }
        disarm();
        if (end != null) {
            throw Throwables.rethrow(end);
        }
        return winner != null ? winner.outcome() : throwFailures();
    }

    /** Starts the next attempt; all that are left if there is no time between them. Returns what kept it from doing so. */
    private @Nullable Throwable startNext() {
        disarm();
        nextIsDue = false;
        boolean atOnce = stagger != null && !stagger.isPositive();
        try {
            do {
                Task<T> task = loop.createTask(attempts.get(started.size()));
                started.add(task);
                running.add(task);
                task.addListener(this::ended);
            } while (atOnce && isOneLeft());
        } catch (RuntimeException | Error e) { // the task factory
            cancelRunning(null);
            return e;
        }
        if (stagger != null && isOneLeft()) {
            timer = loop.core().schedule(loop.deadline(stagger), this::nextIsDue);
        }
        return null;
    }

    private boolean isOneLeft() {
        return started.size() < attempts.size();
    }

    @Suspends
    private void awaitChange() {
        Future<@Nullable Void> awaited = loop.createFuture();
        change = awaited;
        try {
            awaited.await();
        } finally {
            change = null;
        }
    }

    /** On the loop's own stack, as {@link #nextIsDue()}. */
    private void ended(Future<?> task) {
        running.remove(task);
        task.markRetrieved();
        if (winner == null && !task.cancelled() && !task.failed()) {
            winner = started.get(started.indexOf(task));
            disarm();
            cancelRunning(null);
        } else if (isOneLeft() && task == started.getLast()) {
            nextIsDue();
        }
        if (running.isEmpty()) {
            signal();
        }
    }

    private void nextIsDue() {
        nextIsDue = true;
        signal();
    }

    private void signal() {
        Future<@Nullable Void> awaited = change;
        if (awaited != null && !awaited.isDone()) {
            awaited.complete(null);
        }
    }

    private void cancelRunning(@Nullable String message) {
        for (Task<?> task : running) {
            task.cancel(message);
        }
    }

    private void disarm() {
        Timer armed = timer;
        if (armed != null) {
            timer = null;
            loop.core().cancel(armed);
        }
    }

    /** Nobody has won: throws all failures, or, if all attempts just ended cancelled, the first one's error. */
    private T throwFailures() {
        List<Throwable> failures = new ArrayList<>();
        for (Task<T> task : started) {
            Throwable failure = task.failure();
            if (failure != null) {
                failures.add(failure);
            }
        }
        if (failures.isEmpty()) {
            throw started.getFirst().cancelledError();
        }
        throw Throwables.rethrow(
                ThrowableGroup.of("all attempts failed", failures).asThrowable());
    }
}
