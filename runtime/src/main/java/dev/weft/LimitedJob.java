package dev.weft;

import java.util.concurrent.CancellationException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * A job on another thread that holds a token of a limiter until the thread is through with it, also if the task that waits for it has gone
 * on long before. Whoever comes first decides: the thread that begins it, or the loop that gives it up.
 */
final class LimitedJob<T extends @Nullable Object, X extends Exception> {
    private final EventLoop loop;
    private final CapacityLimiter limiter;
    private final Body<T, X> body;
    private final AtomicBoolean begunOrGivenUp = new AtomicBoolean();
    private boolean released;
    private LoopControl.@Nullable Expectation goesOn;

    private LimitedJob(EventLoop loop, CapacityLimiter limiter, Body<T, X> body) {
        this.loop = loop;
        this.limiter = limiter;
        this.body = body;
    }

    /** Borrows a token for the job, runs it, and waits for it. */
    @Suspends
    static <T extends @Nullable Object, X extends Exception> T run(CapacityLimiter limiter, Body<T, X> body) throws X {
        EventLoop loop = WrongCaller.currentTask("toThread").getLoop();
        Context context = Context.copyCurrent();
        var job = new LimitedJob<T, X>(loop, limiter, () -> context.<T, X>run(body));
        limiter.acquireOnBehalfOf(job);
        return job.runElsewhere();
    }

    @Suspends
    private T runElsewhere() throws X {
        Future<T> outcome;
        try {
            outcome = loop.runInExecutor(null, this::begin);
        } catch (Throwable e) {
            limiter.releaseOnBehalfOf(this);
            throw e;
        }
        try {
            return outcome.await();
        } catch (CancelledError e) {
            if (!begunOrGivenUp.getAndSet(true)) {
                limiter.releaseOnBehalfOf(this);
            } else if (!released) {
                goesOn = loop.expectOutside(); // others may wait for its token
            }
            throw e;
        }
    }

    /** On the other thread. */
    private T begin() throws X {
        if (begunOrGivenUp.getAndSet(true)) {
            throw new CancellationException("given up before it began"); // nobody will hear of it
        }
        try {
            return body.call();
        } finally {
            // Before the outcome, so that the token is back when the task goes on.
            ThreadFutures.post(loop, this::release);
        }
    }

    /** On the loop. */
    private void release() {
        released = true;
        limiter.releaseOnBehalfOf(this);
        if (goesOn != null) {
            goesOn.close();
        }
    }
}
