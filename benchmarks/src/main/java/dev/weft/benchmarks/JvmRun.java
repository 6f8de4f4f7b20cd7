package dev.weft.benchmarks;

import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Progress;
import dev.weft.benchmarks.report.Figure;
import dev.weft.benchmarks.report.Peer;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.regex.Pattern;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormat;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** A workload as JMH runs it: every peer on the JVM, in processes of their own. */
final class JvmRun {
    private final WorkloadEntry workload;
    private final Effort effort;

    JvmRun(WorkloadEntry workload, Effort effort) {
        this.workload = workload;
        this.effort = effort;
    }

    /** How many cases of how many peers there are. */
    int size() {
        var format = OutputFormatFactory.createFormatInstance(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);
        int size = 0;
        for (BenchmarkListEntry entry : BenchmarkList.defaultList().find(format, List.of(include()), List.of())) {
            int cases = 1;
            for (WorkloadEntry.Parameter parameter : workload.parameters()) {
                cases *= restricts(parameter)
                        ? parameter.quickly().size()
                        : entry.getParams().orElse(Map.of()).getOrDefault(parameter.name(), new String[1]).length;
            }
            size += cases;
        }
        return size;
    }

    private boolean restricts(WorkloadEntry.Parameter parameter) {
        return effort.quick() && !parameter.quickly().isEmpty();
    }

    private String include() {
        return "^" + Pattern.quote(workload.benchmark().getName()) + "\\.";
    }

    /** Runs all of it. */
    List<Figure> run(Progress progress) throws RunnerException {
        ChainedOptionsBuilder options = new OptionsBuilder()
                .include(include())
                .forks(effort.forks())
                .warmupIterations(effort.warmups())
                .warmupTime(TimeValue.milliseconds(effort.millis()))
                .measurementIterations(effort.iterations())
                .measurementTime(TimeValue.milliseconds(effort.millis()))
                .addProfiler(GCProfiler.class)
                .shouldFailOnError(true);
        for (WorkloadEntry.Parameter parameter : workload.parameters()) {
            if (restricts(parameter)) {
                options.param(parameter.name(), parameter.quickly().toArray(String[]::new));
            }
        }
        Collection<RunResult> results = new Runner(options.build(), reporting(progress)).run();
        var figures = new ArrayList<Figure>();
        for (RunResult result : results) {
            figures.add(figure(result));
        }
        return figures;
    }

    private Figure figure(RunResult result) {
        BenchmarkParams params = result.getParams();
        var samples = new ArrayList<Double>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            for (IterationResult iteration : fork.getIterationResults()) {
                samples.add(iteration.getPrimaryResult().getScore());
            }
        }
        Result<?> bytes = result.getSecondaryResults().get("gc.alloc.rate.norm");
        String unit = result.getPrimaryResult().getScoreUnit();
        return new Figure(
                workload.title(),
                parameters(params),
                peer(params),
                unit.replace("/op", ""),
                samples,
                bytes == null ? Double.NaN : bytes.getScore());
    }

    private String parameters(BenchmarkParams params) {
        var joined = new StringJoiner(" ");
        for (WorkloadEntry.Parameter parameter : workload.parameters()) {
            joined.add(parameter.name() + "=" + params.getParam(parameter.name()));
        }
        return joined.toString();
    }

    private static Peer peer(BenchmarkParams params) {
        String benchmark = params.getBenchmark();
        return Peer.ofMethod(benchmark.substring(benchmark.lastIndexOf('.') + 1));
    }

    /** JMH's own output format, told nothing but where it is. */
    private OutputFormat reporting(Progress progress) {
        var silent = OutputFormatFactory.createFormatInstance(
                new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8), VerboseMode.SILENT);
        return (OutputFormat) Proxy.newProxyInstance(
                OutputFormat.class.getClassLoader(),
                new Class<?>[] {OutputFormat.class},
                (proxy, method, arguments) -> {
                    if (method.getName().equals("startBenchmark")) {
                        var params = (BenchmarkParams) arguments[0];
                        progress.at(workload.title() + " " + parameters(params).toLowerCase(Locale.ROOT) + ": "
                                + peer(params).title());
                    } else if (method.getName().equals("endBenchmark")) {
                        progress.advance(effort.secondsForJvm());
                    }
                    return method.invoke(silent, arguments);
                });
    }
}
