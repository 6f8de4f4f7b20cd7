package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The kinds of clauses of a {@link Select}. */
final class SelectClauses {
    private SelectClauses() {}

    static final class Receiving<T, R extends @Nullable Object> implements Selection.Clause<R> {
        private final Conduit<T> conduit;
        private final Conduit.End end;
        private final Function<? super T, ? extends R> handler;
        private Conduit.@Nullable Claim claim;
        private @Nullable T item;

        Receiving(Receiver<T> receiver, Function<? super T, ? extends R> handler) {
            conduit = receiver.conduit();
            end = receiver.end();
            this.handler = handler;
        }

        @Override
        public boolean happensNow() {
            item = conduit.tryReceive(end);
            return item != null;
        }

        @Override
        public void enlist(Selection<R> selection) {
            enlist(selection, null);
        }

        @Override
        public boolean happensWoken(Selection<R> selection) {
            Conduit.Claim woken = Objects.requireNonNull(claim);
            if (!woken.woken()) {
                return false;
            }
            item = conduit.takePromised(woken);
            if (item == null) {
                enlist(selection, woken);
            }
            return item != null;
        }

        private void enlist(Selection<R> selection, Conduit.@Nullable Claim before) {
            var place = new Conduit.Claim(conduit, end) {
                @Override
                void wakeUp() {
                    super.wakeUp();
                    selection.wake();
                }
            };
            conduit.enlist(place, before);
            claim = place;
        }

        @Override
        public void withdraw() {
            if (claim != null) {
                conduit.withdraw(claim);
            }
        }

        @Override
        @Suspends
        public R finish() {
            return handler.apply(Objects.requireNonNull(item));
        }
    }

    static final class Sending<T, R extends @Nullable Object> implements Selection.Clause<R> {
        private final Conduit<T> conduit;
        private final Conduit.End end;
        private final T item;
        private final Supplier<? extends R> handler;
        private Conduit.@Nullable Offer<T> offer;

        Sending(Sender<T> sender, T item, Supplier<? extends R> handler) {
            switch (sender) {
                case LoopSender<T> s -> {
                    conduit = s.conduit();
                    end = s.end();
                }
                case ThreadSender<T> s -> {
                    conduit = s.conduit();
                    end = s.end();
                }
            }
            this.item = item;
            this.handler = handler;
        }

        @Override
        public boolean happensNow() {
            return conduit.trySend(end, item) || conduit.dropsLatest();
        }

        @Override
        public void enlist(Selection<R> selection) {
            var place = new Conduit.Offer<T>(conduit, end, item) {
                @Override
                void wakeUp() {
                    super.wakeUp();
                    if (taken()) {
                        selection.commit(Sending.this);
                    }
                    selection.wake();
                }
            };
            offer = place;
            conduit.enlist(place);
        }

        @Override
        public boolean happensWoken(Selection<R> selection) {
            Conduit.Offer<T> woken = Objects.requireNonNull(offer);
            if (!woken.woken()) {
                return false;
            }
            conduit.complete(woken);
            return true;
        }

        @Override
        public void withdraw() {
            if (offer != null) {
                conduit.withdraw(offer);
            }
        }

        @Override
        @Suspends
        public R finish() {
            return handler.get();
        }

        @Override
        public boolean excludes(Selection.Clause<?> other) {
            return conduit.isRendezvous() && other instanceof Receiving<?, ?> receiving && receiving.conduit == conduit;
        }
    }

    static final class Done<T extends @Nullable Object, R extends @Nullable Object> implements Selection.Clause<R> {
        private final Future<T> future;
        private final Function<? super T, ? extends R> handler;
        private Future.@Nullable Listener listener;
        private @Nullable Task<?> waiter;

        Done(Future<T> future, Function<? super T, ? extends R> handler) {
            this.future = Objects.requireNonNull(future, "future");
            this.handler = handler;
        }

        @Override
        public boolean happensNow() {
            return future.isDone();
        }

        @Override
        public void enlist(Selection<R> selection) {
            Task<?> task = selection.task();
            if (future.getLoop() != task.getLoop()) {
                throw new IllegalStateException("cannot wait for " + future + ": it belongs to another loop");
            }
            Future.Listener wake = done -> selection.wake();
            future.addListener(wake);
            future.addAwaitedBy(task);
            listener = wake;
            waiter = task;
        }

        @Override
        public boolean happensWoken(Selection<R> selection) {
            return future.isDone();
        }

        @Override
        public void withdraw() {
            if (listener != null && waiter != null) {
                future.removeListener(listener);
                future.discardAwaitedBy(waiter);
                listener = null;
            }
        }

        @Override
        @Suspends
        public R finish() {
            return handler.apply(future.outcome());
        }
    }

    static final class TimedOut<R extends @Nullable Object> implements Selection.Clause<R> {
        private final @Nullable Duration timeout;
        private final Supplier<? extends R> handler;
        private @Nullable EventLoop loop;
        private @Nullable Timer timer;
        private boolean fired;

        TimedOut(@Nullable Duration timeout, Supplier<? extends R> handler) {
            this.timeout = timeout;
            this.handler = handler;
        }

        @Override
        public boolean happensNow() {
            return timeout != null && !timeout.isPositive();
        }

        @Override
        public void enlist(Selection<R> selection) {
            if (timeout != null) {
                EventLoop here = selection.task().getLoop();
                loop = here;
                timer = here.core().schedule(here.deadline(timeout), () -> {
                    fired = true;
                    selection.wake();
                });
            }
        }

        @Override
        public boolean happensWoken(Selection<R> selection) {
            return fired;
        }

        @Override
        public void withdraw() {
            if (timer != null && loop != null) {
                loop.core().cancel(timer);
                timer = null;
            }
        }

        @Override
        @Suspends
        public R finish() {
            return handler.get();
        }
    }
}
