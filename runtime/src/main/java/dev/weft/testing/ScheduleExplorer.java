package dev.weft.testing;

import dev.weft.Action;
import dev.weft.VoidBody;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a program again and again on virtual time, each time deciding otherwise what asyncio's rules leave open, until it fails: the order
 * of task steps, ready channels and equal deadlines within an iteration; whether a task gives way once more where it waits; and, if
 * asked for, whether it is cancelled there. What can go wrong only rarely then goes wrong within seconds.
 *
 * <p>All decisions of a run come from its seed. A failing seed is named together with what it did differently, after that was made as
 * short as possible; {@code -Dweft.seed=N} has {@link #explore} run that one seed again, which does exactly the same.
 *
 * <pre>{@code
 * ScheduleExplorer.of(() -> {
 *     var account = new Account(100);
 *     taskGroup(group -> {
 *         group.createTask(() -> account.withdraw(70));
 *         group.createTask(() -> account.withdraw(70));
 *     });
 *     assertTrue(account.balance() >= 0);
 * }).explore(1_000);
 * }</pre>
 *
 * <p>A run fails if the body throws, if it deadlocks, or if a failure is left that nobody looked at. The body must not depend on anything
 * that differs from run to run: other threads, random numbers, the time of day, the order of identity-based sets. Immutable: each
 * setting returns a changed copy. Mirrors shuttle, madsim and FoundationDB's simulation in what it is for.
 */
public final class ScheduleExplorer {
    /** How many schedules {@link #exhaustive} tries at most. */
    public static final int MOST_RUNS = 100_000;

    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final String SEED = "weft.seed";

    /** How a seed's decisions are made. */
    public enum Search {
        /** Any order is as likely as any other. */
        RANDOM,
        /** Each task has a priority, which changes at a few random moments: finds what needs few changes in a long program. */
        PRIORITY,
        /** {@link #RANDOM} for even seeds, {@link #PRIORITY} for odd ones. */
        MIXED
    }

    /**
     * One run that did not fail.
     *
     * @param seed the seed
     * @param traceHash a hash of all that ran, and when: the same whenever the seed is run again, in any JVM and mode
     */
    public record Run(long seed, long traceHash) {
        /** Checks nothing. */
        public Run {}
    }

    private final Trial trial;
    private final Search search;
    private final long firstSeed;
    private final boolean yields;
    private final boolean cancellations;

    private ScheduleExplorer(Trial trial, Search search, long firstSeed, boolean yields, boolean cancellations) {
        this.trial = trial;
        this.search = search;
        this.firstSeed = firstSeed;
        this.yields = yields;
        this.cancellations = cancellations;
    }

    /**
     * An explorer of a body, which is run as the main task of a new {@link TestLoop} each time.
     *
     * @param body the body; may throw anything
     * @return the explorer
     */
    public static ScheduleExplorer of(VoidBody<?> body) {
        Objects.requireNonNull(body, "body");
        return new ScheduleExplorer(Trial.ofBody(body), Search.MIXED, 0, true, false);
    }

    /**
     * An explorer of a program that calls {@link dev.weft.Asyncio#run} itself: the loops that it makes on the calling thread, by that or by
     * {@link dev.weft.EventLoop#create}, are the explorer's.
     *
     * @param program the program; may throw anything
     * @return the explorer
     */
    public static ScheduleExplorer ofProgram(Action program) {
        Objects.requireNonNull(program, "program");
        return new ScheduleExplorer(Trial.ofProgram(program), Search.MIXED, 0, true, false);
    }

    /**
     * Runs a body once, as a seed decides.
     *
     * @param seed the seed
     * @param body the body; may throw anything
     * @return what the run was like
     * @throws ScheduleFailure if it fails
     */
    public static Run run(long seed, VoidBody<?> body) {
        return of(body).run(seed);
    }

    // ---- settings

    /**
     * How a seed's decisions are made; {@link Search#MIXED} at first.
     *
     * @param way how
     * @return changed copy
     */
    public ScheduleExplorer search(Search way) {
        return new ScheduleExplorer(trial, Objects.requireNonNull(way, "way"), firstSeed, yields, cancellations);
    }

    /**
     * The seed of the first run of {@link #explore}, 0 at first; the others follow.
     *
     * @param seed the seed
     * @return changed copy
     */
    public ScheduleExplorer firstSeed(long seed) {
        return new ScheduleExplorer(trial, search, seed, yields, cancellations);
    }

    /**
     * Whether a task may go on some iterations later than it could, as they do at first.
     *
     * @param on whether it may
     * @return changed copy
     */
    public ScheduleExplorer yields(boolean on) {
        return new ScheduleExplorer(trial, search, firstSeed, on, cancellations);
    }

    /**
     * Whether tasks, all but the main one, are cancelled where they wait: as soon as they do, or when they are about to go on. Off at first,
     * since it is for programs that expect it.
     *
     * @param on whether they are
     * @return changed copy
     */
    public ScheduleExplorer cancellations(boolean on) {
        return new ScheduleExplorer(trial, search, firstSeed, yields, on);
    }

    // ---- searching

    /**
     * Runs the program once, as a seed decides.
     *
     * @param seed the seed
     * @return what the run was like
     * @throws ScheduleFailure if it fails
     */
    public Run run(long seed) {
        Trial.Result result = attempt(seed, strategy(seed));
        Throwable failure = result.failure();
        if (failure != null) {
            throw report(seed, result, failure);
        }
        return new Run(seed, result.schedule().hash());
    }

    /**
     * Runs the program under that many seeds; with {@code -Dweft.seed=N} under that one only, and logs its trace hash.
     *
     * @param runs how many, at least one
     * @return what was tried
     * @throws ScheduleFailure at the first run that fails
     * @throws IllegalArgumentException if the number is not positive
     */
    public Exploration explore(int runs) {
        if (runs < 1) {
            throw new IllegalArgumentException("explore needs a positive number of runs, got " + runs);
        }
        Long only = Long.getLong(SEED);
        if (only != null) {
            Run replayed = run(only);
            LOG.info("seed {} does not fail; trace hash {}", only, Long.toHexString(replayed.traceHash()));
            return new Exploration(1, 1, false);
        }
        Set<Long> hashes = new HashSet<>();
        for (long seed = firstSeed; seed < firstSeed + runs; seed++) {
            hashes.add(run(seed).traceHash());
        }
        return new Exploration(runs, hashes.size(), false);
    }

    /**
     * Tries every schedule that differs from first come, first served in at most so many decisions: with 0 that one alone; most bugs need
     * one or two. With {@link #cancellations} and a bound of 1, each task is cancelled at each of its waits. Ends after {@link #MOST_RUNS}.
     *
     * @param preemptionBound how many decisions may differ, not negative
     * @return what was tried
     * @throws ScheduleFailure at the first schedule that fails
     * @throws IllegalArgumentException if the bound is negative
     */
    public Exploration exhaustive(int preemptionBound) {
        if (preemptionBound < 0) {
            throw new IllegalArgumentException("the bound must not be negative, got " + preemptionBound);
        }
        Set<Long> hashes = new HashSet<>();
        int @Nullable [] next = new int[0];
        int runs = 0;
        while (next != null && runs < MOST_RUNS) {
            Trial.Result result = attempt(0, new FixedStrategy(next));
            runs++;
            Throwable failure = result.failure();
            if (failure != null) {
                throw report(-1, result, failure);
            }
            hashes.add(result.schedule().hash());
            next = successor(result.schedule(), preemptionBound);
        }
        return new Exploration(runs, hashes.size(), next == null);
    }

    /** Depth first: the last decision that can be raised within the bound is; {@code null} when there is none. */
    private static int @Nullable [] successor(Schedule schedule, int bound) {
        int[] decisions = schedule.decisions();
        int[] differing = new int[decisions.length + 1]; // before each decision
        for (int i = 0; i < decisions.length; i++) {
            differing[i + 1] = differing[i] + (decisions[i] == 0 ? 0 : 1);
        }
        for (int i = decisions.length - 1; i >= 0; i--) {
            if (decisions[i] + 1 < schedule.alternatives(i) && differing[i] < bound) {
                int[] next = Arrays.copyOf(decisions, i + 1);
                next[i]++;
                return next;
            }
        }
        return null;
    }

    // ---- one run

    private Strategy strategy(long seed) {
        return switch (search) {
            case RANDOM -> new RandomStrategy(seed);
            case PRIORITY -> new PriorityStrategy(seed);
            case MIXED -> seed % 2 == 0 ? new RandomStrategy(seed) : new PriorityStrategy(seed);
        };
    }

    private Trial.Result attempt(long seed, Strategy strategy) {
        return trial.run(new Schedule(seed, strategy, yields, cancellations));
    }

    private ScheduleFailure report(long seed, Trial.Result result, Throwable failure) {
        Schedule shortest = new Shrinking(
                        decisions -> attempt(Math.max(0, seed), new FixedStrategy(decisions)), failure)
                .shorten(result.schedule());
        long hash = result.schedule().hash();
        var text = new StringBuilder(seed < 0 ? "a schedule" : "seed " + seed)
                .append(" fails with ")
                .append(failure)
                .append("\ntrace hash ")
                .append(Long.toHexString(hash));
        if (seed >= 0) {
            text.append("; -D").append(SEED).append('=').append(seed).append(" runs it again");
        }
        text.append(
                shortest.trace().isEmpty() ? "\nfirst come, first served fails as well" : "\nit is enough to do this:");
        shortest.trace().forEach(line -> text.append("\n    ").append(line));
        return new ScheduleFailure(text.toString(), failure, seed, hash, shortest.trace());
    }
}
