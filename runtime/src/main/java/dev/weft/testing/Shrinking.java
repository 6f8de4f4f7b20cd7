package dev.weft.testing;

import java.util.function.Function;
import java.util.stream.IntStream;

/** Makes a failing schedule simpler: takes back decisions, many at once and then ever fewer, as long as it still fails alike. */
final class Shrinking {
    private static final int MOST_RUNS = 400;

    private final Function<int[], Trial.Result> attempt;
    private final Class<?> failure;
    private int runs;

    Shrinking(Function<int[], Trial.Result> attempt, Throwable failure) {
        this.attempt = attempt;
        this.failure = failure.getClass();
    }

    Schedule shorten(Schedule failing) {
        Schedule best = failing;
        int[] made = differing(best.decisions());
        int chunk = made.length;
        while (chunk > 0 && runs < MOST_RUNS) {
            boolean shorter = false;
            for (int from = 0; from < made.length && runs < MOST_RUNS; from += chunk) {
                int[] without = best.decisions().clone();
                for (int i = from; i < Math.min(from + chunk, made.length); i++) {
                    without[made[i]] = 0;
                }
                runs++;
                Trial.Result result = attempt.apply(without);
                Throwable thrown = result.failure();
                if (thrown != null
                        && thrown.getClass() == failure
                        && differing(result.schedule().decisions()).length < made.length) {
                    best = result.schedule();
                    shorter = true;
                    break;
                }
            }
            made = differing(best.decisions());
            chunk = shorter ? Math.min(chunk, made.length) : chunk / 2;
        }
        return best;
    }

    /** Which decisions are not those of first come, first served. */
    private static int[] differing(int[] decisions) {
        return IntStream.range(0, decisions.length)
                .filter(i -> decisions[i] != 0)
                .toArray();
    }
}
