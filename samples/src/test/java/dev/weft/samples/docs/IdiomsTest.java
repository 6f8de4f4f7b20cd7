package dev.weft.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.samples.Python;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The idioms of {@code coming-from-asyncio.md}: Python prints what the page says, too. ({@code SnippetsTest} sees to the Java half.) */
final class IdiomsTest {
    /** Runs programs, which may await at the top, and separates what they print. Two characters that no program prints serve as marks. */
    private static final String RUN_ALL = """
        import ast, asyncio, inspect, sys
        for program in sys.stdin.read().split("\\x1e")[1:]:
            print("\\x1e", end="")
            code = compile(program, "idiom", "exec", ast.PyCF_ALLOW_TOP_LEVEL_AWAIT)
            names = {"asyncio": asyncio}
            result = eval(code, names)
            if inspect.iscoroutine(result):
                asyncio.run(result)
        """;

    private record Idiom(Block python, Block java) {}

    @Test
    void idioms_inPython_printTheSame() throws Exception {
        assumeTrue(Python.command().isPresent(), "no Python 3.11 or newer here");
        var idioms = new ArrayList<Idiom>();
        var programs = new StringBuilder();
        String common = "";
        Block last = null;
        for (Block block : MarkdownPage.read(MarkdownPage.ROOT.resolve("docs/coming-from-asyncio.md"))
                .blocks()) {
            if (block.language().equals("python") && block.mark().equals(Snippet.COMMON)) {
                common = block.text();
            } else if (block.language().equals("python")) {
                programs.append('\u001e').append(common).append(block.text());
            } else if (block.output().isPresent()) {
                idioms.add(new Idiom(last, block));
            }
            last = block;
        }
        assertTrue(idioms.size() >= 20, idioms.size() + " idioms");

        List<String> printed = List.of(python(programs.toString()).split("\u001e", -1));
        assertEquals(idioms.size() + 1, printed.size(), () -> printed + "");
        for (int i = 0; i < idioms.size(); i++) {
            assertEquals("python", idioms.get(i).python().language());
            String where = idioms.get(i).python().where();
            assertEquals(idioms.get(i).java().output().orElseThrow(), printed.get(i + 1), where);
        }
    }

    private static String python(String programs) throws IOException, InterruptedException {
        var process = new ProcessBuilder(Python.command().orElseThrow(), "-c", RUN_ALL)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var stdin = process.getOutputStream()) {
            stdin.write(programs.getBytes(StandardCharsets.UTF_8));
        }
        try (var stdout = process.getInputStream()) {
            String printed = new String(stdout.readAllBytes(), StandardCharsets.UTF_8);
            assertEquals(0, process.waitFor(), printed);
            return printed;
        }
    }
}
