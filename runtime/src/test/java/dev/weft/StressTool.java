package dev.weft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs jcstress and Lincheck, on the classes of {@code src/stress}, in a JVM of their own. Both are there under {@code -Pstress} only. */
final class StressTool {
    private static final Path WORK = Path.of("target", "stress");
    private static final long PATIENCE_SECONDS = 600;
    private static final int LINES_OF_A_FAILURE = 60;

    /** A line of the table of results: the observed, how often, what is thought of it. */
    private static final Pattern OBSERVED = Pattern.compile(
            "\\s*(\\S.*?)\\s{2,}([\\d,]+)\\s+<?[\\d.]+%\\s+(Acceptable|Interesting|Forbidden|Unknown)\\s.*");

    private StressTool() {}

    /** What jcstress saw of a test: how many rounds, how many of them in each acceptable way. */
    static String jcstress(String test, int seconds) throws IOException, InterruptedException {
        assumeTrue(
                Runtime.getRuntime().availableProcessors() > 1,
                "jcstress needs two processors to run two threads at once");
        List<String> output = run(
                "org.openjdk.jcstress.Main",
                "-t",
                Pattern.quote(test) + "$",
                "-jvmArgs",
                "-Xms256m -Xmx256m",
                "-sc",
                "false",
                "-f",
                "1",
                "-time",
                "1000",
                "-iters",
                Integer.toString(seconds),
                "-r",
                "jcstress",
                "-v");
        String all = String.join("\n", output);
        assertTrue(all.contains("Error tests: No matches"), all);
        int table = output.indexOf("  Results across all configurations:");
        assertTrue(table >= 0, all);
        long rounds = 0;
        long forbidden = 0;
        var seen = new ArrayList<String>();
        for (String line : output.subList(table + 1, output.size())) {
            Matcher observed = OBSERVED.matcher(line);
            if (!observed.matches()) {
                if (rounds > 0 && line.isBlank()) {
                    break;
                }
                continue;
            }
            long times = Long.parseLong(observed.group(2).replace(",", ""));
            rounds += times;
            if (!observed.group(3).equals("Acceptable")) {
                forbidden += times;
            }
            if (times > 0) {
                seen.add("`%s` %,d".formatted(observed.group(1), times));
            }
        }
        assertEquals(0, forbidden, () -> "forbidden results of " + test + ": " + seen);
        assertTrue(rounds > 0, all);
        return "%,d rounds: %s".formatted(rounds, String.join(", ", seen));
    }

    /** Fails if Lincheck finds a history of the class that no order of its operations explains. */
    static String lincheck(String subject, String how, int scenarios, int invocations)
            throws IOException, InterruptedException {
        run("dev.weft.LincheckMain", subject, how, Integer.toString(scenarios), Integer.toString(invocations));
        return "%d scenarios, %,d invocations each: linearisable".formatted(scenarios, invocations);
    }

    private static List<String> run(String main, String... arguments) throws IOException, InterruptedException {
        Files.createDirectories(WORK);
        Path log = Files.createTempFile(WORK, "log-", ".txt");
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "--enable-native-access=ALL-UNNAMED",
                "-XX:+EnableDynamicAgentLoading",
                "-Xshare:off",
                "-cp",
                System.getProperty("java.class.path"),
                main));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .directory(WORK.toFile()) // jcstress leaves its results there
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        List<String> output = Files.readAllLines(log);
        String end = String.join("\n", output.subList(Math.max(0, output.size() - LINES_OF_A_FAILURE), output.size()));
        assertTrue(ended, () -> main + " did not end within " + PATIENCE_SECONDS + " s: " + end);
        assertEquals(0, process.exitValue(), () -> main + ": " + end);
        return output;
    }
}
