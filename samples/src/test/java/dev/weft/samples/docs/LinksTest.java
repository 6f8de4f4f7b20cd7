package dev.weft.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the pages lead somewhere, and every page of the manual can be reached from its index. */
final class LinksTest {
    private static final Pattern LINK = Pattern.compile("\\[[^\\]]*]\\(([^)\\s]+)\\)");

    @Test
    void links_toFilesAndHeadings_leadSomewhere() throws IOException {
        var dead = new ArrayList<String>();
        for (var page : MarkdownPage.all()) {
            for (int i = 0; i < page.prose().size(); i++) {
                var links = LINK.matcher(page.prose().get(i));
                while (links.find()) {
                    if (!links.group(1).contains(":") && !leadsSomewhere(page.path(), links.group(1))) {
                        dead.add("%s:%d: %s".formatted(page.path(), i + 1, links.group(1)));
                    }
                }
            }
        }
        assertEquals(List.of(), dead);
    }

    @Test
    void index_ofEachFolder_linksItsPages() throws IOException {
        var missing = new ArrayList<String>();
        for (String folder : List.of("docs", "docs/design")) {
            Path docs = MarkdownPage.ROOT.resolve(folder);
            String index = Files.readString(docs.resolve("README.md"));
            try (Stream<Path> files = Files.list(docs)) {
                files.map(file -> file.getFileName().toString())
                        .filter(name -> name.endsWith(".md") && !name.equals("README.md"))
                        .filter(name -> !index.contains("(" + name + ")"))
                        .forEach(name -> missing.add(folder + "/" + name));
            }
        }
        assertEquals(List.of(), missing, "add a line to the README.md of its folder");
    }

    private static boolean leadsSomewhere(Path from, String target) throws IOException {
        int hash = target.indexOf('#');
        String file = hash < 0 ? target : target.substring(0, hash);
        Path here = MarkdownPage.ROOT.resolve(from);
        Path there = file.isEmpty() ? here : here.resolveSibling(file).normalize();
        if (!Files.exists(there)) {
            return false;
        }
        if (hash < 0) {
            return true;
        }
        assertTrue(there.toString().endsWith(".md"), target);
        return MarkdownPage.read(there).prose().stream()
                .filter(line -> line.startsWith("#"))
                .map(LinksTest::anchor)
                .collect(Collectors.toSet())
                .contains(target.substring(hash + 1));
    }

    /** The name that a heading gets on GitHub. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ ", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^\\p{L}\\p{N} _-]", "")
                .replace(' ', '-');
    }
}
