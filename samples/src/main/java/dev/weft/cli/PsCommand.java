package dev.weft.cli;

import dev.weft.EventLoopMXBean;
import dev.weft.EventLoopMXBean.TaskRow;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft ps PID}: a table of the tasks of a running program. */
@Command(
        name = "ps",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = "Lists the tasks of a running program: name, state, age, what each waits for, and where.")
final class PsCommand implements Subcommand {
    @Mixin
    private ProcessId process = new ProcessId();

    @Option(names = "--limit", paramLabel = "N", description = "How many tasks of each loop, 1000 by default.")
    private int limit = 1000;

    /** To be filled by picocli. */
    PsCommand() {}

    @Override
    public int run() throws CliException, InterruptedException {
        if (limit < 0) {
            throw CliException.usage("--limit must not be negative, got " + limit);
        }
        return TargetJvm.look(process.value("ps"), target -> {
            List<EventLoopMXBean> loops = target.loops();
            for (EventLoopMXBean loop : loops) {
                print(loop);
            }
            return 0;
        });
    }

    private void print(EventLoopMXBean loop) {
        int tasks = loop.getMetrics().tasks();
        System.out.println(heading(loop, tasks));
        var table = new TextTable("TASK", "STATE", "AGE", "WAITS FOR", "WHERE");
        List<TaskRow> rows = loop.tasks(limit);
        for (TaskRow row : rows) {
            table.add(row.name(), row.state(), Units.time(row.ageNanos()), row.waitsFor(), row.where());
        }
        System.out.print(table);
        if (tasks > rows.size() && rows.size() == limit) {
            System.out.println("and " + (tasks - rows.size()) + " more (--limit)");
        }
        System.out.println();
    }

    /** One line about a loop. */
    static String heading(EventLoopMXBean loop, int tasks) {
        return "%s: %s, %s%s"
                .formatted(
                        loop.getName(),
                        loop.getMode().toLowerCase(Locale.ROOT),
                        tasks + (tasks == 1 ? " task" : " tasks"),
                        loop.isDebug() ? ", debug" : "");
    }
}
