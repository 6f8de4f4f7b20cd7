package dev.weft.samples.docs;

import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A Java block of a page as something to compile. Three forms need no mark: a whole program; statements, which are the body of a
 * task; and a part of a file that the build runs anyway. Hidden comments above a block tell of the others:
 *
 * <ul>
 *   <li>{@code common}: declarations that the blocks below it on the page use; they are compiled with each of those;
 *   <li>{@code given TYPE NAME; ...}: variables that a reader would have. The block is compiled, and not run;
 *   <li>{@code compile only: REASON};
 *   <li>{@code confined}: shows what happens in confined mode alone, and is not run in the other;
 *   <li>{@code throws TYPE}: ends with that.
 * </ul>
 *
 * @param block where it comes from
 * @param form what it is
 * @param name the class it becomes
 * @param source a compact source file; line n of the block is line n + 1 of it
 */
record Snippet(Block block, Form form, String name, String source) {
    enum Form {
        PROGRAM,
        STATEMENTS,
        DECLARATIONS
    }

    static final String COMMON = "common";
    static final String CONFINED = "confined";
    private static final String GIVEN = "given ";
    private static final String COMPILE_ONLY = "compile only: ";
    private static final String THROWS = "throws ";

    private static final Pattern MAIN = Pattern.compile("(?m)^(public |static )*void main\\(");
    private static final Pattern IMPORT = Pattern.compile("import [^;]+;");
    private static final Pattern RUNS_A_LOOP = Pattern.compile("(?m)^(Asyncio\\.)?run\\(|\\bnew (Runner|TestLoop)\\(");

    /** What a reader of a part of a program takes as imported. A compact file has the whole module java.base besides. */
    private static final String IMPORTS = String.join(
            " ",
            "import dev.weft.*;",
            "import dev.weft.io.*;",
            "import dev.weft.io.http.*;",
            "import dev.weft.io.websocket.*;",
            "import dev.weft.testing.*;",
            "import static dev.weft.Asyncio.*;",
            "import static org.junit.jupiter.api.Assertions.*;");

    /** Makes a block compilable, together with the common declarations above it on its page. */
    static Snippet of(Block block, List<Block> common, Parser parser) {
        if (!isKnown(block.mark())) {
            throw new IllegalArgumentException(
                    "%s: unknown mark <!-- snippet: %s -->".formatted(block.where(), block.mark()));
        }
        String name = "Snippet_%s_%d".formatted(block.page().toString().replaceAll("[^A-Za-z0-9]", "_"), block.line());
        if (MAIN.matcher(block.text()).find()) {
            return new Snippet(block, Form.PROGRAM, name, "\n" + block.text());
        }
        String given = block.mark().startsWith(GIVEN)
                ? block.mark().substring(GIVEN.length()).strip() + ";"
                : "";
        String imports = importsOf(block.text())
                + common.stream().map(Block::text).map(Snippet::importsOf).collect(Collectors.joining());
        String declared =
                common.stream().map(Block::text).map(Snippet::withoutImports).collect(Collectors.joining("\n"));
        String text = withoutImports(block.text());
        if (parser.accepts("class Body { Object body() throws Exception {\n" + text + "\n} }")) {
            boolean inTask = !RUNS_A_LOOP.matcher(text).find();
            return new Snippet(
                    block,
                    Form.STATEMENTS,
                    name,
                    IMPORTS + imports + given + "void main() throws Exception {" + (inTask ? "run(() -> {" : "") + "\n"
                            + text + (inTask ? "});" : "") + "}\n" + declared);
        }
        return new Snippet(
                block,
                Form.DECLARATIONS,
                name,
                IMPORTS + imports + given + "\n" + text + "void main() {}\n" + declared);
    }

    /** Whether it is to be run, too. */
    boolean isRun() {
        return form != Form.DECLARATIONS && !isException();
    }

    /** Whether a mark keeps it from being run. */
    boolean isException() {
        return block.mark().startsWith(COMPILE_ONLY) || block.mark().startsWith(GIVEN);
    }

    boolean isConfinedOnly() {
        return block.mark().equals(CONFINED);
    }

    /** The simple name of what it throws; empty if it ends well. */
    String thrown() {
        return block.mark().startsWith(THROWS) ? block.mark().substring(THROWS.length()) : "";
    }

    private static boolean isKnown(String mark) {
        return mark.isEmpty()
                || mark.equals(COMMON)
                || mark.equals(CONFINED)
                || Arrays.asList(GIVEN, COMPILE_ONLY, THROWS).stream().anyMatch(mark::startsWith);
    }

    private static String importsOf(String text) {
        return text.lines().filter(line -> IMPORT.matcher(line).matches()).collect(Collectors.joining(" "));
    }

    /** Leaves an empty line for each, so that the compiler's line numbers stay right. */
    private static String withoutImports(String text) {
        return text.lines()
                .map(line -> IMPORT.matcher(line).matches() ? "" : line)
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Tells whether something is Java as far as its grammar goes. */
    interface Parser {
        boolean accepts(String source);
    }
}
