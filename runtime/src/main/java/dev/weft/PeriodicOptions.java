package dev.weft;

import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** How a {@link PeriodicTask} runs. Immutable: each setter returns a changed copy. */
public final class PeriodicOptions {
    /** Starts now, without jitter, stops at the first exception. */
    public static final PeriodicOptions DEFAULT = new PeriodicOptions(true, 0, null, OnError.STOP);

    /** What becomes of a periodic task when a run throws. */
    public enum OnError {
        /** It ends, and {@link PeriodicTask#done} fails with what was thrown. */
        STOP,
        /** The loop's exception handler is told, and the next run comes in its time. */
        LOG
    }

    private final boolean startNow;
    private final double jitter;
    private final @Nullable RandomGenerator random; // null for that of whatever thread asks
    private final OnError onError;

    private PeriodicOptions(boolean startNow, double jitter, @Nullable RandomGenerator random, OnError onError) {
        this.startNow = startNow;
        this.jitter = jitter;
        this.random = random;
        this.onError = onError;
    }

    /**
     * Whether the first run comes at once, as by default, or after one interval.
     *
     * @param now whether at once
     * @return changed copy
     */
    public PeriodicOptions startNow(boolean now) {
        return new PeriodicOptions(now, jitter, random, onError);
    }

    /**
     * How much the gaps between runs vary: each is the interval times {@code 1 + factor * (r - 0.5)}, with a random {@code r} from 0 to 1.
     *
     * @param factor from 0, for no variation, to 1, for half an interval more or less
     * @return changed copy
     * @throws IllegalArgumentException if it is outside that range
     */
    public PeriodicOptions jitter(double factor) {
        return new PeriodicOptions(startNow, checkJitter(factor), random, onError);
    }

    /**
     * As {@link #jitter(double)}, with a source of random numbers of the caller's choice.
     *
     * @param factor from 0 to 1
     * @param source where the random numbers come from
     * @return changed copy
     * @throws IllegalArgumentException if the factor is outside its range
     */
    public PeriodicOptions jitter(double factor, RandomGenerator source) {
        return new PeriodicOptions(startNow, checkJitter(factor), Objects.requireNonNull(source, "source"), onError);
    }

    private static double checkJitter(double factor) {
        if (!(factor >= 0 && factor <= 1)) {
            throw new IllegalArgumentException("the jitter must be from 0 to 1, got " + factor);
        }
        return factor;
    }

    /**
     * What becomes of the periodic task when a run throws; it stops by default.
     *
     * @param reaction what then
     * @return changed copy
     */
    public PeriodicOptions onError(OnError reaction) {
        return new PeriodicOptions(startNow, jitter, random, Objects.requireNonNull(reaction, "reaction"));
    }

    boolean startNow() {
        return startNow;
    }

    OnError onError() {
        return onError;
    }

    /** The length of the next gap, in nanoseconds. */
    long gap(long intervalNanos) {
        if (jitter == 0) {
            return intervalNanos;
        }
        RandomGenerator source = random != null ? random : ThreadLocalRandom.current();
        return Math.max(1, (long) (intervalNanos * (1 + jitter * (source.nextDouble() - 0.5))));
    }
}
