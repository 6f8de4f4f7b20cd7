package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurement;
import dev.weft.benchmarks.plan.Progress;
import dev.weft.benchmarks.report.Figure;
import dev.weft.benchmarks.report.Peer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Loads the servers of all peers: in each round each of them in turn, so that a slow spell of the machine meets all alike. Beside the time
 * for an operation it tells the processor time of the server for one, which depends less on the load, and what it has allocated.
 */
final class LoadRun implements Measurement {
    private static final double SECONDS_TO_START = 1.5;
    private static final long LONGEST_MILLIS = 10_000;

    /** Of code in Java there is more to be compiled in TLS than elsewhere. */
    private static final int WARM_UP_OF_TLS = 3;

    private final LoadWorkload workload;
    private final Effort effort;
    private final List<LoadCase> cases;

    LoadRun(LoadWorkload workload, Effort effort) {
        this.workload = workload;
        this.effort = effort;
        cases = effort.quick() ? workload.cases().subList(0, workload.quickly()) : workload.cases();
    }

    @Override
    public double seconds() {
        return workload.loops().size()
                * workload.peers().size()
                * (SECONDS_TO_START
                        + warmUpMillis() / 1000.0
                        + cases.size() * effort.loadRounds() * (roundMillis() / 1000.0));
    }

    private int warmUpMillis() {
        return (workload.service() == Service.TLS ? WARM_UP_OF_TLS : 1) * effort.loadWarmUpMillis();
    }

    /** wrk counts in seconds. */
    private long roundMillis() {
        return workload.service() == Service.HTTP ? Math.max(1000, effort.loadMillis()) : effort.loadMillis();
    }

    @Override
    public List<Figure> run(Progress progress) throws Exception {
        Path sources = workload.root().resolve("benchmarks/src/main/peers");
        Externals externals =
                workload.externals() ? Externals.found(sources, workload.root().resolve(".weft")) : Externals.none();
        Path identity = Files.createTempDirectory("weft-benchmark");
        var figures = new ArrayList<Figure>();
        try {
            TestIdentity.create(identity);
            Cores cores = Cores.found();
            try (var loader = new Loader(identity, cores, sources)) {
                for (int loops : workload.loops()) {
                    run(loops, externals, identity, cores, loader, progress, figures);
                }
            }
        } finally {
            TestIdentity.delete(identity);
        }
        return figures;
    }

    private void run(
            int loops,
            Externals externals,
            Path identity,
            Cores cores,
            Loader loader,
            Progress progress,
            List<Figure> figures)
            throws Exception {
        var servers = new ArrayList<RunningServer>();
        try {
            for (Peer peer : workload.peers()) {
                if (RunningServer.canRun(peer, externals)) {
                    progress.at(workload.title() + ": starts " + peer.title());
                    servers.add(RunningServer.start(peer, workload.service(), loops, externals, identity, cores));
                }
                progress.advance(SECONDS_TO_START);
            }
            for (RunningServer server : servers) {
                progress.at(workload.title() + ": warms up " + server.peer().title());
                for (LoadCase one : cases) {
                    loader.run(one, server.port(), warmUpMillis() / cases.size(), () -> {});
                }
                progress.advance(warmUpMillis() / 1000.0);
            }
            for (LoadCase one : cases) {
                figures.addAll(measure(one, loops, servers, loader, progress));
            }
        } finally {
            for (RunningServer server : servers) {
                server.close();
            }
        }
    }

    private List<Figure> measure(LoadCase one, int loops, List<RunningServer> servers, Loader loader, Progress progress)
            throws Exception {
        String parameters = workload.loops().size() > 1 ? "loops=" + loops : one.parameters();
        List<Samples> samples = servers.stream().map(Samples::new).toList();
        for (int round = 0; round < effort.loadRounds(); round++) {
            for (Samples of : samples) {
                progress.at((workload.title() + " " + parameters).strip() + ": "
                        + of.server.peer().title());
                of.add(one, loader, roundMillis());
                progress.advance(roundMillis() / 1000.0);
            }
        }
        var figures = new ArrayList<Figure>();
        samples.forEach(of -> figures.add(of.time(workload.title(), parameters)));
        if (samples.stream().noneMatch(of -> of.processor.contains(Double.NaN))) {
            samples.forEach(
                    of -> figures.add(of.processor(workload.title(), (parameters + " server's-processor").strip())));
        }
        return figures;
    }

    /** Of one server in one case. */
    private static final class Samples {
        private final RunningServer server;
        private final List<Double> nanos = new ArrayList<>();
        private final List<Double> processor = new ArrayList<>();
        private double allocated;
        private long answers;

        Samples(RunningServer server) {
            this.server = server;
        }

        void add(LoadCase one, Loader loader, long millis) throws IOException, InterruptedException {
            long enough = millis;
            while (!added(one, loader, enough)) {
                enough *= 2; // a busy machine, and a dear operation
                if (enough > LONGEST_MILLIS) {
                    throw new IOException(server.peer().title() + " answered nothing in " + enough / 2 + " ms: " + one);
                }
            }
        }

        private boolean added(LoadCase one, Loader loader, long millis) throws IOException, InterruptedException {
            var processorBefore = new double[1];
            var allocatedBefore = new double[1];
            Reached reached = loader.run(one, server.port(), millis, () -> {
                allocatedBefore[0] = server.allocated();
                processorBefore[0] = server.process().processorNanos();
            });
            double processorNanos = server.process().processorNanos() - processorBefore[0];
            if (reached.answers() == 0) {
                return false;
            }
            allocated += server.allocated() - allocatedBefore[0];
            answers += reached.answers();
            nanos.add(1e9 / reached.perSecond());
            processor.add(processorNanos / reached.answers());
            return true;
        }

        Figure time(String workload, String parameters) {
            return new Figure(workload, parameters, server.peer(), "ns", nanos, allocated / answers);
        }

        Figure processor(String workload, String parameters) {
            return new Figure(workload, parameters, server.peer(), "ns", processor, Double.NaN);
        }
    }
}
