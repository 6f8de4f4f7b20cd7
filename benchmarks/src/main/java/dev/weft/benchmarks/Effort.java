package dev.weft.benchmarks;

/**
 * How much time a measurement may take.
 *
 * @param forks JVMs for each case and peer, one after another
 * @param warmups iterations of each that do not count
 * @param iterations iterations that do
 * @param millis of an iteration, at least
 * @param pythonRounds rounds of a program in Python
 */
record Effort(int forks, int warmups, int iterations, int millis, int pythonRounds) {
    /** The whole set in five minutes: shows the order of magnitude. */
    static final Effort QUICK = new Effort(1, 2, 3, 200, 1);

    /** For figures to be quoted. */
    static final Effort FULL = new Effort(3, 5, 5, 400, 5);

    /** A guess at how long one peer takes for one case, in seconds. */
    double secondsForJvm() {
        return forks * (0.7 + (warmups + iterations) * millis / 1000.0);
    }
}
