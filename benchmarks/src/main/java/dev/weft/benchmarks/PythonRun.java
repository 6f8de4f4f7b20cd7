package dev.weft.benchmarks;

import dev.weft.benchmarks.net.Programs;
import dev.weft.benchmarks.report.Figure;
import dev.weft.benchmarks.report.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The same workloads in CPython, each case in a process of its own. */
final class PythonRun {
    /** The exit code of the program when this version of Python has no such thing. */
    private static final int CANNOT = 3;

    private static final long LIMIT_SECONDS = 300;

    private final String python;
    private final Path program;
    private final boolean uvloop;

    private PythonRun(String python, Path program, boolean uvloop) {
        this.python = python;
        this.program = program;
        this.uvloop = uvloop;
    }

    /** The ways to run it on this machine: none, asyncio's own loop, or uvloop too. */
    static List<PythonRun> found(Path program) throws IOException, InterruptedException {
        var found = new ArrayList<PythonRun>();
        // Debian's own Python is the one with Debian's uvloop.
        for (String python : List.of("python3", "/usr/bin/python3")) {
            if (found.isEmpty() && Programs.succeeds(List.of(python, "-c", "import asyncio; asyncio.TaskGroup"))) {
                found.add(new PythonRun(python, program, false));
            }
            if (found.size() == 1 && Programs.succeeds(List.of(python, "-c", "import uvloop"))) {
                found.add(new PythonRun(python, program, true));
            }
        }
        return found;
    }

    Peer peer() {
        return uvloop ? Peer.UVLOOP : Peer.ASYNCIO;
    }

    /**
     * Does one case.
     *
     * @param unit of the result, ns or ms
     * @return the figure; empty if this Python cannot do it
     */
    Optional<Figure> run(WorkloadEntry workload, String parameters, String unit, int rounds)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(List.of(python, program.toString(), workload.function()));
        for (String parameter : parameters.isEmpty() ? List.<String>of() : List.of(parameters.split(" "))) {
            command.add(parameter.substring(parameter.indexOf('=') + 1));
        }
        command.add(Integer.toString(rounds));
        if (uvloop) {
            command.add("--uvloop");
        }
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var samples = new ArrayList<Double>();
        try (var lines = process.inputReader()) {
            double scale = unit.equals("ms") ? 1e-6 : 1;
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                samples.add(Double.parseDouble(line) * scale);
            }
        }
        if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
            throw new IOException(command + " did not end within " + LIMIT_SECONDS + " s");
        }
        if (process.exitValue() == CANNOT) {
            return Optional.empty();
        }
        if (process.exitValue() != 0) {
            throw new IOException(command + " ended with " + process.exitValue());
        }
        return Optional.of(new Figure(workload.title(), parameters, peer(), unit, samples, Double.NaN));
    }
}
