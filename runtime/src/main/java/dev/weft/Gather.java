package dev.weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Asyncio#gather} and its kin: one future for the outcomes of several. Cancelling it cancels the children, and it is done once
 * they are.
 *
 * @param <T> the type of the children's values
 * @param <R> what is made of them when all are done
 */
final class Gather<T extends @Nullable Object, R extends @Nullable Object> extends Future<R>
        implements Future.Listener {
    private final List<Future<? extends T>> children;
    private final boolean settled;
    private final Function<List<Future<? extends T>>, R> collect;
    private int pending;
    private boolean cancelRequested;
    private @Nullable String requestMessage;
    private boolean cancelling;

    private Gather(
            EventLoop loop,
            List<Future<? extends T>> children,
            boolean settled,
            Function<List<Future<? extends T>>, R> collect) {
        super(loop);
        this.children = children;
        this.settled = settled;
        this.collect = collect;
    }

    static <T extends @Nullable Object> Future<List<T>> values(Collection<? extends Future<? extends T>> futures) {
        return Gather.<T, List<T>>start(List.copyOf(futures), false, children -> each(children, Future::outcome));
    }

    static <T extends @Nullable Object> Future<List<Outcome<T>>> outcomes(
            Collection<? extends Future<? extends T>> futures) {
        return Gather.<T, List<Outcome<T>>>start(
                List.copyOf(futures), true, children -> each(children, Gather::outcomeOf));
    }

    /** A task for each entry, and their values under the same keys, in the same order. */
    static <K, T extends @Nullable Object> Future<Map<K, T>> map(Map<K, Coroutine<T>> coroutines) {
        EventLoop loop = EventLoop.requireCurrent();
        List<K> keys = List.copyOf(coroutines.keySet());
        List<Future<? extends T>> tasks = new ArrayList<>();
        for (Coroutine<T> coroutine : List.copyOf(coroutines.values())) {
            tasks.add(loop.createTask(coroutine));
        }
        return Gather.<T, Map<K, T>>start(tasks, false, children -> {
            var values = new LinkedHashMap<K, T>();
            for (int i = 0; i < children.size(); i++) {
                values.put(keys.get(i), children.get(i).outcome());
            }
            return Collections.unmodifiableMap(values);
        });
    }

    /** Tasks of the running loop, in the order of the arguments. */
    @SafeVarargs
    @SuppressWarnings("varargs") // only read
    static <T extends @Nullable Object> List<Task<? extends T>> tasks(Coroutine<? extends T>... coroutines) {
        EventLoop loop = EventLoop.requireCurrent();
        var tasks = new ArrayList<Task<? extends T>>(coroutines.length);
        for (Coroutine<? extends T> coroutine : List.copyOf(Arrays.asList(coroutines))) {
            tasks.add(loop.createTask(coroutine));
        }
        return tasks;
    }

    private static <T extends @Nullable Object, R extends @Nullable Object> Future<R> start(
            List<Future<? extends T>> children, boolean settled, Function<List<Future<? extends T>>, R> collect) {
        EventLoop loop = children.isEmpty()
                ? EventLoop.requireCurrent()
                : children.get(0).getLoop();
        loop.checkThread();
        for (Future<?> child : children) {
            if (child.getLoop() != loop) {
                throw new IllegalArgumentException(
                        "cannot gather futures of two loops: " + child + " is not on " + loop);
            }
        }
        var gather = new Gather<>(loop, children, settled, collect);
        gather.watchChildren();
        return gather;
    }

    private static <T extends @Nullable Object, E extends @Nullable Object> List<E> each(
            List<Future<? extends T>> children, Function<Future<? extends T>, E> read) {
        var results = new ArrayList<E>(children.size());
        for (Future<? extends T> child : children) {
            results.add(read.apply(child));
        }
        return Collections.unmodifiableList(results);
    }

    @Override
    boolean isRelay() {
        return true;
    }

    private void watchChildren() {
        var doneAlready = new ArrayList<Future<? extends T>>(0);
        for (Future<? extends T> child : children) {
            if (child.isDone()) {
                pending++;
                doneAlready.add(child);
            } else if (!child.lastAwaitedBy(this)) { // it is here for the first time
                pending++;
                child.addAwaitedBy(this);
                child.addListener(this);
            }
        }
        if (pending == 0) {
            finish();
        }
        // After the others are being watched: the first of these may already fail the whole.
        doneAlready.forEach(this::done);
    }

    @Override
    public void done(Future<?> child) {
        pending--;
        child.discardAwaitedBy(this);
        if (isDone()) {
            child.markRetrieved();
            return;
        }
        if (!settled && !cancelRequested) {
            if (child.cancelled()) {
                fail(child.cancelledError());
                return;
            }
            Throwable failure = child.failure();
            if (failure != null) {
                child.markRetrieved();
                fail(failure);
                return;
            }
        }
        if (pending == 0) {
            finish();
        }
    }

    private void finish() {
        if (cancelRequested) {
            fail(cancellation());
            return;
        }
        complete(collect.apply(children));
    }

    /** The error of a gather that was cancelled, with what its children failed with instead of ending cancelled. */
    private CancelledError cancellation() {
        var error = new CancelledError(requestMessage);
        for (Future<?> child : children) {
            Throwable failure = child.failure();
            if (failure != null) {
                child.markRetrieved();
                error.addSuppressed(failure);
            }
        }
        return error;
    }

    private static <T extends @Nullable Object> Outcome<T> outcomeOf(Future<? extends T> child) {
        if (child.cancelled()) {
            return new Outcome.Failure<>(child.cancelledError());
        }
        Throwable failure = child.failure();
        if (failure != null) {
            child.markRetrieved();
            return new Outcome.Failure<>(failure);
        }
        return new Outcome.Value<>(child.outcome());
    }

    /** Cancels the children. This future is done when they are. */
    @Override
    public boolean cancel(@Nullable String message) {
        getLoop().checkThread();
        if (isDone()) {
            markRetrieved();
            return false;
        }
        boolean accepted = false;
        cancelling = true;
        try {
            for (Future<?> child : children) {
                accepted |= child.cancel(message);
            }
        } finally {
            cancelling = false;
        }
        if (accepted) {
            cancelRequested = true;
            requestMessage = message;
        }
        return accepted;
    }

    @Override
    boolean passesCancellationOn() {
        return cancelling;
    }

    @Override
    public String toString() {
        return "Future[gather of " + children.size() + ", " + describeState() + "]";
    }
}
