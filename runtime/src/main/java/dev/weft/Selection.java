package dev.weft;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link Select}: its clauses all wait at once, each in the line it would wait in alone, and wake the same task.
 *
 * <pre>
 *   at once     each clause is asked, in the order written, whether it can happen now
 *   enlisted    all wait; whatever wakes one of them wakes the task
 *   woken       those that were woken are asked again; if what woke them is gone, back to enlisted
 *   committed   a receiver at a rendezvous took the item of a clause: it has happened, before the task goes on
 * </pre>
 *
 * The clauses that do not happen withdraw, and what they had been promised goes to the next in their lines: when another one is committed
 * or the task is cancelled, at that moment, so that nobody meets a clause that cannot happen any more.
 */
final class Selection<R extends @Nullable Object> {
    /** One of the waits. */
    interface Clause<R extends @Nullable Object> {
        /** Happens, if it can without waiting. May throw: then that is what happened. */
        boolean happensNow();

        void enlist(Selection<R> selection);

        /** Happens, if it was woken and for good reason; may enlist again. May throw. */
        boolean happensWoken(Selection<R> selection);

        /** Leaves no trace. Without effect if it did already, or happened. */
        void withdraw();

        /** The rest, when it has happened and the others have withdrawn. */
        @Suspends
        R finish();

        /** Whether the two can only wait for each other. */
        default boolean excludes(Clause<?> other) {
            return false;
        }
    }

    private final List<Clause<R>> clauses = new ArrayList<>();
    private @Nullable Task<?> task;
    private @Nullable Signal signal;
    private @Nullable Clause<R> committed;

    void add(Clause<R> clause) {
        clauses.add(clause);
    }

    /** The calling task, while it runs this. */
    Task<?> task() {
        return Objects.requireNonNull(task);
    }

    @Suspends
    R run(Task<?> caller) {
        validate();
        task = caller;
        for (Clause<R> clause : clauses) {
            if (clause.happensNow()) {
                return clause.finish();
            }
        }
        return await(caller).finish();
    }

    /** Lets the task look which clause was woken. */
    void wake() {
        Signal current = signal;
        if (current != null && !current.isDone()) {
            current.complete(null);
        }
    }

    /** Says that a clause has happened. */
    void commit(Clause<R> clause) {
        committed = clause;
        for (Clause<R> other : clauses) {
            if (other != clause) {
                other.withdraw();
            }
        }
    }

    private void validate() {
        if (clauses.isEmpty()) {
            throw new IllegalArgumentException("a select needs a clause");
        }
        for (Clause<R> clause : clauses) {
            for (Clause<R> other : clauses) {
                if (clause.excludes(other)) {
                    throw new IllegalArgumentException(
                            "a select cannot send to itself: both ends of one rendezvous are in it");
                }
            }
        }
    }

    @Suspends
    private Clause<R> await(Task<?> caller) {
        try {
            Signal current = new Signal(caller.getLoop());
            signal = current;
            for (Clause<R> clause : clauses) {
                clause.enlist(this);
            }
            while (true) {
                try {
                    current.await();
                } catch (CancelledError e) {
                    if (committed == null) {
                        throw e;
                    }
                    caller.postpone(e);
                }
                if (committed != null) {
                    return committed;
                }
                current = new Signal(caller.getLoop()); // first: what is enlisted again may be woken at once
                signal = current;
                for (Clause<R> clause : clauses) {
                    if (clause.happensWoken(this)) {
                        return clause;
                    }
                }
            }
        } finally {
            signal = null;
            withdrawAll();
        }
    }

    private void withdrawAll() {
        for (Clause<R> clause : clauses) {
            clause.withdraw();
        }
    }

    /** What the task waits for: done when a clause was woken, cancelled with the task. */
    private final class Signal extends Future<@Nullable Void> {
        Signal(EventLoop loop) {
            super(loop);
        }

        @Override
        public boolean cancel(@Nullable String message) {
            boolean pending = super.cancel(message);
            if (pending) {
                withdrawAll();
            }
            return pending;
        }

        @Override
        boolean describesItself() {
            return true;
        }

        @Override
        String describeBriefly() {
            return "one of " + clauses.size() + " clauses of a select";
        }
    }
}
