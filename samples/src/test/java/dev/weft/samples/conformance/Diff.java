package dev.weft.samples.conformance;

import java.util.List;

/** Two lists of lines side by side, as {@code diff} shows them: what both have, what only one has. */
final class Diff {
    private Diff() {}

    static String of(List<String> before, List<String> after) {
        var common = commonLengths(before, after);
        var text = new StringBuilder();
        int b = 0;
        int a = 0;
        while (b < before.size() || a < after.size()) {
            if (b < before.size() && a < after.size() && before.get(b).equals(after.get(a))) {
                text.append("  ").append(before.get(b++)).append('\n');
                a++;
            } else if (a == after.size() || (b < before.size() && common[b + 1][a] >= common[b][a + 1])) {
                text.append("- ").append(before.get(b++)).append('\n');
            } else {
                text.append("+ ").append(after.get(a++)).append('\n');
            }
        }
        return text.toString();
    }

    /** At [b][a]: how many lines, in order, the tails from b and from a have in common. */
    private static int[][] commonLengths(List<String> before, List<String> after) {
        var lengths = new int[before.size() + 1][after.size() + 1];
        for (int b = before.size() - 1; b >= 0; b--) {
            for (int a = after.size() - 1; a >= 0; a--) {
                lengths[b][a] = before.get(b).equals(after.get(a))
                        ? lengths[b + 1][a + 1] + 1
                        : Math.max(lengths[b + 1][a], lengths[b][a + 1]);
            }
        }
        return lengths;
    }
}
