package dev.weft.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The table of layers in {@code architecture.md} is the list that the runtime's {@code ArchitectureTest} checks. */
final class ArchitecturePageTest {
    private static final Pattern LAYER = Pattern.compile("Set\\.of\\(([^)]*)\\)");
    private static final Pattern NAME = Pattern.compile("\"(\\w+)\"");
    private static final Pattern CODE = Pattern.compile("`(\\w+)`");

    @Test
    void layersOfTheRuntime_onThePage_areThoseOfTheTest() throws IOException {
        String test =
                Files.readString(MarkdownPage.ROOT.resolve("runtime/src/test/java/dev/weft/ArchitectureTest.java"));
        String list = test.substring(test.indexOf("LAYERS = List.of("), test.indexOf("FREE = "));
        var layers = LAYER.matcher(list)
                .results()
                .map(layer -> names(NAME, layer.group(1)))
                .toList();
        assertEquals(4, layers.size());

        var rows = new ArrayList<Set<String>>();
        for (String line : Files.readAllLines(MarkdownPage.ROOT.resolve("docs/architecture.md"))) {
            for (String layer : List.of("structure", "sync", "queues", "facade")) {
                if (line.startsWith("| " + layer + " |")) {
                    rows.add(names(CODE, line));
                }
            }
        }
        assertEquals(layers, rows, "bring the table of layers in docs/architecture.md up to date");
    }

    private static Set<String> names(Pattern pattern, String text) {
        var names = new TreeSet<String>();
        pattern.matcher(text).results().map(match -> match.group(1)).forEach(names::add);
        return names;
    }
}
