package dev.weft.testing;

/**
 * What {@link ScheduleExplorer} has tried without finding a failure.
 *
 * @param runs how often the program was run
 * @param schedules how many different ways it went
 * @param complete whether these are all there are within the bound; never of a random search
 */
public record Exploration(int runs, int schedules, boolean complete) {
    /** Checks nothing. */
    public Exploration {}
}
