package dev.weft.benchmarks;

import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurement;
import dev.weft.benchmarks.plan.Progress;
import dev.weft.benchmarks.report.Figure;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A workload within one process: by JMH for all peers on the JVM, then the same cases in CPython. */
final class InProcess implements Measurement {
    private final WorkloadEntry workload;
    private final Effort effort;
    private final List<PythonRun> pythons;
    private final JvmRun onJvm;

    InProcess(WorkloadEntry workload, Effort effort, List<PythonRun> pythons) {
        this.workload = workload;
        this.effort = effort;
        this.pythons = pythons;
        onJvm = new JvmRun(workload, effort);
    }

    @Override
    public double seconds() {
        return onJvm.size() * effort.secondsForJvm();
    }

    @Override
    public List<Figure> run(Progress progress) throws Exception {
        var figures = new ArrayList<>(onJvm.run(progress));
        var cases = new LinkedHashMap<String, String>();
        figures.forEach(figure -> cases.putIfAbsent(figure.parameters(), figure.unit()));
        for (PythonRun python : pythons) {
            for (Map.Entry<String, String> one : cases.entrySet()) {
                progress.at(workload.title() + " " + one.getKey() + ": "
                        + python.peer().title());
                Optional<Figure> figure = python.run(workload, one.getKey(), one.getValue(), effort.pythonRounds());
                figure.ifPresent(figures::add);
            }
        }
        return figures;
    }
}
