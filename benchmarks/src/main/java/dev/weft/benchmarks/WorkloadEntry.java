package dev.weft.benchmarks;

import dev.weft.benchmarks.workload.CallbackBenchmark;
import dev.weft.benchmarks.workload.CancelledTimerBenchmark;
import dev.weft.benchmarks.workload.GeneratorBenchmark;
import dev.weft.benchmarks.workload.LockBenchmark;
import dev.weft.benchmarks.workload.QueueBenchmark;
import dev.weft.benchmarks.workload.SpawnBenchmark;
import dev.weft.benchmarks.workload.SwitchBenchmark;
import dev.weft.benchmarks.workload.TimeoutBenchmark;
import dev.weft.benchmarks.workload.TimerBenchmark;
import dev.weft.benchmarks.workload.TreeBenchmark;
import java.util.List;
import java.util.Locale;

/** The workloads that {@code ./bench} knows. */
enum WorkloadEntry {
    SWITCH("one task gives way to the next", SwitchBenchmark.class, "tasks"),
    SPAWN("start a trivial task and hear that it is done", SpawnBenchmark.class, "how"),
    QUEUE("hand an item from one task to another", QueueBenchmark.class, "kind"),
    LOCK("take a lock or a permit and give it back", LockBenchmark.class, "kind"),
    CALLBACK("have the loop call something", CallbackBenchmark.class, "from"),
    TIMER("a timer that fires", TimerBenchmark.class),
    CANCELLED_TIMER("a timer that is cancelled", CancelledTimerBenchmark.class),
    TIMEOUT("a time limit around an operation that ends in time", TimeoutBenchmark.class, "call", "suspending"),
    TREE("pyperformance's async_tree, 55,986 tasks", TreeBenchmark.class, "shape", "children"),
    GENERATOR("pyperformance's async_generators", GeneratorBenchmark.class, "form");

    private final String description;
    private final Class<?> benchmark;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<String> parameters;

    WorkloadEntry(String description, Class<?> benchmark, String... parameters) {
        this.description = description;
        this.benchmark = benchmark;
        this.parameters = List.of(parameters);
    }

    /** The name on the command line. */
    String title() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    String description() {
        return description;
    }

    /** Its JMH class. */
    Class<?> benchmark() {
        return benchmark;
    }

    /** JMH's parameters of it, in the order in which the program in Python takes them. */
    List<String> parameters() {
        return parameters;
    }

    /** The function of the program in Python. */
    String function() {
        return name().toLowerCase(Locale.ROOT);
    }
}
