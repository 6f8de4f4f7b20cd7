package dev.weft;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Questions to the JDK's resolver, which blocks its thread: asked on a few threads kept for them, so that a resolver that hangs takes
 * neither the loop nor the default executor with it. Tasks that ask the same at the same time share one look-up. Nothing is remembered
 * once it is answered: the JDK does that.
 *
 * <p>A look-up whose askers have all been cancelled is dropped if it has not begun. One that has begun stays there to be joined: a program
 * that tries the same name again and again then waits on one thread, not on all of them.
 */
final class Lookups {
    static final int AT_ONCE = 8;
    static final int WAITING = 1024;

    private static final long IDLE_SECONDS = 10;

    private final EventLoop loop;
    private final Map<Object, Lookup<?>> open = new HashMap<>();
    private int atOnce = AT_ONCE;
    private int waiting = WAITING;
    private @Nullable ThreadPoolExecutor pool;

    Lookups(EventLoop loop) {
        this.loop = loop;
    }

    /** What the resolver said. */
    private record Answer<T>(@Nullable T value, @Nullable Throwable failure) {}

    /** One question under way, and the tasks that wait for its answer. */
    private static final class Lookup<T> {
        final List<Future<Answer<T>>> askers = new ArrayList<>(1);

        /** What the pool was given. */
        @Nullable
        Runnable job;

        @Nullable
        Future<Answer<T>> outcome;

        /** On the loop's own stack. */
        void answered(Answer<T> answer) {
            for (Future<Answer<T>> asker : List.copyOf(askers)) {
                if (!asker.isDone()) {
                    asker.complete(answer);
                }
            }
        }
    }

    void limit(int atOnce, int waiting) {
        if (atOnce <= 0) {
            throw new IllegalArgumentException("at least one look-up at a time is needed, got " + atOnce);
        }
        if (waiting < 0) {
            throw new IllegalArgumentException("the number of waiting look-ups is not negative, got " + waiting);
        }
        this.atOnce = atOnce;
        this.waiting = waiting;
        if (pool != null) {
            // The lower bound may never be above the upper one.
            if (atOnce > pool.getMaximumPoolSize()) {
                pool.setMaximumPoolSize(atOnce);
                pool.setCorePoolSize(atOnce);
            } else {
                pool.setCorePoolSize(atOnce);
                pool.setMaximumPoolSize(atOnce);
            }
        }
    }

    /**
     * Has a question answered.
     *
     * @param question equal for those who may share the answer
     * @param resolver asked on another thread
     * @throws Exception what the resolver throws; the one instance for all who asked
     */
    @Suspends
    <T> T ask(Object question, Callable<T> resolver) throws Exception {
        @SuppressWarnings("unchecked") // equal questions have answers of one type
        var known = (Lookup<T>) open.get(question);
        Lookup<T> lookup = known != null ? known : begin(question, resolver);
        Future<Answer<T>> answered = loop.createFuture();
        lookup.askers.add(answered);
        Answer<T> answer;
        try {
            answer = answered.await();
        } finally {
            lookup.askers.remove(answered);
            if (lookup.askers.isEmpty()) {
                dropIfWaiting(question, lookup);
            }
        }
        switch (answer.failure()) {
            case null -> {}
            case Exception e -> throw e;
            case Throwable e -> throw Throwables.rethrow(e);
        }
        return Objects.requireNonNull(answer.value());
    }

    private <T> Lookup<T> begin(Object question, Callable<T> resolver) throws IOException {
        if (open.size() >= (long) atOnce + waiting) {
            throw new IOException("cannot look up " + question + ": " + open.size()
                    + " look-ups are under way already; at most " + atOnce + " run at once and " + waiting + " wait");
        }
        var lookup = new Lookup<T>();
        Future<Answer<T>> outcome = loop.runInExecutor(
                job -> {
                    lookup.job = job;
                    pool().execute(job);
                },
                () -> {
                    try {
                        return new Answer<>(resolver.call(), null);
                    } catch (Throwable e) {
                        return new Answer<>(null, e);
                    }
                });
        open.put(question, lookup);
        outcome.addListener(done -> {
            if (open.remove(question, lookup)) {
                lookup.answered(outcome.result());
            }
        });
        lookup.outcome = outcome;
        return lookup;
    }

    /** Takes back what no thread has begun. */
    private void dropIfWaiting(Object question, Lookup<?> lookup) {
        if (open.get(question) == lookup && pool().remove(lookup.job)) {
            open.remove(question);
            Objects.requireNonNull(lookup.outcome).cancel();
        }
    }

    private ThreadPoolExecutor pool() {
        ThreadPoolExecutor executor = pool;
        if (executor == null) {
            var number = new AtomicLong();
            executor = new ThreadPoolExecutor(
                    atOnce,
                    atOnce,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    body -> Thread.ofPlatform()
                            .daemon()
                            .inheritInheritableThreadLocals(false)
                            .name("weft-lookup-" + number.getAndIncrement())
                            .unstarted(body));
            executor.allowCoreThreadTimeOut(true);
            pool = executor;
        }
        return executor;
    }

    /** With the loop: no waiting. A thread whose resolver hangs ends when that returns. */
    void close() {
        if (pool != null) {
            pool.shutdownNow();
        }
    }
}
