package dev.weft.benchmarks.report;

import java.util.Arrays;
import java.util.List;

/**
 * What was measured of one peer in one case of a workload.
 *
 * @param workload the workload's name
 * @param parameters the case, as {@code name=value} in a fixed order; empty if there is only one
 * @param peer who
 * @param unit of the samples, per operation
 * @param samples one for each measured iteration of each fork, or for each round of an external program
 * @param bytes allocated per operation; NaN where nobody counted
 */
public record Figure(String workload, String parameters, Peer peer, String unit, List<Double> samples, double bytes) {
    /** Checks that there is something. */
    public Figure {
        if (samples.isEmpty()) {
            throw new IllegalArgumentException("no samples of " + workload + " by " + peer);
        }
        samples = List.copyOf(samples);
    }

    /** {@return the middle one} */
    public double median() {
        double[] sorted = sorted();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    /** {@return the smallest} */
    public double least() {
        return sorted()[0];
    }

    /** {@return the largest} */
    public double most() {
        double[] sorted = sorted();
        return sorted[sorted.length - 1];
    }

    private double[] sorted() {
        double[] sorted = samples.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted;
    }
}
