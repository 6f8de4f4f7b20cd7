package dev.weft.benchmarks.net;

import dev.weft.benchmarks.plan.Effort;
import dev.weft.benchmarks.plan.Measurable;
import dev.weft.benchmarks.plan.Measurement;
import dev.weft.benchmarks.report.Peer;
import java.nio.file.Path;
import java.util.List;

/**
 * Servers that are loaded.
 *
 * @param title the name on the command line
 * @param description what one operation is
 * @param service what the servers do
 * @param peers whose servers
 * @param cases how they are loaded; the first one is also the warm-up
 * @param quickly so many of the cases are for a quick run too
 * @param loops on how many event loops; several are measured one after the other, as cases of their own
 * @param root the repository
 * @param externals whether those that are not on the JVM take part
 */
record LoadWorkload(
        String title,
        String description,
        Service service,
        List<Peer> peers,
        List<LoadCase> cases,
        int quickly,
        List<Integer> loops,
        Path root,
        boolean externals)
        implements Measurable {
    @Override
    public Measurement plan(Effort effort) {
        return new LoadRun(this, effort);
    }
}
