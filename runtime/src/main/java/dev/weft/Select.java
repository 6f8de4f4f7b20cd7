package dev.weft;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Several waits of which exactly one happens: the first, in the order written, that can happen at once, else the one that comes first.
 * The others leave no trace: nothing is received or sent, no future is cancelled, no timer remains. Handed to the caller of
 * {@link Asyncio#select}. As Kotlin's {@code select}.
 *
 * <pre>{@code
 * select(s -> s
 *         .onReceive(orders, order -> ship(order))
 *         .onDone(shutdown, reason -> log(reason))
 *         .onTimeout(seconds(5), () -> idle()));
 * }</pre>
 *
 * <p>Confined to the calling task; not used after the call.
 */
public final class Select {
    private final Valued<@Nullable Void> clauses = new Valued<>();

    Select() {}

    /**
     * Runs a select whose clauses give a value.
     *
     * @param clauses adds the clauses
     * @return what the clause that happened gave
     * @param <R> the type of the value
     * @throws CancelledError if the task is cancelled while it waits; nothing happened then
     * @throws IllegalArgumentException if there is no clause, or both ends of one rendezvous are in it
     * @throws IllegalStateException if the caller is no task of the loop that all this belongs to
     */
    @Suspends
    public static <R extends @Nullable Object> R call(Consumer<? super Valued<R>> clauses) {
        Objects.requireNonNull(clauses, "clauses");
        Task<?> task = WrongCaller.currentTask("select");
        var valued = new Valued<R>();
        clauses.accept(valued);
        return valued.selection.run(task);
    }

    /** Runs a select whose clauses give none. */
    @Suspends
    static void run(Consumer<? super Select> clauses) {
        Objects.requireNonNull(clauses, "clauses");
        Task<?> task = WrongCaller.currentTask("select");
        var select = new Select();
        clauses.accept(select);
        select.clauses.selection.run(task);
    }

    /**
     * Receives an item. When the channel has ended this happens too: the select throws what {@link Receiver#receive} would.
     *
     * @param receiver where from
     * @param handler what to do with the item, in the calling task
     * @return this
     * @param <T> the type of the item
     */
    public <T> Select onReceive(Receiver<T> receiver, Consumer<? super T> handler) {
        Objects.requireNonNull(handler, "handler");
        clauses.onReceive(receiver, item -> {
            handler.accept(item);
            return null;
        });
        return this;
    }

    /**
     * Sends an item. When the receivers are closed this happens too: the select throws what {@link Sender#send} would.
     *
     * @param sender where to
     * @param item the item, not null
     * @param handler what to do when it has been sent, in the calling task
     * @return this
     * @param <T> the type of the item
     */
    public <T> Select onSend(Sender<T> sender, T item, Runnable handler) {
        Objects.requireNonNull(handler, "handler");
        clauses.onSend(sender, item, () -> {
            handler.run();
            return null;
        });
        return this;
    }

    /**
     * Waits for a future. When it failed or was cancelled this happens too: the select throws what {@link Future#await()} would.
     *
     * @param future the future
     * @param handler what to do with its value, in the calling task
     * @return this
     * @param <T> the type of the value
     */
    public <T extends @Nullable Object> Select onDone(Future<T> future, Consumer<? super T> handler) {
        Objects.requireNonNull(handler, "handler");
        clauses.onDone(future, value -> {
            handler.accept(value);
            return null;
        });
        return this;
    }

    /**
     * Happens when nothing else has for that long.
     *
     * @param timeout how long; zero or less for at once, null for never
     * @param handler what to do then, in the calling task
     * @return this
     */
    public Select onTimeout(@Nullable Duration timeout, Runnable handler) {
        Objects.requireNonNull(handler, "handler");
        clauses.onTimeout(timeout, () -> {
            handler.run();
            return null;
        });
        return this;
    }

    /**
     * The clauses of a {@link Select#call}, which give a value.
     *
     * @param <R> the type of the value
     */
    public static final class Valued<R extends @Nullable Object> {
        private final Selection<R> selection = new Selection<>();

        private Valued() {}

        /**
         * As {@link Select#onReceive}.
         *
         * @param receiver where from
         * @param handler gives the value
         * @return this
         * @param <T> the type of the item
         */
        public <T> Valued<R> onReceive(Receiver<T> receiver, Function<? super T, ? extends R> handler) {
            return add(new SelectClauses.Receiving<>(receiver, Objects.requireNonNull(handler, "handler")));
        }

        /**
         * As {@link Select#onSend}.
         *
         * @param sender where to
         * @param item the item, not null
         * @param handler gives the value
         * @return this
         * @param <T> the type of the item
         */
        public <T> Valued<R> onSend(Sender<T> sender, T item, Supplier<? extends R> handler) {
            return add(new SelectClauses.Sending<>(
                    sender, Objects.requireNonNull(item, "item"), Objects.requireNonNull(handler, "handler")));
        }

        /**
         * As {@link Select#onDone}.
         *
         * @param future the future
         * @param handler gives the value
         * @return this
         * @param <T> the type of the future's value
         */
        public <T extends @Nullable Object> Valued<R> onDone(
                Future<T> future, Function<? super T, ? extends R> handler) {
            return add(new SelectClauses.Done<>(future, Objects.requireNonNull(handler, "handler")));
        }

        /**
         * As {@link Select#onTimeout}.
         *
         * @param timeout how long; zero or less for at once, null for never
         * @param handler gives the value
         * @return this
         */
        public Valued<R> onTimeout(@Nullable Duration timeout, Supplier<? extends R> handler) {
            return add(new SelectClauses.TimedOut<>(timeout, Objects.requireNonNull(handler, "handler")));
        }

        private Valued<R> add(Selection.Clause<R> clause) {
            selection.add(clause);
            return this;
        }
    }
}
