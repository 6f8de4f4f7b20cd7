package dev.weft.samples.docs;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A Markdown page: its fenced blocks, and the lines between them.
 *
 * @param path relative to the root of the project
 * @param prose the lines outside of fenced blocks, each with its number; the others are empty
 * @param blocks the fenced blocks in their order
 */
public record MarkdownPage(Path path, List<String> prose, List<Block> blocks) {
    /** The root of the project, seen from the tests of a module. */
    public static final Path ROOT = Path.of("..");

    private static final Pattern MARK = Pattern.compile("(?s)<!-- snippet: (.*?)\\s*-->");
    private static final List<String> NOT_OURS = List.of(".git", ".m2", ".fast", "target");

    /** All pages of the project. */
    public static List<MarkdownPage> all() throws IOException {
        var pages = new ArrayList<MarkdownPage>();
        for (Path folder : List.of(ROOT, ROOT.resolve("docs"), ROOT.resolve("samples"), ROOT.resolve("benchmarks"))) {
            int depth = folder.equals(ROOT) ? 1 : 4;
            try (Stream<Path> files = Files.find(folder, depth, (file, _) -> isPage(file))) {
                for (Path file : files.sorted().toList()) {
                    pages.add(read(file));
                }
            }
        }
        return pages;
    }

    private static boolean isPage(Path file) {
        for (Path part : file) {
            if (NOT_OURS.contains(part.toString())) {
                return false;
            }
        }
        return file.toString().endsWith(".md");
    }

    static MarkdownPage read(Path file) throws IOException {
        return parse(ROOT.relativize(file), Files.readAllLines(file));
    }

    static MarkdownPage parse(Path path, List<String> lines) {
        var prose = new ArrayList<String>();
        var blocks = new ArrayList<Block>();
        var since = new StringBuilder(); // the prose since the last block
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.startsWith("```")) {
                prose.add(line);
                since.append(line).append('\n');
                continue;
            }
            int start = i + 1;
            int end = start;
            while (end < lines.size() && !lines.get(end).equals("```")) {
                end++;
            }
            if (end == lines.size()) {
                throw new IllegalArgumentException("%s:%d: a block without an end".formatted(path, start));
            }
            String language = line.substring(3).strip();
            String text = String.join("\n", lines.subList(start, end)) + "\n";
            if (language.equals("text") && since.toString().isBlank() && !blocks.isEmpty()) {
                Block above = blocks.removeLast();
                blocks.add(
                        new Block(path, above.line(), above.language(), above.text(), above.mark(), Optional.of(text)));
            } else {
                blocks.add(new Block(path, start + 1, language, text, mark(since), Optional.empty()));
            }
            since.setLength(0);
            for (; i <= end; i++) {
                prose.add("");
            }
            i = end;
        }
        return new MarkdownPage(path, prose, blocks);
    }

    /** The comment that ends what stands above a block. */
    private static String mark(CharSequence above) {
        String last = "";
        var marks = MARK.matcher(above);
        while (marks.find()) {
            if (above.subSequence(marks.end(), above.length()).toString().isBlank()) {
                last = marks.group(1);
            }
        }
        return last;
    }
}
