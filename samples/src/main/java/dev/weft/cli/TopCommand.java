package dev.weft.cli;

import dev.weft.EventLoopMXBean;
import dev.weft.LoopMetrics;
import java.lang.reflect.UndeclaredThrowableException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import javax.management.JMException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft top PID}: how the loops of a running program are doing. */
@Command(
        name = "top",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = {
            "Shows how the loops of a running program are doing, again and again until interrupted; once, where the"
                    + " output is",
            "no terminal. LAG: for how long the loop has not looked at what is new. BUSY: the share of time it was not"
                    + " asleep.",
            "READY: entries that wait for their turn."
        })
final class TopCommand implements Subcommand {
    private static final String CLEAR = "\033[H\033[2J";
    private static final double SHORTEST_INTERVAL = 0.05;

    @Mixin
    private ProcessId process = new ProcessId();

    @Option(names = "--once", description = "Shows it once.")
    private boolean once;

    @Option(names = "--interval", paramLabel = "SECONDS", description = "How often, 1 by default.")
    private double interval = 1;

    /** To be filled by picocli. */
    TopCommand() {}

    private record Sample(long nanos, LoopMetrics metrics) {}

    @Override
    public int run() throws CliException, InterruptedException {
        if (!(interval >= SHORTEST_INTERVAL && interval <= Duration.ofDays(1).toSeconds())) {
            throw CliException.usage("--interval must be between 0.05 and 86400 seconds, got " + interval);
        }
        long pid = process.value("top");
        boolean repeat = !once && Terminal.isThere();
        long pause = Math.round(interval * 1000);
        return TargetJvm.look(pid, target -> {
            Map<String, Sample> before = new HashMap<>();
            table(target, before); // rates need two looks
            do {
                Thread.sleep(pause);
                String table = table(target, before);
                if (repeat) {
                    System.out.print(CLEAR + "weft top " + pid + ", every " + interval + " s, Ctrl-C ends\n\n");
                }
                System.out.print(table);
                System.out.flush();
            } while (repeat);
            return 0;
        });
    }

    private static String table(TargetJvm target, Map<String, Sample> before) throws JMException, CliException {
        var table = new TextTable(
                "LOOP", "LAG", "BUSY", "READY", "TASKS", "TIMERS", "CONNS", "SERVERS", "OPEN", "IN/s", "OUT/s",
                "ITER/s");
        for (EventLoopMXBean loop : target.loops()) {
            try {
                String name = loop.getName();
                var now = new Sample(System.nanoTime(), loop.getMetrics());
                add(table, name, before.put(name, now), now);
            } catch (UndeclaredThrowableException e) {
                if (!TargetJvm.isGone(e)) {
                    throw e;
                }
            }
        }
        return table.toString();
    }

    private static void add(TextTable table, String name, @Nullable Sample then, Sample now) {
        LoopMetrics metrics = now.metrics;
        LoopMetrics last = then == null ? metrics : then.metrics;
        double seconds = then == null ? 1 : (now.nanos - then.nanos) / 1e9;
        double busy = then == null ? 0 : 1 - (metrics.asleepNanos() - last.asleepNanos()) / 1e9 / seconds;
        table.add(
                name,
                Units.time(metrics.lagNanos()),
                String.format(Locale.ROOT, "%.0f%%", 100 * Math.clamp(busy, 0, 1)),
                Integer.toString(metrics.ready()),
                Integer.toString(metrics.tasks()),
                Integer.toString(metrics.timers()),
                Integer.toString(metrics.connections()),
                Integer.toString(metrics.servers()),
                Integer.toString(metrics.resources()),
                Units.bytes((metrics.bytesReceived() - last.bytesReceived()) / seconds),
                Units.bytes((metrics.bytesSent() - last.bytesSent()) / seconds),
                String.format(Locale.ROOT, "%.0f", (metrics.iterations() - last.iterations()) / seconds));
    }
}
