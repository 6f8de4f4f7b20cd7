package dev.weft.benchmarks;

import dev.weft.benchmarks.report.Comparison;
import dev.weft.benchmarks.report.Figure;
import dev.weft.benchmarks.report.Report;
import dev.weft.benchmarks.report.Tables;
import java.io.Console;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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

    @Option(names = "--quick", description = "one JVM and few iterations each: shows orders of magnitude, in minutes")
    private boolean quick;

    @Option(names = "--no-python", description = "leave CPython out")
    private boolean noPython;

    @Option(
            names = "--results",
            paramLabel = "DIR",
            defaultValue = "benchmarks/results",
            description = "where JSON, Markdown and charts go (default: ${DEFAULT-VALUE})")
    private Path results = Path.of("benchmarks/results");

    @Option(names = "--python-program", hidden = true, required = true)
    private @Nullable Path pythonProgram;

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
        if (names.isEmpty()) {
            for (WorkloadEntry entry : WorkloadEntry.values()) {
                out.printf("%-16s %s%n", entry.title(), entry.description());
            }
            out.println("\n"
                    + "./bench WORKLOAD... measures these, ./bench --quick everything in minutes, ./bench all"
                    + " everything thoroughly.");
            return CommandLine.ExitCode.OK;
        }
        List<WorkloadEntry> workloads;
        try {
            workloads = names.equals(List.of("all"))
                    ? List.of(WorkloadEntry.values())
                    : names.stream().map(WorkloadEntry::of).toList();
        } catch (IllegalArgumentException e) {
            err.println("bench: " + e.getMessage());
            return CommandLine.ExitCode.USAGE;
        }
        measure(workloads, quick ? Effort.QUICK : Effort.FULL);
        return CommandLine.ExitCode.OK;
    }

    private void measure(List<WorkloadEntry> workloads, Effort effort) throws Exception {
        List<PythonRun> pythons = noPython || pythonProgram == null ? List.of() : PythonRun.found(pythonProgram);
        var runs = new LinkedHashMap<WorkloadEntry, JvmRun>();
        double total = 0;
        for (WorkloadEntry workload : workloads) {
            var run = new JvmRun(workload, effort);
            runs.put(workload, run);
            total += run.size() * effort.secondsForJvm();
        }
        var progress = new Progress(err, onTerminal(), total);
        var report = new Report(results, effort.toString());
        for (Map.Entry<WorkloadEntry, JvmRun> entry : runs.entrySet()) {
            List<Figure> figures = new ArrayList<>(entry.getValue().run(progress));
            for (PythonRun python : pythons) {
                figures.addAll(python(python, entry.getKey(), figures, effort, progress));
            }
            List<Comparison> comparisons = Comparison.of(figures);
            progress.close();
            out.println(Tables.text(comparisons));
            report.add(entry.getKey().title(), entry.getKey().description(), comparisons);
        }
        report.write();
        out.println("written to " + results);
    }

    @SuppressWarnings("SystemConsoleNull") // it may still be, with another provider of consoles
    private static boolean onTerminal() {
        Console console = System.console();
        return console != null && console.isTerminal();
    }

    private static List<Figure> python(
            PythonRun python, WorkloadEntry workload, List<Figure> ofJvm, Effort effort, Progress progress)
            throws Exception {
        var figures = new ArrayList<Figure>();
        var cases = new LinkedHashMap<String, String>();
        ofJvm.forEach(figure -> cases.putIfAbsent(figure.parameters(), figure.unit()));
        for (Map.Entry<String, String> one : cases.entrySet()) {
            progress.at(
                    workload.title() + " " + one.getKey() + ": " + python.peer().title());
            Optional<Figure> figure = python.run(workload, one.getKey(), one.getValue(), effort.pythonRounds());
            figure.ifPresent(figures::add);
        }
        return figures;
    }
}
