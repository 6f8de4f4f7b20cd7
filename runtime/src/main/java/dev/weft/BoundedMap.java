package dev.weft;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * {@link Asyncio#map}: a task for each item, of which only so many run at a time.
 *
 * @param <T> the type of the items
 * @param <R> the type of the results
 */
final class BoundedMap<T extends @Nullable Object, R extends @Nullable Object> {
    private final EventLoop loop;
    private final int limit;
    private final CoroutineFunction<? super T, ? extends R> function;
    private int running;
    private @Nullable Future<@Nullable Void> room;

    BoundedMap(EventLoop loop, int limit, CoroutineFunction<? super T, ? extends R> function) {
        if (limit < 1) {
            throw new IllegalArgumentException("map needs a limit of at least one task at a time, got " + limit);
        }
        this.loop = loop;
        this.limit = limit;
        this.function = function;
    }

    @Suspends
    @SuppressWarnings("NullAway") // loses sight, in the lambda, of the bound that lets items be null
    List<R> run(Collection<? extends T> items) {
        var tasks = new ArrayList<Task<R>>(items.size());
        new TaskGroup().run(group -> {
            for (T item : new ArrayList<T>(items)) {
                if (running == limit) {
                    awaitRoom();
                }
                running++;
                tasks.add(group.createTask(() -> apply(item)));
            }
        });
        var results = new ArrayList<R>(tasks.size());
        for (Task<R> task : tasks) {
            results.add(task.outcome());
        }
        return Collections.unmodifiableList(results);
    }

    @Suspends
    private R apply(T item) throws Exception {
        try {
            return function.apply(item);
        } finally {
            running--;
            Future<@Nullable Void> waiting = room;
            if (waiting != null && !waiting.isDone()) {
                waiting.complete(null);
            }
        }
    }

    @Suspends
    private void awaitRoom() {
        Future<@Nullable Void> waiting = loop.createFuture();
        room = waiting;
        try {
            waiting.await();
        } finally {
            room = null;
        }
    }
}
