package dev.weft.museum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The lists of mutants, and how the results of each are written down in {@link #PAGE}. */
enum Listing {
    /** The bugs that other runtimes had, each with the test that shows its absence. */
    MUSEUM("museum.txt", "--write", 126, 30, "| # | bug | tests | result |\n| --- | --- | --- | --- |\n") {
        @Override
        String row(Exhibit exhibit) {
            String tests =
                    exhibit.tests().stream().map(test -> "`" + test + "`").collect(Collectors.joining("<br>"));
            if (!exhibit.remark().isEmpty()) {
                tests += (tests.isEmpty() ? "" : "<br>") + exhibit.remark();
            }
            return "| %d %s | %s | %s | ".formatted(exhibit.number(), exhibit.priority(), title(exhibit), tests);
        }

        @Override
        String result(List<String> results) {
            long found = results.stream()
                    .filter(result -> result.startsWith("found"))
                    .count();
            return found + " of " + results.size() + (results.size() == 1 ? " mutant" : " mutants") + " found";
        }

        @Override
        List<Path> helpers(Path root) {
            return List.of();
        }
    },

    /** Bugs of all kinds, planted where the random programs of the soak must come across them. */
    SOAK("soak.txt", "--soak --write", 24, 60, "| # | planted bug | in | result |\n| --- | --- | --- | --- |\n") {
        @Override
        String row(Exhibit exhibit) {
            String files = exhibit.mutants().stream()
                    .map(mutant -> "`" + mutant.file().replaceFirst(".*/(\\w+)\\.java", "$1") + "`")
                    .collect(Collectors.joining(", "));
            return "| %d | %s | %s | ".formatted(exhibit.number(), title(exhibit), files);
        }

        @Override
        String result(List<String> results) {
            return String.join("; ", results);
        }

        @Override
        List<Path> helpers(Path root) throws IOException {
            try (var files = Files.list(root.resolve("runtime/src/test/java/dev/weft"))) {
                return files.filter(file -> file.getFileName().toString().startsWith("Soak"))
                        .sorted()
                        .toList();
            }
        }
    },

    /** Races, planted where jcstress or Lincheck must see them. */
    STRESS(
            "stress.txt",
            "--stress --write",
            8,
            300,
            "| # | planted race | in | result |\n| --- | --- | --- | --- |\n") {
        @Override
        String row(Exhibit exhibit) {
            return SOAK.row(exhibit);
        }

        @Override
        String result(List<String> results) {
            return SOAK.result(results);
        }

        @Override
        List<Path> helpers(Path root) throws IOException {
            try (var files = Files.walk(root.resolve("runtime/src/stress/java"))) {
                return files.filter(file -> file.toString().endsWith(".java"))
                        .sorted()
                        .toList();
            }
        }
    };

    static final String PAGE = "docs/reliability.md";

    private final String file;
    private final String begin;
    private final String end;
    private final int least;
    private final int patienceSeconds;
    private final String tableHead;

    Listing(String name, String options, int least, int patienceSeconds, String tableHead) {
        file = "runtime/src/test/museum/" + name;
        begin = "<!-- " + word() + ": written by ./mutants " + options + " -->";
        end = "<!-- end of " + word() + " -->";
        this.least = least;
        this.patienceSeconds = patienceSeconds;
        this.tableHead = tableHead;
    }

    /** A row of its table, up to the result. */
    abstract String row(Exhibit exhibit);

    /** What its table says of an entry, from the results of the mutants. */
    abstract String result(List<String> results);

    /** The test code that decides about a result, besides the test itself. */
    abstract List<Path> helpers(Path root) throws IOException;

    /** The list, from the repository's root. */
    String file() {
        return file;
    }

    /** What comes before its table in the page. */
    String begin() {
        return begin;
    }

    /** What comes after its table in the page. */
    String end() {
        return end;
    }

    /** How many entries there must be. */
    int least() {
        return least;
    }

    /** How long a test may take to find a mutant. */
    int patienceSeconds() {
        return patienceSeconds;
    }

    String tableHead() {
        return tableHead;
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    private static String title(Exhibit exhibit) {
        return exhibit.title().replace("|", "\\|");
    }
}
