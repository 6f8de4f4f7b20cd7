package dev.weft;

import java.time.Duration;

/** Durations as nanoseconds of the loop's clock, without overflow: what is too far away to express is as good as never. */
final class Durations {
    private Durations() {}

    static long nanos(Duration duration) {
        try {
            return duration.toNanos();
        } catch (ArithmeticException e) {
            return duration.isNegative() ? Long.MIN_VALUE : Long.MAX_VALUE;
        }
    }

    static long add(long when, Duration duration) {
        long nanos = nanos(duration);
        long sum = when + nanos;
        boolean overflowed = ((when ^ sum) & (nanos ^ sum)) < 0;
        return overflowed ? (nanos < 0 ? Long.MIN_VALUE : Long.MAX_VALUE) : sum;
    }
}
