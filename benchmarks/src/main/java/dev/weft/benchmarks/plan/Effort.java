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
    /** The essentials in five minutes: shows the order of magnitude. */
    public static final Effort QUICK = new Effort(1, 3, 3, 100, 1, 600, 2, 200);

    /** The whole set in forty minutes, at least five samples of each: for figures to be quoted. */
    public static final Effort FULL = new Effort(2, 4, 3, 300, 5, 2500, 5, 500);

    /** {@return whether it is about orders of magnitude only} */
    public boolean quick() {
        return equals(QUICK);
    }

    /** {@return a guess at how long one peer on the JVM takes for one case, in seconds} */
    public double secondsForJvm() {
        return forks * (1.3 + (warmups + iterations) * millis / 1000.0);
    }
}
