package dev.weft;

import dev.weft.internal.loop.LoopEntry;
import dev.weft.internal.loop.SpareMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A result that is not there yet. Pending at first; then, once and for ever, done: with a value, with an exception, or cancelled.
 * Tasks wait for it with {@link #await}; callbacks are told with {@link #addDoneCallback}. Both happen in their turn on the loop,
 * one iteration after the future is done, in the order in which they were asked for.
 *
 * <p>Confined to its loop. A failure that nobody looks at (by {@code await}, {@link #result} or {@link #exception}) is reported to
 * the loop's exception handler. Mirrors {@code asyncio.Future}.
 *
 * @param <T> the type of the value
 */
public class Future<T extends @Nullable Object> {
    private enum State {
        PENDING,
        VALUE,
        FAILED,
        CANCELLED
    }

    /** Told on the loop's own stack, in its turn, that a future is done: for this library's own code, which takes no locks. */
    interface Listener {
        void done(Future<?> future);
    }

    private record Registration<T extends @Nullable Object>(DoneCallback<? super T> callback, Context context) {}

    private final EventLoop loop;
    private State state = State.PENDING;

    /** The value, or the exception the future failed with, or the error it throws as cancelled, made when first asked for. */
    private @Nullable Object outcome;

    /**
     * Whom to tell: {@code null}, one entry, or a list of them. An entry is a {@link Task} that waits, a {@link Registration} of a
     * user's callback, or a {@link Listener}.
     */
    private @Nullable Object callbacks;

    private @Nullable String cancelMessage;
    private @Nullable UnretrievedReport report;
    private @Nullable List<StackTraceElement> sourceTraceback;

    /** Whom {@link #addAwaitedBy} was told of: {@code null}, a future, or a list of them. */
    private @Nullable Object awaitedBy;

    Future(EventLoop loop) {
        this.loop = loop;
        if (loop.getDebug()) {
            sourceTraceback = loop.traceIfDebug();
        }
    }

    // ---- asking

    /**
     * Whether it has a value, has failed or was cancelled.
     *
     * @return whether it is no longer pending
     * @throws IllegalStateException if the loop runs on another thread
     */
    public final boolean done() {
        loop.checkThread();
        return isDone();
    }

    /**
     * Whether it was cancelled. One that failed with a {@link CancelledError} was not.
     *
     * @return whether it ended cancelled
     * @throws IllegalStateException if the loop runs on another thread
     */
    public final boolean cancelled() {
        loop.checkThread();
        return state == State.CANCELLED;
    }

    /** {@return the loop it belongs to} */
    public final EventLoop getLoop() {
        return loop;
    }

    /**
     * The value of a future that is done.
     *
     * <p>Throws the very exception the future failed with, checked or not, if it failed.
     *
     * @return the value
     * @throws CancelledError if it was cancelled
     * @throws InvalidStateException if it is not done
     */
    public final T result() {
        loop.checkThread();
        if (state == State.PENDING) {
            throw new InvalidStateException("result is not set yet: " + this);
        }
        return outcome();
    }

    /**
     * The exception of a future that is done.
     *
     * @return what it failed with, null if it has a value
     * @throws CancelledError if it was cancelled
     * @throws InvalidStateException if it is not done
     */
    public final @Nullable Throwable exception() {
        loop.checkThread();
        return switch (state) {
            case PENDING -> throw new InvalidStateException("exception is not set yet: " + this);
            case CANCELLED -> throw cancelledError();
            case VALUE -> null;
            case FAILED -> {
                markRetrieved();
                yield (Throwable) outcome;
            }
        };
    }

    /**
     * Waits until the future is done. Returns at once, without a task switch, if it already is. Several tasks may wait; they go on in
     * the order in which they came.
     *
     * <p>Throws the very exception the future failed with, undeclared; use {@link #await(Class)} to catch a checked one. When the
     * waiting task is cancelled, so is the future: wrap it in {@link Asyncio#shield} to prevent that. Mirrors
     * {@code await future}.
     *
     * @return the value
     * @throws CancelledError if the future, or the waiting task, is cancelled
     * @throws IllegalStateException if the future is pending and the caller is no task of its loop
     */
    @Suspends
    public final T await() {
        if (state == State.PENDING) {
            loop.requireTask(this).awaitFuture(this);
        } else {
            loop.checkThread();
        }
        return outcome();
    }

    /**
     * As {@link #await()}, for a caller who wants to catch a checked exception: other types are thrown as well, undeclared.
     *
     * @param declared the checked exception the future may fail with
     * @return the value
     * @param <X> its type
     * @throws X if the future failed with it
     * @throws CancelledError if the future, or the waiting task, is cancelled
     * @throws IllegalStateException if the future is pending and the caller is no task of its loop
     */
    @Suspends
    public final <X extends Exception> T await(Class<X> declared) throws X {
        Objects.requireNonNull(declared, "declared");
        return await();
    }

    // ---- completing

    /**
     * Makes it done with a value.
     *
     * @param value the value
     * @throws InvalidStateException if it is already done
     */
    public void setResult(T value) {
        loop.checkThread();
        ensurePending("setResult");
        complete(value);
    }

    /**
     * Makes it done with a failure. A {@link CancelledError} set this way makes it failed, not cancelled; it is not reported when nobody
     * looks at it.
     *
     * @param exception what {@code await} and {@code result} throw
     * @throws InvalidStateException if it is already done
     */
    public void setException(Throwable exception) {
        Objects.requireNonNull(exception, "exception");
        loop.checkThread();
        ensurePending("setException");
        fail(exception);
    }

    /**
     * Cancels it: whoever waits gets a {@link CancelledError}. On one that is done, only withdraws the report of an exception that
     * nobody has looked at.
     *
     * @return whether it was pending
     */
    public final boolean cancel() {
        return cancel(null);
    }

    /**
     * Cancels it, with a message for the {@link CancelledError}.
     *
     * @param message the message
     * @return whether it was pending
     */
    public boolean cancel(@Nullable String message) {
        loop.checkThread();
        if (state != State.PENDING) {
            markRetrieved();
            return false;
        }
        cancelMessage = message;
        completeCancelled(null);
        return true;
    }

    // ---- telling

    /**
     * Calls back, as an entry of the loop, once this is done; in the next iteration if it already is. A callback registered twice is
     * called twice. What it throws goes to the exception handler.
     *
     * @param callback receives this future, in a copy of the current context
     */
    public final void addDoneCallback(DoneCallback<? super T> callback) {
        addDoneCallback(callback, Context.copyCurrent());
    }

    /**
     * As {@link #addDoneCallback(DoneCallback)}, in a context of the caller's choice.
     *
     * @param callback receives this future
     * @param context the context it runs in
     */
    public final void addDoneCallback(DoneCallback<? super T> callback, Context context) {
        Objects.requireNonNull(callback, "callback");
        Objects.requireNonNull(context, "context");
        loop.checkThread();
        tell(new Registration<T>(callback, context));
    }

    /**
     * Takes back every registration equal to the callback. Without effect on a future that is done: its callbacks are queued.
     *
     * @param callback as registered
     * @return how many registrations there were
     */
    public final int removeDoneCallback(DoneCallback<?> callback) {
        loop.checkThread();
        // equals() is the user's code and may add and remove callbacks: ask first, then remove what is still there.
        var found = Collections.<Object>newSetFromMap(new IdentityHashMap<>());
        for (Object entry : entries(callbacks)) {
            if (entry instanceof Registration<?> r && r.callback.equals(callback)) {
                found.add(entry);
            }
        }
        int before = callbackCount();
        removeCallbacksIf(found::contains);
        return before - callbackCount();
    }

    /**
     * A view for other threads: completes, on the loop's thread, as this does. Cancelling it cancels this future; completing it
     * otherwise has no effect here. It fails with an {@link IllegalStateException} if the loop is closed before this is done.
     *
     * @return a mirror of this future
     */
    public final CompletableFuture<T> toCompletableFuture() {
        loop.checkThread();
        return ThreadFutures.mirror(this);
    }

    // ---- for the rest of the package: no thread check

    /** As {@link #done}; a thread that is not the loop's may ask, and learn it late. */
    final boolean isDone() {
        return state != State.PENDING;
    }

    /** Makes one pending again that had a value. For who has made it and knows that nobody else still looks at it. */
    final void reopen() {
        state = State.PENDING;
        outcome = null;
    }

    final void complete(T value) {
        state = State.VALUE;
        outcome = value;
        tellAll();
    }

    /** As {@link #complete}, but if nobody waits except one task, leaves it to the caller to resume that task. */
    final @Nullable Task<?> completeForOneTask(T value) {
        if (callbacks instanceof Task<?> task) {
            callbacks = null;
            state = State.VALUE;
            outcome = value;
            return task;
        }
        complete(value);
        return null;
    }

    final void fail(Throwable exception) {
        state = State.FAILED;
        outcome = exception;
        // A cancellation is nobody's mistake: a gather that was cancelled and dropped is nothing to report.
        report = exception instanceof CancelledError ? null : watchFailure(exception);
        tellAll();
    }

    /**
     * Without memory nobody watches: those who wait for this future must be told in any case. Nor is the heap filled up with reports of its
     * being full.
     */
    private @Nullable UnretrievedReport watchFailure(Throwable exception) {
        if (exception instanceof OutOfMemoryError && SpareMemory.tight()) {
            return null;
        }
        for (int attempt = 0; ; attempt++) {
            try {
                return loop.reports().watch(this, exception);
            } catch (OutOfMemoryError _) {
                if (attempt > 0 || !SpareMemory.letGo(attempt)) {
                    return null;
                }
            }
        }
    }

    /** Ends it as cancelled, throwing {@code error} for everyone who asks; a new one with the cancel message if null. */
    final void completeCancelled(@Nullable CancelledError error) {
        state = State.CANCELLED;
        outcome = error;
        tellAll();
    }

    /** Copies the outcome of a future that is done. */
    final void completeAs(Future<? extends T> other) {
        switch (other.state) {
            case VALUE -> complete(other.outcome());
            case FAILED -> {
                other.markRetrieved();
                fail(Objects.requireNonNull(other.failure()));
            }
            case CANCELLED -> {
                // The same error if there is one; none is made here, where its stack would show nothing of whoever
                // waits.
                cancelMessage = other.cancelMessage;
                completeCancelled((CancelledError) other.outcome);
            }
            case PENDING -> throw new InvalidStateException("not done: " + other);
        }
    }

    final boolean failed() {
        return state == State.FAILED;
    }

    /** The exception of a failed future, without counting as a look at it; {@code null} otherwise. */
    final @Nullable Throwable failure() {
        return state == State.FAILED ? (Throwable) outcome : null;
    }

    final void markRetrieved() {
        if (report != null) {
            report.withdraw();
            report = null;
        }
    }

    /** Refuses to serve another loop. */
    final void checkLoop(EventLoop other) {
        if (loop != other) {
            throw new IllegalArgumentException("the future belongs to another loop than the one given: " + this);
        }
    }

    /** Whether it is just passing a cancellation on to what it is made of: whoever asks then is, in a roundabout way, part of that. */
    boolean passesCancellationOn() {
        return false;
    }

    /** The value, or whatever a done future throws. */
    @SuppressWarnings({"unchecked", "NullAway"}) // in state VALUE the outcome is a T
    final T outcome() {
        return switch (state) {
            case VALUE -> (T) outcome;
            case CANCELLED -> throw cancelledError();
            case FAILED -> {
                markRetrieved();
                throw Throwables.rethrow(Objects.requireNonNull((Throwable) outcome));
            }
            case PENDING -> throw new InvalidStateException("not done: " + this);
        };
    }

    /** The one error that everyone who asks a cancelled future gets. */
    final CancelledError cancelledError() {
        if (outcome == null) {
            outcome = new CancelledError(cancelMessage);
        }
        return (CancelledError) Objects.requireNonNull(outcome);
    }

    final void setCancelMessage(@Nullable String message) {
        cancelMessage = message;
    }

    final @Nullable String cancelMessage() {
        return cancelMessage;
    }

    final void addWaiter(Task<?> task) {
        tell(task);
    }

    final void removeWaiter(Task<?> task) {
        removeCallbacksIf(entry -> entry == task);
    }

    final void addListener(Listener listener) {
        tell(listener);
    }

    final void removeListener(Listener listener) {
        removeCallbacksIf(entry -> entry.equals(listener));
    }

    private static Object[] entries(@Nullable Object slot) {
        return slot == null ? new Object[0] : slot instanceof EntryList list ? list.toArray() : new Object[] {slot};
    }

    final int callbackCount() {
        return callbacks == null ? 0 : callbacks instanceof EntryList list ? list.size() : 1;
    }

    final @Nullable List<StackTraceElement> sourceTraceback() {
        return sourceTraceback;
    }

    /** Notes, for call graphs, that {@code waiter} waits for this one by other means than {@code await}. */
    final void addAwaitedBy(Future<?> waiter) {
        if (awaitedBy == null) {
            awaitedBy = waiter;
        } else if (awaitedBy instanceof EntryList list) {
            list.add(waiter);
        } else {
            awaitedBy = new EntryList(awaitedBy, waiter);
        }
    }

    /** Whether that is the latest that was noted. */
    final boolean lastAwaitedBy(Future<?> waiter) {
        return awaitedBy == waiter || (awaitedBy instanceof EntryList list && list.getLast() == waiter);
    }

    final void discardAwaitedBy(Future<?> waiter) {
        if (awaitedBy == waiter) {
            awaitedBy = null;
        } else if (awaitedBy instanceof EntryList list) {
            list.remove(waiter);
            if (list.isEmpty()) {
                awaitedBy = null;
            }
        }
    }

    /** Who waits for this: the tasks in {@code await}, then those noted by {@link #addAwaitedBy}. Reads racily: any thread may ask. */
    final List<Future<?>> waiters() {
        var waiters = new LinkedHashSet<Future<?>>();
        for (Object entry : entries(callbacks)) {
            if (entry instanceof Task<?> task) {
                waiters.add(task);
            }
        }
        for (Object entry : entries(awaitedBy)) {
            if (entry instanceof Future<?> waiter) {
                waiters.add(waiter);
            }
        }
        return List.copyOf(waiters);
    }

    /** The thread of whoever has to act before this can be done, where that is known: the holder of a lock. */
    @Nullable
    Thread holder() {
        return null;
    }

    /** Whether it only stands between those who wait for it and what it waits for itself: call graphs look through it. */
    boolean isRelay() {
        return false;
    }

    @Override
    public String toString() {
        return "Future[" + describeState() + "]";
    }

    /** Whether {@link #describeBriefly} tells more than that it is a future. */
    boolean describesItself() {
        return false;
    }

    /** For the description of a task that waits for this: short, and without a look at who waits. */
    String describeBriefly() {
        return "a " + (isDone() ? "done" : "pending") + " future";
    }

    /** State, outcome and callbacks, bounded in length; reads racily, so that any thread may ask, and calls no user's code. */
    final String describeState() {
        Object currentOutcome = outcome;
        String text = switch (state) {
            case PENDING -> "pending";
            case CANCELLED -> "cancelled";
            case VALUE -> "done, value: " + describeValue(currentOutcome);
            case FAILED ->
                "failed: "
                        + (currentOutcome instanceof Throwable e ? e.getClass().getName() : "?");
        };
        return text + describeCallbacks();
    }

    private static String describeValue(@Nullable Object value) {
        return switch (value) {
            case null -> "null";
            case String text -> "'" + Describe.shorten(text) + "'";
            case Integer number -> number.toString();
            case Long number -> number.toString();
            case Double number -> number.toString();
            case Boolean flag -> flag.toString();
            // toString() of a user's object is the user's code: slow, failing, or asking for this very future
            default -> value.getClass().getName();
        };
    }

    private String describeCallbacks() {
        Object current = callbacks;
        if (current == null) {
            return "";
        }
        if (!(current instanceof EntryList list)) {
            return ", callbacks: " + describeCallback(current);
        }
        var text = new StringBuilder(", callbacks: ");
        Object[] entries = list.toArray();
        for (int i = 0; i < Math.min(2, entries.length); i++) {
            text.append(i == 0 ? "" : ", ").append(describeCallback(entries[i]));
        }
        if (entries.length > 2) {
            text.append(" and ").append(entries.length - 2).append(" more");
        }
        return text.toString();
    }

    private static String describeCallback(@Nullable Object entry) {
        return switch (entry) {
            case null -> "?";
            case Task<?> task -> "wakeup of " + task.shortName();
            case Registration<?> registration -> Describe.callback(registration.callback);
            default -> Describe.ownCallback(entry);
        };
    }

    private void ensurePending(String what) {
        if (state != State.PENDING) {
            throw new InvalidStateException(what + ": already done: " + this);
        }
    }

    private static final class EntryList extends ArrayList<Object> {
        private static final long serialVersionUID = 1L;

        EntryList(Object first, Object second) {
            super(4);
            add(first);
            add(second);
        }
    }

    private void tell(Object entry) {
        if (state != State.PENDING) {
            schedule(entry);
        } else if (callbacks == null) {
            callbacks = entry;
        } else if (callbacks instanceof EntryList list) {
            list.add(entry);
        } else {
            callbacks = new EntryList(callbacks, entry);
        }
    }

    private void removeCallbacksIf(java.util.function.Predicate<Object> condition) {
        if (callbacks instanceof EntryList list) {
            Iterator<Object> entries = list.iterator();
            while (entries.hasNext()) {
                if (condition.test(entries.next())) {
                    entries.remove();
                }
            }
            if (list.isEmpty()) {
                callbacks = null;
            }
        } else if (callbacks != null && condition.test(callbacks)) {
            callbacks = null;
        }
    }

    private void tellAll() {
        Object current = callbacks;
        if (current == null) {
            return;
        }
        callbacks = null;
        if (current instanceof EntryList list) {
            for (Object entry : list) {
                schedule(entry);
            }
        } else {
            schedule(current);
        }
    }

    /** Throws nothing: whoever waits would wait for ever. Where there is no memory even for that, the loop's run ends. */
    private void schedule(Object entry) {
        for (int attempt = 0; ; attempt++) {
            try {
                append(entry);
                return;
            } catch (OutOfMemoryError e) {
                if (!SpareMemory.letGo(attempt)) {
                    loop.core().stopWith(e);
                    return;
                }
            }
        }
    }

    @SuppressWarnings("unchecked")
    private void append(Object entry) {
        if (entry instanceof Task<?> task) {
            task.wakeUp();
        } else if (entry instanceof Listener listener) {
            loop.core().addReady((LoopEntry) () -> listener.done(this));
        } else {
            var registration = (Registration<T>) entry;
            loop.core()
                    .addReady(new CallbackHandle(loop, () -> registration.callback.done(this), registration.context));
        }
    }
}
