package dev.weft.benchmarks.net;

import dev.weft.benchmarks.peer.TestIdentity;
import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurable;
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
 * How many bytes a sleeping task takes, and a connection on which nothing happens.
 *
 * @param root the repository
 * @param externals whether those that are not on the JVM take part
 */
record MemoryWorkload(Path root, boolean externals) implements Measurable {
    private static final List<Peer> TASKS =
            List.of(Peer.WEFT, Peer.WEFT_PORTABLE, Peer.ASYNCIO, Peer.KOTLIN, Peer.VIRTUAL_THREADS);
    private static final List<Peer> CONNECTIONS = List.of(
            Peer.WEFT,
            Peer.ASYNCIO,
            Peer.NODE,
            Peer.GO,
            Peer.NETTY,
            Peer.NETTY_EPOLL,
            Peer.VERTX,
            Peer.VIRTUAL_THREADS);
    private static final double SECONDS_EACH = 4;

    @Override
    public String title() {
        return "memory";
    }

    @Override
    public String description() {
        return "bytes of heap of a sleeping task, of an idle connection (resident: of the whole process; CPython:"
                + " resident)";
    }

    @Override
    public Measurement plan(Effort effort) {
        return new Run(effort);
    }

    private final class Run implements Measurement {
        private final int tasks;
        private final int connections;
        private final int rounds;

        Run(Effort effort) {
            tasks = effort.quick() ? 100_000 : 1_000_000;
            connections = effort.quick() ? 1_000 : 10_000;
            rounds = effort.quick() ? 1 : 3;
        }

        @Override
        public double seconds() {
            return SECONDS_EACH * rounds * (TASKS.size() + CONNECTIONS.size()) * (rounds > 1 ? 1 : 0.4);
        }

        @Override
        public List<Figure> run(Progress progress) throws Exception {
            Path sources = root.resolve("benchmarks/src/main/peers");
            Externals found = externals ? Externals.found(sources, root.resolve(".weft")) : Externals.none();
            Cores cores = Cores.found();
            var figures = new ArrayList<Figure>();
            for (Peer peer : TASKS) {
                var samples = new ArrayList<Double>();
                for (int i = 0; i < rounds && (peer != Peer.ASYNCIO || found.has(peer)); i++) {
                    progress.at("memory, " + tasks + " tasks: " + peer.title());
                    samples.add(bytesPerTask(peer, sources, cores));
                    progress.advance(seconds() / rounds / (TASKS.size() + CONNECTIONS.size()));
                }
                if (!samples.isEmpty()) {
                    figures.add(new Figure("memory", "of=task", peer, "bytes", samples, Double.NaN));
                }
            }
            Path identity = Files.createTempDirectory("weft-benchmark");
            try {
                TestIdentity.create(identity);
                for (Peer peer : CONNECTIONS) {
                    if (RunningServer.canRun(peer, found)) {
                        figures.addAll(ofConnections(peer, found, identity, cores, sources, progress));
                    }
                }
            } finally {
                TestIdentity.delete(identity);
            }
            return figures;
        }

        private double bytesPerTask(Peer peer, Path sources, Cores cores) throws IOException {
            String count = Integer.toString(tasks);
            var python = new ArrayList<>(cores.forServer(1));
            python.addAll(List.of("python3", sources.resolve("sleepers.py").toString(), count));
            try (Child process = peer == Peer.ASYNCIO
                    ? Child.start(python)
                    : Child.jvm(cores.forServer(1), MemoryMain.class, List.of(peer.name(), count))) {
                return Double.parseDouble(process.answer());
            }
        }

        private List<Figure> ofConnections(
                Peer peer, Externals found, Path identity, Cores cores, Path sources, Progress progress)
                throws Exception {
            var heap = new ArrayList<Double>();
            var resident = new ArrayList<Double>();
            for (int i = 0; i < rounds; i++) {
                progress.at("memory, " + connections + " connections: " + peer.title());
                try (RunningServer server = RunningServer.start(peer, Service.IDLE, 1, found, identity, cores);
                        var loader = new Loader(identity, cores, sources)) {
                    // Used before, so that what is made for the first connections is not counted, nor is it garbage
                    // after.
                    connect(loader, server, 1000);
                    connect(loader, server, 0);
                    double heapBefore = server.heap();
                    double residentBefore = server.process().residentBytes();
                    connect(loader, server, connections);
                    heap.add((server.heap() - heapBefore) / connections);
                    resident.add((server.process().residentBytes() - residentBefore) / connections);
                }
                progress.advance(seconds() / rounds / (TASKS.size() + CONNECTIONS.size()));
            }
            var figures = new ArrayList<Figure>();
            if (heap.stream().noneMatch(value -> value.isNaN())) {
                figures.add(new Figure("memory", "of=connection", peer, "bytes", heap, Double.NaN));
            }
            if (resident.stream().noneMatch(value -> value.isNaN())) {
                figures.add(new Figure("memory", "of=connection,-resident", peer, "bytes", resident, Double.NaN));
            }
            return figures;
        }

        private static void connect(Loader loader, RunningServer server, int count) throws Exception {
            loader.run(new LoadCase(Load.IDLE, "", count, 0, 1), server.port(), 0, () -> {});
            // The last one is served when it answers a byte, and so are all that were accepted before.
            try (var socket = new java.net.Socket(java.net.InetAddress.getLoopbackAddress(), server.port())) {
                socket.getOutputStream().write(1);
                if (socket.getInputStream().read() != 1) {
                    throw new IOException("no echo from " + server.peer().title());
                }
            }
        }
    }
}
