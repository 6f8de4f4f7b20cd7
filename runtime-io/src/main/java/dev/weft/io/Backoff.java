package dev.weft.io;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * How long to wait before trying again: longer after each failure, up to a limit. Immutable: each setter returns a changed copy. Mirrors
 * Twisted's {@code backoffPolicy}.
 */
public final class Backoff {
    /** 1 s after the first failure, then each time half as long again, up to 60 s, give or take a quarter. */
    public static final Backoff DEFAULT = new Backoff(Duration.ofSeconds(1), 1.5, Duration.ofSeconds(60), 0.5, null);

    private final Duration initial;
    private final double factor;
    private final Duration max;
    private final double jitter;
    private final @Nullable RandomGenerator random; // null for that of whatever thread asks

    private Backoff(Duration initial, double factor, Duration max, double jitter, @Nullable RandomGenerator random) {
        this.initial = initial;
        this.factor = factor;
        this.max = max;
        this.jitter = jitter;
        this.random = random;
    }

    /**
     * How long to wait after the first failure.
     *
     * @param delay how long, positive
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public Backoff initial(Duration delay) {
        return new Backoff(checked(delay), factor, max, jitter, random);
    }

    /**
     * How much longer each time.
     *
     * @param times from 1, for always the same, on
     * @return changed copy
     * @throws IllegalArgumentException if it is less than 1, or infinite
     */
    public Backoff factor(double times) {
        if (!(times >= 1) || Double.isInfinite(times)) {
            throw new IllegalArgumentException("a factor is 1 or more, got " + times);
        }
        return new Backoff(initial, times, max, jitter, random);
    }

    /**
     * How long to wait at most, apart from the jitter.
     *
     * @param delay how long, positive
     * @return changed copy
     * @throws IllegalArgumentException unless it is positive
     */
    public Backoff max(Duration delay) {
        return new Backoff(initial, factor, checked(delay), jitter, random);
    }

    private static Duration checked(Duration delay) {
        if (!delay.isPositive()) {
            throw new IllegalArgumentException("a delay is positive, got " + delay);
        }
        return delay;
    }

    /**
     * How much the delays vary, so that clients that lost their server together do not come back together: each is multiplied by
     * {@code 1 + share * (r - 0.5)}, with a random {@code r} from 0 to 1.
     *
     * @param share from 0, for no variation, to 1, for half more or less
     * @return changed copy
     * @throws IllegalArgumentException if it is outside that range
     */
    public Backoff jitter(double share) {
        return new Backoff(initial, factor, max, checkedShare(share), random);
    }

    /**
     * As {@link #jitter(double)}, with a source of random numbers of the caller's choice.
     *
     * @param share from 0 to 1
     * @param source where the random numbers come from
     * @return changed copy
     * @throws IllegalArgumentException if the share is outside its range
     */
    public Backoff jitter(double share, RandomGenerator source) {
        return new Backoff(initial, factor, max, checkedShare(share), Objects.requireNonNull(source, "source"));
    }

    private static double checkedShare(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("a jitter is from 0 to 1, got " + share);
        }
        return share;
    }

    /**
     * How long to wait after so many failures in a row.
     *
     * @param failures how many, at least 1
     * @return how long
     * @throws IllegalArgumentException if there was no failure
     */
    public Duration delay(int failures) {
        if (failures < 1) {
            throw new IllegalArgumentException("a delay comes after a failure, got " + failures);
        }
        double nanos = Math.min((double) initial.toNanos() * Math.pow(factor, failures - 1), (double) max.toNanos());
        RandomGenerator source = random != null ? random : ThreadLocalRandom.current();
        double varied = jitter == 0 ? nanos : nanos * (1 + jitter * (source.nextDouble() - 0.5));
        return Duration.ofNanos((long) varied);
    }

    @Override
    public String toString() {
        return "Backoff[" + initial + " times " + factor + " up to " + max + ", jitter " + jitter + "]";
    }
}
