package dev.weft.benchmarks;

import dev.weft.benchmarks.net.NetWorkloads;
import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurable;
import dev.weft.benchmarks.plan.Measurement;
import dev.weft.benchmarks.plan.Progress;
import dev.weft.benchmarks.report.Comparison;
import dev.weft.benchmarks.report.Report;
import dev.weft.benchmarks.report.Tables;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./bench}: runs workloads with all their peers and puts the figures side by side. */
@Command(
        name = "bench",
        mixinStandardHelpOptions = true,
        description = "Measures Weft beside its peers, in one run on this machine. Without workloads: lists them.",
        footer = {
            "",
            "The last column of the table is Weft's median as a part of the other's: below 1 where Weft is faster.",
            "Leave the machine alone meanwhile: it has to be quiet for the figures to mean anything."
        })
public final class Bench implements Callable<Integer> {
    @Parameters(arity = "0..*", paramLabel = "WORKLOAD", description = "what to measure; 'all' for everything")
    private List<String> names = new ArrayList<>();

    @Option(
            names = "--quick",
            description = "the essential cases, one JVM and few iterations each: shows orders of magnitude, in minutes")
    private boolean quick;

    @Option(names = "--no-externals", description = "leave out what is not on the JVM: CPython, Node, Go")
    private boolean noExternals;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "benchmarks/results",
            description = "where JSON, Markdown and charts go (default: ${DEFAULT-VALUE})")
    private Path results = Path.of("benchmarks/results");

    @Option(names = "--root", hidden = true, required = true)
    private @Nullable Path root;

    private final PrintStream out;
    private final PrintStream err;

    Bench(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    /**
     * Runs the command and ends the JVM with its exit code.
     *
     * @param args the command line
     */
    public static void main(String[] args) {
        System.exit(new CommandLine(new Bench(System.out, System.err)).execute(args));
    }

    @Override
    public Integer call() throws Exception {
        if (quick && names.isEmpty()) {
            names = List.of("all");
        }
        List<Measurable> all = all();
        if (names.isEmpty()) {
            for (Measurable workload : all) {
                out.printf("%-16s %s%n", workload.title(), workload.description());
            }
            out.println("\n"
                    + "./bench WORKLOAD... measures these, ./bench --quick everything in minutes, ./bench all"
                    + " everything thoroughly.");
            return CommandLine.ExitCode.OK;
        }
        List<Measurable> workloads;
        try {
            workloads = names.equals(List.of("all"))
                    ? all
                    : names.stream().map(name -> named(all, name)).toList();
        } catch (IllegalArgumentException e) {
            err.println("bench: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        measure(workloads, quick ? Effort.QUICK : Effort.FULL);
        return CommandLine.ExitCode.OK;
    }

    private List<Measurable> all() throws Exception {
        Path sources = Objects.requireNonNull(root).resolve("benchmarks/src/main/peers");
        List<PythonRun> pythons = noExternals ? List.of() : PythonRun.found(sources.resolve("asyncio_peer.py"));
        var all = new ArrayList<Measurable>();
        for (WorkloadEntry entry : WorkloadEntry.values()) {
            all.add(new NamedWorkload(entry, pythons));
        }
        all.addAll(NetWorkloads.all(root, !noExternals));
        return all;
    }

    private static Measurable named(List<Measurable> all, String name) {
        return all.stream()
                .filter(workload -> workload.title().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no workload is called '" + name + "'; there are "
                        + String.join(", ", all.stream().map(Measurable::title).toList())));
    }

    private void measure(List<Measurable> workloads, Effort effort) throws Exception {
        var plans = new LinkedHashMap<Measurable, Measurement>();
        for (Measurable workload : workloads) {
            plans.put(workload, workload.plan(effort));
        }
        double total = plans.values().stream().mapToDouble(Measurement::seconds).sum();
        var progress = new Progress(err, onTerminal(), total);
        var report = new Report(results, effort.toString());
        for (Map.Entry<Measurable, Measurement> plan : plans.entrySet()) {
            Measurable workload = plan.getKey();
            List<Comparison> comparisons = Comparison.of(plan.getValue().run(progress));
            progress.close();
            if (comparisons.isEmpty()) {
                out.println(workload.title() + ": cannot be measured here\n");
                continue;
            }
            out.println(Tables.text(comparisons));
            report.add(workload.title(), workload.description(), comparisons);
            report.write(); // now, and not only at the end: a run that is cut short has something to show
        }
        out.println("written to " + results);
    }

    @SuppressWarnings("SystemConsoleNull") // it may still be, with another provider of consoles
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }
}
