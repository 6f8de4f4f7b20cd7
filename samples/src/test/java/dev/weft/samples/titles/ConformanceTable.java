package dev.weft.samples.titles;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Titles, the tests that claim them, how those ended: the page about it, and what is wrong. */
final class ConformanceTable {
    private final List<Title> titles;
    private final Map<Integer, String> notes;
    private final Map<Integer, List<Claim>> claims = new LinkedHashMap<>();
    private final Map<String, Reports> modes;
    private final List<String> mistakes = new ArrayList<>();

    /** @param modes the reports by the name of their mode, in the order of the columns */
    ConformanceTable(List<Title> titles, Map<Integer, String> notes, List<Claim> claims, Map<String, Reports> modes) {
        this.titles = titles;
        this.notes = notes;
        this.modes = modes;
        titles.forEach(title -> this.claims.put(title.number(), new ArrayList<>()));
        claims.stream()
                .sorted(Comparator.comparing(Claim::className).thenComparing(Claim::method))
                .forEach(this::add);
        for (int number : notes.keySet()) {
            if (!this.claims.containsKey(number)) {
                mistakes.add("a note about title %d, which does not exist".formatted(number));
            }
        }
    }

    private void add(Claim claim) {
        List<Claim> ofTitle = claims.get(claim.number());
        if (ofTitle == null) {
            mistakes.add("%s: there is no title %d".formatted(claim.where(), claim.number()));
            return;
        }
        String source = titles.get(claim.number() - 1).source();
        if (!claim.source().equals(source)) {
            mistakes.add("%s: title %d comes from %s, not from %s"
                    .formatted(claim.where(), claim.number(), source, claim.source()));
        }
        ofTitle.add(claim);
        modes.forEach((mode, reports) -> {
            Reports.State state = reports.of(claim.className(), claim.method());
            boolean explained = state == Reports.State.SKIPPED && notes.containsKey(claim.number());
            if (state != Reports.State.PASSED && !explained) {
                mistakes.add("%s: the test of title %d, %s#%s, in %s mode: %s"
                        .formatted(
                                claim.where(), claim.number(), claim.className(), claim.method(), mode, word(state)));
            }
        });
    }

    /** Comments that do not fit the titles, and tests that did not pass. */
    List<String> mistakes() {
        return mistakes;
    }

    /** Titles without a test. */
    List<String> missing() {
        return titles.stream()
                .filter(title -> !covered(title))
                .map(title -> "no test for title %d, %s: %s (%s)"
                        .formatted(title.number(), title.area(), title.text(), title.source()))
                .toList();
    }

    String summary() {
        return "conformance titles with a test: %d of %d"
                .formatted(titles.size() - missing().size(), titles.size());
    }

    private boolean covered(Title title) {
        return !claims.get(title.number()).isEmpty();
    }

    // ---- the page

    String page() {
        var page = new StringBuilder();
        page.append("# Conformance\n\n")
                .append("What of asyncio's behaviour is shown by which test, in both modes. The titles come from"
                        + " CPython's own tests")
                .append(" (`Lib/test/test_asyncio`);\n"
                        + "a test names its title in a comment, `// Conformance NUMBER: SOURCE`.")
                .append(" The build writes this page anew from comments and test\n"
                        + "reports, and fails when it differs from the one")
                .append(" in the repository: `./mvnw -B verify -Dconformance.write` puts the new one there.\n\n");
        appendCounts(page);
        areas().forEach((area, ofArea) -> appendArea(page, area, ofArea));
        return page.toString();
    }

    private void appendCounts(StringBuilder page) {
        long covered = titles.stream().filter(this::covered).count();
        page.append("**%d of %d titles have a test.**\n\n".formatted(covered, titles.size()))
                .append("| area | titles | with a test |\n|---|---:|---:|\n");
        areas().forEach((area, ofArea) -> {
            long done = ofArea.stream().filter(this::covered).count();
            page.append("| [%s](#%s) | %d | %d |\n"
                    .formatted(
                            area,
                            area.toLowerCase(java.util.Locale.ROOT)
                                    .replaceAll("[^a-z -]", "")
                                    .replace(' ', '-'),
                            ofArea.size(),
                            done));
        });
    }

    private void appendArea(StringBuilder page, String area, List<Title> ofArea) {
        page.append("\n## ").append(area).append("\n\n| | behaviour | test |");
        modes.keySet().forEach(mode -> page.append(' ').append(mode).append(" |"));
        page.append("\n|---:|---|---|").append("---|".repeat(modes.size())).append('\n');
        ofArea.forEach(title -> appendTitle(page, title));
        ofArea.stream()
                .filter(title -> notes.containsKey(title.number()))
                .forEach(title -> page.append("\n%d: %s\n".formatted(title.number(), notes.get(title.number()))));
    }

    private void appendTitle(StringBuilder page, Title title) {
        List<Claim> tests = claims.get(title.number());
        page.append("| %d | %s<br>`%s` |".formatted(title.number(), title.text(), title.source()));
        if (tests.isEmpty()) {
            page.append(" open |").append(" |".repeat(modes.size())).append('\n');
            return;
        }
        page.append(' ');
        for (Claim test : tests) {
            page.append(test == tests.getFirst() ? "" : "<br>")
                    .append("`%s#%s`".formatted(simpleName(test.className()), test.method()));
        }
        page.append(" |");
        for (Reports reports : modes.values()) {
            Reports.State worst = tests.stream()
                    .map(test -> reports.of(test.className(), test.method()))
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            page.append(' ').append(word(worst)).append(" |");
        }
        page.append('\n');
    }

    private Map<String, List<Title>> areas() {
        var areas = new LinkedHashMap<String, List<Title>>();
        titles.forEach(title ->
                areas.computeIfAbsent(title.area(), a -> new ArrayList<>()).add(title));
        return areas;
    }

    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1);
    }

    private static String word(Reports.State state) {
        return switch (state) {
            case PASSED -> "passed";
            case SKIPPED -> "does not apply";
            case FAILED -> "failed";
            case NOT_RUN -> "not run";
        };
    }
}
