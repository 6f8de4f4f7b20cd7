package dev.weft.benchmarks;

import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurable;
import dev.weft.benchmarks.plan.Measurement;
import java.util.List;

/** One of JMH's, with what else can do it here. */
record NamedWorkload(WorkloadEntry entry, List<PythonRun> pythons) implements Measurable {
    @Override
    public String title() {
        return entry.title();
    }

    @Override
    public String description() {
        return entry.description();
    }

    @Override
    public Measurement plan(Effort effort) {
        return new InProcess(entry, effort, pythons);
    }
}
