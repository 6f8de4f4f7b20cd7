package dev.weft.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Comparisons as tables: aligned for a terminal, and in Markdown. */
public final class Tables {
    private static final List<String> HEAD =
            List.of("workload", "case", "who", "median", "least .. most", "unit", "bytes", "Weft is, of this");

    private Tables() {}

    /**
     * A table for a terminal.
     *
     * @param comparisons the rows
     * @return lines, each ended
     */
    public static String text(List<Comparison> comparisons) {
        List<List<String>> rows = rows(comparisons);
        int[] widths = new int[HEAD.size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        var text = new StringBuilder();
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                text.append(pad(row.get(i), widths[i], i >= 3 && i != 5)).append(i + 1 < widths.length ? "  " : "\n");
            }
        }
        return text.toString();
    }

    /**
     * The same in Markdown.
     *
     * @param comparisons the rows
     * @return lines, each ended
     */
    public static String markdown(List<Comparison> comparisons) {
        var text = new StringBuilder();
        List<List<String>> rows = rows(comparisons);
        for (int i = 0; i < rows.size(); i++) {
            text.append("| ").append(String.join(" | ", rows.get(i))).append(" |\n");
            if (i == 0) {
                text.append("|---|---|---|---:|---:|---|---:|---:|\n");
            }
        }
        return text.toString();
    }

    private static List<List<String>> rows(List<Comparison> comparisons) {
        var rows = new ArrayList<List<String>>();
        rows.add(HEAD);
        for (Comparison comparison : comparisons) {
            Optional<Figure> weft = Optional.ofNullable(comparison.figures().get(Peer.WEFT));
            boolean first = true;
            for (Figure figure : comparison.figures().values()) {
                rows.add(List.of(
                        first ? comparison.workload() : "",
                        first ? comparison.parameters() : "",
                        figure.peer().title(),
                        number(figure.median()),
                        number(figure.least()) + " .. " + number(figure.most()),
                        figure.unit(),
                        Double.isNaN(figure.bytes()) ? "" : number(figure.bytes()),
                        figure.peer() == Peer.WEFT
                                ? ""
                                : weft.map(ours -> times(ours, figure)).orElse("")));
                first = false;
            }
        }
        return rows;
    }

    /** Weft's median as a part of another's: below 1 where Weft is faster. */
    private static String times(Figure weft, Figure other) {
        return String.format(Locale.ROOT, "%.2f", weft.median() / other.median());
    }

    /** Three significant digits, as far as there are that many. */
    static String number(double value) {
        if (value >= 100) {
            return String.format(Locale.ROOT, "%,.0f", value);
        }
        return String.format(Locale.ROOT, value >= 10 ? "%.1f" : "%.2f", value);
    }

    private static String pad(String cell, int width, boolean right) {
        char[] blanks = new char[width - cell.length()];
        Arrays.fill(blanks, ' ');
        return right ? new String(blanks) + cell : cell + new String(blanks);
    }
}
