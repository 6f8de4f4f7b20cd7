package dev.weft.benchmarks.net;

import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurable;
import dev.weft.benchmarks.plan.Measurement;
import dev.weft.benchmarks.plan.Progress;
import dev.weft.benchmarks.report.Figure;
import dev.weft.benchmarks.report.Peer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * How long a program takes that says hello, from the command to its end: by {@code ./weft} a script on Weft and one of plain Java, both
 * compiled before.
 *
 * @param root the repository
 * @param externals whether those that are not on the JVM take part
 */
record StartUpWorkload(Path root, boolean externals) implements Measurable {
    private static final double SECONDS_EACH = 0.4;

    @Override
    public String title() {
        return "start-up";
    }

    @Override
    public String description() {
        return "a program that says hello, from the command to its end";
    }

    @Override
    public Measurement plan(Effort effort) {
        return new Run(effort.quick() ? 5 : 20);
    }

    private final class Run implements Measurement {
        private final int rounds;

        Run(int rounds) {
            this.rounds = rounds;
        }

        private Map<Peer, List<String>> commands() {
            Path sources = root.resolve("benchmarks/src/main/peers");
            String launcher = root.resolve("weft").toString();
            var commands = new EnumMap<Peer, List<String>>(Peer.class);
            commands.put(
                    Peer.WEFT,
                    List.of(launcher, sources.resolve("hello_weft.java").toString()));
            commands.put(
                    Peer.JAVA,
                    List.of(launcher, sources.resolve("hello_java.java").toString()));
            if (externals && Programs.path("python3").isPresent()) {
                String hello = "import asyncio\nasync def main(): print('Hello')\nasyncio.run(main())";
                commands.put(Peer.ASYNCIO, List.of("python3", "-c", hello));
            }
            if (externals && Programs.path("node").isPresent()) {
                commands.put(Peer.NODE, List.of("node", "-e", "setImmediate(() => console.log('Hello'))"));
            }
            return commands;
        }

        @Override
        public double seconds() {
            return SECONDS_EACH * commands().size() * (rounds + 1);
        }

        @Override
        public List<Figure> run(Progress progress) throws Exception {
            Map<Peer, List<String>> commands = commands();
            var samples = new EnumMap<Peer, List<Double>>(Peer.class);
            for (int round = -1; round < rounds; round++) { // the first one may compile
                for (Map.Entry<Peer, List<String>> command : commands.entrySet()) {
                    progress.at("start-up: " + command.getKey().title());
                    double millis = run(command.getValue());
                    if (round >= 0) {
                        samples.computeIfAbsent(command.getKey(), peer -> new ArrayList<>())
                                .add(millis);
                    }
                    progress.advance(SECONDS_EACH);
                }
            }
            var figures = new ArrayList<Figure>();
            samples.forEach((peer, millis) -> figures.add(new Figure("start-up", "", peer, "ms", millis, Double.NaN)));
            return figures;
        }

        private static double run(List<String> command) throws IOException, InterruptedException {
            long began = System.nanoTime();
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
            int code = process.waitFor();
            double millis = (System.nanoTime() - began) / 1e6;
            if (code != 0 || !output.contains("Hello")) {
                throw new IOException(command + " ended with " + code + ": " + output);
            }
            return millis;
        }
    }
}
