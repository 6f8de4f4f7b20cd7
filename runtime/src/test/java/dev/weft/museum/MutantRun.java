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
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.spi.ToolProvider;

/**
 * Shows that each museum test guards against its bug: plants each mutant, one at a time, in a copy of its source file, and runs the
 * entry's test against that. {@code ./mutants} starts it. It remembers what it has found until the mutant, its file or the test
 * changes, so it can be stopped and started again.
 */
final class MutantRun {
    private static final long PATIENCE_SECONDS = 30;

    private final Path root;
    private final List<Path> classPath;
    private final boolean portable;
    private final Path work;
    private final ToolProvider compiler = ToolProvider.findFirst("javac").orElseThrow();
    private final Map<String, String> known = new LinkedHashMap<>();
    private boolean askOnly;
    private int survivors;

    private MutantRun(Path root, List<Path> classPath, boolean portable) throws IOException {
        this.root = root;
        this.classPath = classPath;
        this.portable = portable;
        work = Files.createDirectories(root.resolve("runtime/target/mutants"));
    }

    /** The root, the class path, and {@code --write}, {@code --known}, {@code --fresh}, {@code --portable} or the numbers of entries. */
    static void main(String[] arguments) throws Exception {
        List<String> options = List.of(arguments).subList(2, arguments.length);
        var run = new MutantRun(Path.of(arguments[0]), paths(arguments[1]), options.contains("--portable"));
        List<Integer> only = options.stream()
                .filter(option -> !option.startsWith("--"))
                .map(Integer::valueOf)
                .toList();
        run.readKnown(options.contains("--fresh"));
        Museum museum = Museum.read(run.root);
        run.askOnly = options.contains("--known");
        Map<Integer, String> results = run.all(museum, only);
        if (options.contains("--write")) {
            Files.writeString(run.root.resolve(Museum.PAGE), museum.page(run.root, results));
        }
        System.out.println(summary(museum));
        System.exit(run.survivors == 0 ? 0 : 1);
    }

    private Map<Integer, String> all(Museum museum, List<Integer> only) throws Exception {
        var results = new LinkedHashMap<Integer, String>();
        for (Exhibit exhibit : museum.exhibits()) {
            if ((!only.isEmpty() && !only.contains(exhibit.number()))
                    || exhibit.tests().isEmpty()
                    || exhibit.mutants().isEmpty()) {
                results.put(exhibit.number(), exhibit.tests().isEmpty() ? "no test" : "no mutant");
                continue;
            }
            int planted = exhibit.mutants().size();
            if (askOnly && !isKnown(exhibit)) {
                results.put(exhibit.number(), "not run");
                continue;
            }
            int killed = 0;
            for (Mutant mutant : exhibit.mutants()) {
                killed += killed(exhibit, mutant) ? 1 : 0;
            }
            survivors += planted - killed;
            results.put(
                    exhibit.number(), killed + " of " + planted + (planted == 1 ? " mutant" : " mutants") + " found");
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

    private boolean killed(Exhibit exhibit, Mutant mutant) throws Exception {
        Exhibit.TestName test = exhibit.tests().getFirst();
        String key = key(mutant, test);
        String result = known.get(key);
        if (result == null) {
            long began = System.nanoTime();
            result = plant(mutant, test);
            double seconds = (System.nanoTime() - began) / 1e9;
            System.out.printf("%3d %-9s %4.1f s  %s%n", exhibit.number(), result, seconds, test);
            if (!result.equals("found")) {
                System.out.println("    " + mutant.search() + " -> " + mutant.replacement());
            }
            remember(key, result);
        }
        return result.equals("found");
    }

    private String plant(Mutant mutant, Exhibit.TestName test) throws Exception {
        Path classes = work.resolve("classes");
        deleteTree(classes);
        Files.createDirectories(classes);
        String problem = compile(mutant, classes);
        if (!problem.isEmpty()) {
            System.out.println(problem);
            return "broken";
        }
        if (!known.containsKey(test.toString())) {
            // Once without the mutant: a test that fails anyway shows nothing.
            int code = execute(List.of(), test);
            if (code != 0) {
                return code == 2 ? "no test" : "red";
            }
            known.put(test.toString(), "passes");
        }
        int code = execute(List.of(classes), test);
        return code == 0 ? "SURVIVED" : code == 2 ? "no test" : "found";
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

    /** The test's exit code; -1 if it did not end. */
    private int execute(List<Path> first, Exhibit.TestName test) throws IOException, InterruptedException {
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
        Process process = new ProcessBuilder(command)
                .directory(root.resolve(test.module()).toFile())
                .redirectErrorStream(true)
                .redirectOutput(Redirect.to(log.toFile()))
                .start();
        process.getOutputStream().close();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly().waitFor();
            return -1;
        }
        return process.exitValue();
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
                // What was not as it should be is looked at again.
                if (parts.length == 2 && parts[1].equals("found")) {
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
        return work.resolve(portable ? "portable.tsv" : "confined.tsv");
    }

    private String key(Mutant mutant, Exhibit.TestName test) throws IOException, NoSuchAlgorithmException {
        var digest = MessageDigest.getInstance("SHA-256");
        digest.update((mutant.toString() + test).getBytes(UTF_8));
        digest.update(Files.readAllBytes(root.resolve(mutant.file())));
        digest.update(body(test).getBytes(UTF_8));
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
