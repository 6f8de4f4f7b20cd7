package dev.weft.cli;

import dev.weft.EventLoopMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code weft pstree PID}: who waits for whom in a running program. */
@Command(
        name = "pstree",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = {
            "Shows which tasks of a running program wait for which, with their stacks and the owners of locks.",
            "Tasks that wait for each other in a circle are reported."
        })
final class PstreeCommand implements Subcommand {
    @Mixin
    private ProcessId process = new ProcessId();

    /** To be filled by picocli. */
    PstreeCommand() {}

    @Override
    public int run() throws CliException, InterruptedException {
        return TargetJvm.look(process.value("pstree"), target -> {
            for (EventLoopMXBean loop : target.loops()) {
                System.out.println(loop.tree());
            }
            return 0;
        });
    }
}
