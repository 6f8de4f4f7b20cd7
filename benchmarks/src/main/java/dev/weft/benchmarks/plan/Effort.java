package dev.weft.benchmarks.plan;

/**
 * How much time a measurement may take.
 *
 * @param forks JVMs for each case and peer, one after another
 * @param warmups iterations of each that do not count
 * @param iterations iterations that do
 * @param millis of an iteration, at least
 * @param pythonRounds rounds of a program in Python
 * @param loadWarmUpMillis for how long each server is loaded before anything counts
 * @param loadRounds how often each server is loaded in each case
 * @param loadMillis for how long then
 */
public record Effort(
        int forks,
        int warmups,
        int iterations,
        int millis,
        int pythonRounds,
        int loadWarmUpMillis,
        int loadRounds,
        int loadMillis) {
    /** The whole set in five minutes: shows the order of magnitude. */
    public static final Effort QUICK = new Effort(1, 2, 3, 200, 1, 800, 2, 300);

    /** For figures to be quoted. */
    public static final Effort FULL = new Effort(3, 5, 5, 400, 5, 3000, 5, 600);

    /** {@return whether it is about orders of magnitude only} */
    public boolean quick() {
        return forks == 1;
    }

    /** {@return a guess at how long one peer on the JVM takes for one case, in seconds} */
    public double secondsForJvm() {
        return forks * (0.7 + (warmups + iterations) * millis / 1000.0);
    }
}
