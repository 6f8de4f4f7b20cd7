package dev.weft.cli;

import dev.weft.EventLoopMXBean;
import dev.weft.LoopMetrics;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft dump PID}: everything there is to know about a running program, for a report. */
@Command(
        name = "dump",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = "Prints all that ps, pstree, why and top know about a running program, for a report.")
final class DumpCommand implements Subcommand {
    @Mixin
    private ProcessId process = new ProcessId();

    @Option(names = "--threads", description = "The JVM's own dump of its threads as well.")
    private boolean threads;

    /** To be filled by picocli. */
    DumpCommand() {}

    @Override
    public int run() throws CliException, InterruptedException {
        return TargetJvm.look(process.value("dump"), target -> {
            for (EventLoopMXBean loop : target.loops()) {
                LoopMetrics metrics = loop.getMetrics();
                System.out.println(PsCommand.heading(loop, metrics.tasks()));
                System.out.println(metrics);
                System.out.println();
                System.out.println(loop.tree());
                WhyCommand.print(loop.holdings());
                System.out.println();
            }
            WhyCommand.print(target.holdings());
            if (threads) {
                System.out.println(target.threads());
            }
            return 0;
        });
    }
}
