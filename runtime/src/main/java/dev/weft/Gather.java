package dev.weft;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * {@link Asyncio#gather} and {@link Asyncio#gatherSettled}: one future for the outcomes of several. Cancelling it cancels the
 * children, and it is done once they are.
 *
 * @param <T> the type of the children's values
 * @param <R> what it has for each child: the value, or the outcome
 */
final class Gather<T extends @Nullable Object, R extends @Nullable Object> extends Future<List<R>>
        implements Future.Listener {
    private final List<Future<? extends T>> children;
    private final boolean settled;
    private final Function<Future<? extends T>, R> read;
    private int pending;
    private boolean cancelRequested;
    private @Nullable String requestMessage;
    private boolean cancelling;

    private Gather(
            EventLoop loop,
            List<Future<? extends T>> children,
            boolean settled,
            Function<Future<? extends T>, R> read) {
        super(loop);
        this.children = children;
        this.settled = settled;
        this.read = read;
    }

    static <T extends @Nullable Object> Future<List<T>> values(Collection<? extends Future<? extends T>> futures) {
        return Gather.<T, T>start(List.copyOf(futures), false, Future::outcome);
    }

    static <T extends @Nullable Object> Future<List<Outcome<T>>> outcomes(
            Collection<? extends Future<? extends T>> futures) {
        return Gather.<T, Outcome<T>>start(List.copyOf(futures), true, Gather::outcomeOf);
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

    private static <T extends @Nullable Object, R extends @Nullable Object> Future<List<R>> start(
            List<Future<? extends T>> children, boolean settled, Function<Future<? extends T>, R> read) {
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
        var gather = new Gather<>(loop, children, settled, read);
        gather.watchChildren();
        return gather;
    }

    @Override
    boolean isRelay() {
        return true;
    }

    private void watchChildren() {
        var distinct = new LinkedHashSet<Future<? extends T>>(children);
        pending = distinct.size();
        if (pending == 0) {
            finish();
            return;
        }
        var doneAlready = new ArrayList<Future<? extends T>>();
        for (Future<? extends T> child : distinct) {
            if (child.isDone()) {
                doneAlready.add(child);
            } else {
                child.addAwaitedBy(this);
                child.addListener(this);
            }
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
        var results = new ArrayList<R>(children.size());
        for (Future<? extends T> child : children) {
            results.add(read.apply(child));
        }
        complete(Collections.unmodifiableList(results));
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
