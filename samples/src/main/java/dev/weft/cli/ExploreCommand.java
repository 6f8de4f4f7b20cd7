package dev.weft.cli;

import dev.weft.testing.Exploration;
import dev.weft.testing.ScheduleExplorer;
import dev.weft.testing.ScheduleFailure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code weft explore FILE [ARGS]}: runs a program under many schedules, on virtual time, until it fails. */
@Command(
        name = "explore",
        mixinStandardHelpOptions = true,
        versionProvider = WeftCommand.Version.class,
        description = {
            "Runs a single-file Java program again and again on virtual time, each time deciding otherwise",
            "what its tasks may not rely on: the order of what is ready together, and how soon a task goes on.",
            "Ends with 1, and says what it did, when the program fails, throws or deadlocks.",
            "What follows FILE belongs to the program."
        })
final class ExploreCommand implements Subcommand {
    private static final Pattern RANGE = Pattern.compile("(\\d{1,18})\\.\\.(\\d{1,18})");
    private static final int FAILED = 1;

    @Option(
            names = "--seeds",
            paramLabel = "FIRST..LAST",
            description = "Which seeds to try, 1..1000 by default. The program's output is not shown.")
    private String seeds = "1..1000";

    @Option(names = "--seed", paramLabel = "N", description = "Runs this seed alone, and shows the program's output.")
    private @Nullable Long seed;

    @Option(
            names = "--exhaustive",
            paramLabel = "BOUND",
            description = "Instead of seeds: tries all schedules with at most so many decisions out of the ordinary.")
    private @Nullable Integer bound;

    @Option(names = "--search", description = "How a seed decides: ${COMPLETION-CANDIDATES}; MIXED by default.")
    private ScheduleExplorer.Search search = ScheduleExplorer.Search.MIXED;

    @Option(names = "--no-yields", description = "Tasks go on as soon as they can.")
    private boolean noYields;

    @Option(names = "--cancellations", description = "Cancels tasks where they wait: for programs that expect it.")
    private boolean cancellations;

    @Mixin
    private ScriptFile script = new ScriptFile();

    /** To be filled by picocli. */
    ExploreCommand() {}

    @Override
    public int run() throws CliException {
        CompiledScript compiled = script.compiled("weft explore [--seeds FIRST..LAST] FILE [ARGS]");
        var explorer = ScheduleExplorer.ofProgram(() -> start(compiled))
                .search(search)
                .yields(!noYields)
                .cancellations(cancellations);
        PrintStream out = System.out;
        try {
            out.println(seed != null ? runOne(explorer, seed) : silently(() -> search(explorer)));
            return 0;
        } catch (ScheduleFailure failure) {
            out.println(failure.getMessage());
            if (failure.seed() >= 0 && seed == null) {
                out.println("weft explore --seed " + failure.seed() + " FILE shows it with the program's output");
            }
            Throwable cause = failure.getCause();
            if (cause != null) {
                cause.printStackTrace();
            }
            return FAILED;
        }
    }

    private static String runOne(ScheduleExplorer explorer, long seed) {
        ScheduleExplorer.Run run = explorer.run(seed);
        return "seed " + seed + " does not fail\ntrace hash " + Long.toHexString(run.traceHash());
    }

    private String search(ScheduleExplorer explorer) throws CliException {
        if (bound != null) {
            if (bound < 0) {
                throw CliException.usage("--exhaustive needs a bound of 0 or more, got " + bound);
            }
            Exploration tried = explorer.exhaustive(bound);
            return "no failure in " + tried.runs() + " schedules, "
                    + (tried.complete()
                            ? "which are all with at most " + bound
                            : "and there are more with at most " + bound)
                    + " decisions out of the ordinary";
        }
        Matcher range = RANGE.matcher(seeds);
        long first = range.matches() ? Long.parseLong(range.group(1)) : 0;
        long last = range.matches() ? Long.parseLong(range.group(2)) : -1;
        if (last < first || last - first >= Integer.MAX_VALUE) {
            throw CliException.usage("--seeds needs a range such as 1..2000, got " + seeds);
        }
        Exploration tried = explorer.firstSeed(first).explore((int) (last - first + 1));
        return "no failure under " + tried.runs() + " seeds, in " + tried.schedules() + " different schedules";
    }

    private interface Job<T> {
        T run() throws CliException;
    }

    /** Thousands of runs would print the same thing thousands of times. */
    private static <T> T silently(Job<T> job) throws CliException {
        PrintStream out = System.out;
        System.setOut(new PrintStream(OutputStream.nullOutputStream(), false, out.charset()));
        try {
            return job.run();
        } finally {
            System.setOut(out);
        }
    }

    /** Loads the program anew: its static fields belong to one run. */
    private void start(CompiledScript compiled) throws Exception {
        try {
            script.load(compiled).invoke(script.args());
        } catch (Exception | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the program threw what is neither an exception nor an error", e);
        }
    }
}
