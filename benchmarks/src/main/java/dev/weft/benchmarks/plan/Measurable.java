package dev.weft.benchmarks.plan;

/** A workload by its name. */
public interface Measurable {
    /** {@return the name on the command line} */
    String title();

    /** {@return what one operation is} */
    String description();

    /**
     * What measuring it comes to.
     *
     * @param effort how thoroughly
     * @return the plan
     */
    Measurement plan(Effort effort);
}
