package dev.weft.cli;

import dev.weft.EventLoopMXBean;
import dev.weft.EventLoopMXBean.Holding;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft why PID}: what keeps a running program alive. */
@Command(
        name = "why",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = {
            "Lists what keeps a running program alive: tasks, timers, connections, servers, child processes, threads.",
            "A program in debug mode (weft run --debug, -Dweft.debug=true, WEFT_DEBUG=1) also knows where each was"
                    + " made."
        })
final class WhyCommand implements Subcommand {
    @Mixin
    private ProcessId process = new ProcessId();

    /** To be filled by picocli. */
    WhyCommand() {}

    @Override
    public int run() throws CliException, InterruptedException {
        return TargetJvm.look(process.value("why"), target -> {
            boolean debug = true;
            for (EventLoopMXBean loop : target.loops()) {
                System.out.println(
                        PsCommand.heading(loop, loop.getMetrics().tasks()) + (loop.isRunning() ? ", running" : ""));
                print(loop.holdings());
                debug &= loop.isDebug();
            }
            List<Holding> ofJvm = target.holdings();
            if (!ofJvm.isEmpty()) {
                System.out.println("besides its loops:");
                print(ofJvm);
            }
            if (!debug) {
                System.out.println("(where each was made is known in debug mode: weft run --debug, -Dweft.debug=true)");
            }
            return 0;
        });
    }

    static void print(List<Holding> holdings) {
        for (Holding holding : holdings) {
            String age = holding.ageNanos() < 0 ? "" : ", for " + Units.time(holding.ageNanos());
            System.out.println("  " + holding.kind() + " " + holding.what() + age);
            for (String frame : holding.madeAt()) {
                System.out.println("      made at " + frame);
            }
        }
    }
}
