package dev.weft;

import dev.weft.internal.loop.Timer;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something that runs again and again, in one task: made by {@link Asyncio#every}. A run that waits delays the next one; runs never
 * overlap. They begin on the grid start + k × interval: slots that a slow run has missed are skipped, not made up for.
 *
 * <p>Confined to its loop. Mirrors Twisted's {@code LoopingCall} and Tornado's {@code PeriodicCallback}.
 */
public final class PeriodicTask {
    /** One run, which is told how many slots of the grid have passed since the one before. */
    interface Run {
        void run(int slots) throws Exception;
    }

    private final EventLoop loop;
    private final long interval;
    private final Run run;
    private final PeriodicOptions options;
    private final Task<@Nullable Void> task;

    /** The slot that runs next, or ran last. */
    private long slot;

    private long gridStart;
    private long slotsCounted;
    private boolean stopped;
    private @Nullable Future<@Nullable Void> pause;
    private @Nullable Timer timer;

    private PeriodicTask(EventLoop loop, long interval, Run run, PeriodicOptions options) {
        this.loop = loop;
        this.interval = interval;
        this.run = run;
        this.options = options;
        gridStart = loop.time();
        slot = gridStart;
        slotsCounted = options.startNow() ? -1 : 0;
        task = loop.createTask((Action) this::runUntilStopped, TaskOptions.DEFAULT.eagerStart(false));
    }

    static PeriodicTask start(Duration interval, Run run, PeriodicOptions options) {
        if (interval.isNegative()) {
            throw new IllegalArgumentException("the interval must not be negative, got " + interval);
        }
        Objects.requireNonNull(options, "options");
        return new PeriodicTask(EventLoop.requireCurrent(), Durations.nanos(interval), run, options);
    }

    /**
     * Ends it: no further run begins. One that is under way goes on to its end. May be repeated.
     */
    public void stop() {
        loop.checkThread();
        stopped = true;
        wake();
    }

    /**
     * Begins the grid anew: the next run comes one interval from now, whatever was due before.
     *
     * @throws IllegalStateException if it has ended
     */
    public void reset() {
        loop.checkThread();
        if (stopped || task.isDone()) {
            throw new IllegalStateException("cannot reset, it has ended: " + this);
        }
        gridStart = loop.time();
        slot = gridStart;
        slotsCounted = 0;
        if (pause != null) {
            advance();
            arm(pause);
        }
    }

    /**
     * A future that is done when this has ended: with null after {@link #stop}, failed if a run threw and the options say
     * {@link PeriodicOptions.OnError#STOP}. Cancelling it ends the periodic task too, in the middle of a run if need be.
     *
     * @return the future
     */
    public Future<@Nullable Void> done() {
        return task;
    }

    @Override
    public String toString() {
        String state = task.isDone() ? "ended" : stopped ? "stopping" : "running";
        return "PeriodicTask[" + task.getName() + ", every " + Duration.ofNanos(interval) + ", " + state + "]";
    }

    @Suspends
    private void runUntilStopped() throws Exception {
        if (!options.startNow()) {
            awaitNextSlot();
        }
        while (!stopped) {
            runOnce();
            if (!stopped) {
                awaitNextSlot();
            }
        }
    }

    @Suspends
    private void runOnce() throws Exception {
        int slots = countSlots();
        try {
            run.run(slots);
        } catch (CancelledError e) {
            throw e;
        } catch (Throwable e) {
            if (options.onError() == PeriodicOptions.OnError.STOP || Throwables.fatal(e)) {
                throw e;
            }
            loop.callExceptionHandler(ExceptionContext.of("periodic task failed: " + Describe.exception(e))
                    .with("exception", e)
                    .with("task", task));
        }
    }

    /** How many slots have passed since the last run. With jitter, runs come a little early: it is one at least. */
    private int countSlots() {
        if (interval == 0) {
            return 1;
        }
        long now = (loop.time() - gridStart) / interval;
        long passed = Math.max(1, now - slotsCounted);
        slotsCounted = now;
        return (int) Math.min(passed, Integer.MAX_VALUE);
    }

    @Suspends
    private void awaitNextSlot() {
        if (interval == 0) {
            Objects.requireNonNull(loop.currentTask()).yieldNow();
            return;
        }
        advance();
        while (!stopped && loop.time() < slot) { // again, if a reset came in the tick in which the time was over
            Future<@Nullable Void> awaited = loop.createFuture();
            pause = awaited;
            arm(awaited);
            try {
                awaited.await();
            } finally {
                pause = null;
                disarm();
            }
        }
    }

    /** To the first slot after now. */
    private void advance() {
        long gap = options.gap(interval);
        long now = loop.time();
        long missed = now < slot ? 0 : (now - slot) / gap;
        slot = Durations.add(slot + missed * gap, Duration.ofNanos(gap));
    }

    private void arm(Future<@Nullable Void> awaited) {
        disarm();
        timer = loop.core().schedule(slot, () -> {
            if (!awaited.isDone()) {
                awaited.complete(null);
            }
        });
    }

    private void disarm() {
        Timer armed = timer;
        if (armed != null) {
            timer = null;
            loop.core().cancel(armed);
        }
    }

    private void wake() {
        Future<@Nullable Void> awaited = pause;
        if (awaited != null && !awaited.isDone()) {
            disarm();
            awaited.complete(null);
        }
    }
}
