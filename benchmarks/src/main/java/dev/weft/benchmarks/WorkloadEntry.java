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
    SWITCH("one task gives way to the next", SwitchBenchmark.class, quickly("tasks", "100")),
    SPAWN(
            "start a trivial task and hear that it is done",
            SpawnBenchmark.class,
            quickly("how", "SEQUENTIAL", "GATHER")),
    QUEUE("hand an item from one task to another", QueueBenchmark.class, quickly("kind", "CAPACITY_1", "CAPACITY_100")),
    LOCK("take a lock or a permit and give it back", LockBenchmark.class, quickly("kind", "FREE", "CONTENDED")),
    CALLBACK("have the loop call something", CallbackBenchmark.class, always("from")),
    TIMER("a timer that fires", TimerBenchmark.class),
    CANCELLED_TIMER("a timer that is cancelled", CancelledTimerBenchmark.class),
    TIMEOUT(
            "a time limit around an operation that ends in time",
            TimeoutBenchmark.class,
            quickly("call", "WAIT_FOR"),
            always("suspending")),
    TREE(
            "pyperformance's async_tree, 55,986 tasks",
            TreeBenchmark.class,
            quickly("shape", "NONE", "IO"),
            quickly("children", "GATHER")),
    GENERATOR("pyperformance's async_generators", GeneratorBenchmark.class, always("form"));

    /**
     * A parameter of JMH's.
     *
     * @param name its name
     * @param quickly the values that a quick run is content with; none for all of them
     */
    record Parameter(String name, List<String> quickly) {}

    private final String description;
    private final Class<?> benchmark;

    @SuppressWarnings("ImmutableEnumChecker") // made by List.of
    private final List<Parameter> parameters;

    WorkloadEntry(String description, Class<?> benchmark, Parameter... parameters) {
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
    List<Parameter> parameters() {
        return parameters;
    }

    private static Parameter always(String name) {
        return new Parameter(name, List.of());
    }

    private static Parameter quickly(String name, String... values) {
        return new Parameter(name, List.of(values));
    }

    /** The function of the program in Python. */
    String function() {
        return name().toLowerCase(Locale.ROOT);
    }
}
