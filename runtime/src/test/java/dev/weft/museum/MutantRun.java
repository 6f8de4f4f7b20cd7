package dev.weft.museum;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;

/**
 * Shows that each test of a list guards against its bug: plants each mutant, one at a time, in a copy of its source file, and runs the
 * entry's test against that. {@code ./mutants} starts it. It remembers what it has found until the mutant, its file or the test
 * changes, so it can be stopped and started again.
 */
final class MutantRun {
    /** Whose run does not end has found the mutant if it ends this much earlier without. */
    private static final int CLEARLY_LONGER = 3;

    /** How the first violation of a soak is told. */
    private static final Pattern VIOLATION =
            Pattern.compile("seed (\\d+), (\\w+), after (\\d+) operations: ([^:\\s]+)");

    private final Path root;
    private final Museum museum;
    private final List<Path> classPath;
    private final boolean portable;
    private final Path work;
    private final ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
    private final Map<String, String> known = new LinkedHashMap<>();
    private final Map<Exhibit.TestName, Ended> withoutMutant = new HashMap<>();
    private boolean askOnly;
    private int survivors;

    private MutantRun(Path root, Museum museum, List<Path> classPath, boolean portable) throws IOException {
        this.root = root;
        this.museum = museum;
        this.classPath = classPath;
        this.portable = portable;
        work = Files.createDirectories(root.resolve("runtime/target/mutants"));
    }

    /** How a test's JVM ended: with the exit code of {@link SingleRun}, or -1 if it did not within the time. */
    private record Ended(int code, double seconds, String log) {}

    /** The root, the class path, and the options that {@code ./mutants} lists, or the numbers of entries. */
    static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments).subList(2, arguments.length);
        List<Integer> only = options.stream()
                .filter(option -> !option.startsWith("--"))
                .map(Integer::valueOf)
                .toList();
        Path root = Path.of(arguments[0]);
        Listing listing = options.contains("--soak")
                ? Listing.SOAK
                : options.contains("--stress") ? Listing.STRESS : Listing.MUSEUM;
        Museum museum = Museum.read(root, listing);
        var run = new MutantRun(root, museum, paths(arguments[1]), options.contains("--portable"));
        run.readKnown(options.contains("--fresh"));
        run.askOnly = options.contains("--known");
        Map<Integer, String> results = run.all(only);
        if (options.contains("--write")) {
            Files.writeString(root.resolve(Listing.PAGE), museum.page(root, results));
        }
        System.out.println(summary(museum));
        System.exit(run.survivors == 0 ? 0 : 1);
    }

    private Map<Integer, String> all(List<Integer> only) throws Exception {
        var results = new LinkedHashMap<Integer, String>();
        for (Exhibit exhibit : museum.exhibits()) {
            if (exhibit.tests().isEmpty() || exhibit.mutants().isEmpty()) {
                results.put(exhibit.number(), exhibit.tests().isEmpty() ? "no test" : "no mutant");
                continue;
            }
            boolean askedFor = !askOnly && (only.isEmpty() || only.contains(exhibit.number()));
            if (!askedFor && !isKnown(exhibit)) {
                results.put(exhibit.number(), "not run");
                continue;
            }
            var all = new ArrayList<String>();
            for (Mutant mutant : exhibit.mutants()) {
                all.add(result(exhibit, mutant, askedFor));
            }
            survivors += (int)
                    all.stream().filter(result -> !result.startsWith("found")).count();
            results.put(exhibit.number(), museum.listing().result(all));
        }
        return results;
    }

    private boolean isKnown(Exhibit exhibit) throws Exception {
        for (Mutant mutant : exhibit.mutants()) {
            if (!known.containsKey(key(mutant, exhibit.tests().getFirst()))) {
                return false;
            }
        }
        return true;
    }

    /** What is known; what was not found is looked at again if somebody asks for it. */
    private String result(Exhibit exhibit, Mutant mutant, boolean askedFor) throws Exception {
        Exhibit.TestName test = exhibit.tests().getFirst();
        String key = key(mutant, test);
        String result = known.get(key);
        if (result == null || (askedFor && !result.startsWith("found"))) {
            long began = System.nanoTime();
            result = plant(mutant, test);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("%3d %4.1f s  %s  %s%n", exhibit.number(), seconds, test, result);
            if (!result.startsWith("found")) {
                System.out.println("    " + mutant.search() + " -> " + mutant.replacement());
            }
            remember(key, result);
        }
        return result;
    }

    private String plant(Mutant mutant, Exhibit.TestName test) throws Exception {
        Path classes = work.resolve("classes");
        deleteTree(classes);
        Files.createDirectories(classes);
        if (mutant.occurrences(root) != 1) {
            return "stale"; // MuseumListTest says more
        }
        String problem = compile(mutant, classes);
        if (!problem.isEmpty()) {
            System.out.println(problem);
            return "broken";
        }
        if (!withoutMutant.containsKey(test)) {
            withoutMutant.put(test, execute(List.of(), test));
        }
        Ended without = withoutMutant.get(test);
        if (without.code() != 0) {
            // A test that fails anyway shows nothing.
            return without.code() == 2 ? "no test" : "red";
        }
        Ended with = execute(List.of(classes), test);
        return switch (with.code()) {
            case 0 -> "SURVIVED";
            case 2 -> "no test";
            case -1 ->
                with.seconds() > CLEARLY_LONGER * without.seconds()
                        ? "found: does not end within %.0f s, otherwise after %.0f s"
                                .formatted(with.seconds(), without.seconds())
                        : "too slow";
            default -> "found" + violation(with.log());
        };
    }

    /** Which invariant of the soak was the first that did not hold, and when. */
    private static String violation(String log) {
        Matcher violation = VIOLATION.matcher(log);
        return violation.find()
                ? ": %s, seed %s, %s, operation %s"
                        .formatted(violation.group(4), violation.group(1), violation.group(2), violation.group(3))
                : "";
    }

    private String compile(Mutant mutant, Path classes) throws IOException {
        Path source = work.resolve("source").resolve(mutant.file());
        Files.createDirectories(source.getParent());
        Files.writeString(source, mutant.applied(root));
        var output = new StringWriter();
        var writer = new PrintWriter(output);
        int code = compiler.run(
                writer,
                writer,
                "-proc:none",
                "-nowarn",
                "-g",
                "-parameters",
                "-XDignore.symbol.file",
                "-d",
                classes.toString(),
                "-cp",
                join(classPath),
                source.toString());
        return code == 0 ? "" : output.toString();
    }

    private Ended execute(List<Path> first, Exhibit.TestName test) throws IOException, InterruptedException {
        var entries = new ArrayList<>(first);
        for (Path entry : classPath) {
            // Both modules' tests have classes of the same names: only the test's own are on its path.
            boolean otherTests = entry.endsWith("test-classes")
                    && !entry.getParent().getParent().endsWith(test.module())
                    && !entry.getParent().getParent().endsWith("runtime");
            if (!otherTests) {
                entries.add(entry);
            }
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx512m",
                "-ea",
                "-Dweft.test.mode=" + (portable ? "portable" : "confined")));
        if (!portable) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(
                List.of("-cp", join(entries), SingleRun.class.getName(), test.className() + "#" + test.method()));
        Path log = work.resolve("last.log");
        long began = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(root.resolve(test.module()).toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        process.getOutputStream().close();
        boolean ended = process.waitFor(museum.listing().patienceSeconds(), TimeUnit.SECONDS);
        double seconds = (System.nanoTime() - began) / 1e9;
        if (!ended) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
        }
        return new Ended(ended ? process.exitValue() : -1, seconds, Files.readString(log));
    }

    // ---- what is known already

    private void readKnown(boolean fresh) throws IOException {
        Path file = results();
        if (fresh) {
            Files.deleteIfExists(file);
        }
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                String[] parts = line.split("\t", 2);
                if (parts.length == 2) {
                    known.put(parts[0], parts[1]);
                }
            }
        }
    }

    private void remember(String key, String result) throws IOException {
        known.put(key, result);
        Files.writeString(results(), key + "\t" + result + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path results() {
        String list = museum.listing().name().toLowerCase(Locale.ROOT);
        return work.resolve(list + (portable ? "-portable.tsv" : "-confined.tsv"));
    }

    private String key(Mutant mutant, Exhibit.TestName test) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update((mutant.toString() + test).getBytes(UTF_8));
        digest.update(Files.readAllBytes(root.resolve(mutant.file())));
        digest.update(body(test).getBytes(UTF_8));
        for (Path helper : museum.listing().helpers(root)) {
            digest.update(Files.readAllBytes(helper));
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** The lines of a test method. */
    private String body(Exhibit.TestName test) throws IOException {
        var body = new StringBuilder();
        boolean inside = false;
        for (String line : Files.readAllLines(test.file(root))) {
            inside |= line.contains("void " + test.method() + "(");
            if (inside) {
                body.append(line.strip());
                if (line.equals("    }")) {
                    break;
                }
            }
        }
        return body.toString();
    }

    // ---- small things

    private static String summary(Museum museum) {
        var text = new StringBuilder();
        for (String priority : List.of("P0", "P1")) {
            List<Exhibit> all = museum.exhibits().stream()
                    .filter(exhibit -> exhibit.priority().equals(priority))
                    .toList();
            if (all.isEmpty()) {
                continue;
            }
            text.append("%s: %d entries, %d with a test, %d with a test and mutants%n"
                    .formatted(
                            priority,
                            all.size(),
                            all.stream()
                                    .filter(exhibit -> !exhibit.tests().isEmpty())
                                    .count(),
                            all.stream()
                                    .filter(exhibit -> !exhibit.tests().isEmpty()
                                            && !exhibit.mutants().isEmpty())
                                    .count()));
        }
        return text.toString().strip();
    }

    private static List<Path> paths(String classPath) {
        return List.of(classPath.split(File.pathSeparator)).stream()
                .map(Path::of)
                .toList();
    }

    private static String join(List<Path> entries) {
        return String.join(
                File.pathSeparator, entries.stream().map(Path::toString).toList());
    }

    private static void deleteTree(Path tree) throws IOException {
        if (Files.exists(tree)) {
            try (var files = Files.walk(tree)) {
                for (Path path : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                    Files.delete(path);
                }
            }
        }
    }
}
