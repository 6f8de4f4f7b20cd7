package dev.weft.benchmarks.plan;

import dev.weft.benchmarks.report.Figure;
import java.util.List;

/** A workload that is going to be measured. */
public interface Measurement {
    /** {@return a guess at how long that takes} */
    double seconds();

    /**
     * Measures.
     *
     * @param progress told of each step, and by how much of {@link #seconds} that is on
     * @return the figures
     * @throws Exception if something that is measured fails
     */
    List<Figure> run(Progress progress) throws Exception;
}
