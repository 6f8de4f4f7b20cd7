package dev.weft.benchmarks.net;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The processors this process may use, for pinning others to one of them. */
final class Cores {
    private static final Path STATUS = Path.of("/proc/self/status");

    private final List<Integer> allowed;
    private final boolean taskset;

    private Cores(List<Integer> allowed, boolean taskset) {
        this.allowed = allowed;
        this.taskset = taskset;
    }

    /** None, where the system does not say which there are, or taskset is not installed. */
    static Cores found() throws IOException {
        var allowed = new ArrayList<Integer>();
        if (Files.isReadable(STATUS)) {
            for (String line : Files.readAllLines(STATUS)) {
                if (line.startsWith("Cpus_allowed_list:")) {
                    for (String range :
                            line.substring(line.indexOf(':') + 1).strip().split(",", -1)) {
                        String[] ends = range.split("-", -1);
                        for (int i = Integer.parseInt(ends[0]); i <= Integer.parseInt(ends[ends.length - 1]); i++) {
                            allowed.add(i);
                        }
                    }
                }
            }
        }
        return new Cores(allowed, Programs.path("taskset").isPresent());
    }

    boolean pinning() {
        return taskset && !allowed.isEmpty();
    }

    /** Whether the load has a processor of its own. */
    boolean apart() {
        return allowed.size() > 1;
    }

    /** What a server's command begins with: it gets the first ones. */
    List<String> forServer(int loops) {
        return pin(allowed.subList(0, Math.min(loops, allowed.size())));
    }

    /** What a load's command begins with: it gets the last one. */
    List<String> forLoad() {
        return pin(allowed.subList(Math.max(0, allowed.size() - 1), allowed.size()));
    }

    private List<String> pin(List<Integer> cores) {
        return pinning()
                ? List.of(
                        "taskset",
                        "-c",
                        String.join(",", cores.stream().map(String::valueOf).toList()))
                : List.of();
    }
}
