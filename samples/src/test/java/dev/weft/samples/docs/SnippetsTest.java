package dev.weft.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Compiles every Java block of every page, runs what can be run, and compares what it prints with the block below it. */
final class SnippetsTest {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static final List<Block> QUOTED = new ArrayList<>();
    private static final List<Snippet> SNIPPETS = new ArrayList<>();
    private static final SnippetCompiler.Classes CLASSES = new SnippetCompiler.Classes();
    private static Map<String, List<String>> errors = Map.of();

    @BeforeAll
    static void compile() throws IOException {
        List<String> run = filesThatTheBuildRuns();
        try (var compiler = new SnippetCompiler()) {
            for (var page : MarkdownPage.all()) {
                var common = new ArrayList<Block>();
                for (var block : page.blocks()) {
                    if (!block.language().equals("java")) {
                        continue;
                    }
                    if (block.mark().isEmpty() && isQuoted(block, run)) {
                        QUOTED.add(block);
                        continue;
                    }
                    SNIPPETS.add(Snippet.of(block, common, compiler));
                    if (block.mark().equals(Snippet.COMMON)) {
                        common.add(block);
                    }
                }
            }
            errors = compiler.compile(SNIPPETS, CLASSES);
        }
    }

    @Test
    void snippets_all_compile() {
        var all = errors.values().stream().flatMap(List::stream).collect(Collectors.joining("\n"));
        assertEquals("", all, () -> "does not compile:\n" + all + "\n");
    }

    /** What is only compiled is an exception: a server that never ends, a machine that a test does not have. */
    @Test
    void snippets_mostly_areRun() {
        var idle = SNIPPETS.stream().filter(snippet -> !snippet.isRun()).toList();
        var unmarked = idle.stream()
                .filter(snippet -> snippet.block().mark().isEmpty())
                .map(snippet -> snippet.block().where())
                .toList();
        assertEquals(List.of(), unmarked, "declarations that nothing uses: mark them as common, or say why not");
        long exceptions = idle.stream().filter(Snippet::isException).count();
        int all = SNIPPETS.size() + QUOTED.size();
        assertTrue(exceptions * 5 < all, () -> exceptions + " of " + all + " snippets are not run");
    }

    @TestFactory
    Stream<DynamicTest> snippet_run_printsWhatThePageSays() {
        boolean confined = System.getProperty("weft.test.mode").equals("confined");
        return SNIPPETS.stream()
                .filter(snippet -> snippet.isRun() && errors.isEmpty())
                .filter(snippet -> confined || !snippet.isConfinedOnly())
                .map(snippet -> DynamicTest.dynamicTest(snippet.block().where(), () -> run(snippet)));
    }

    private static void run(Snippet snippet) throws Exception {
        Class<?> program = CLASSES.loadClass(snippet.name());
        var printed = new ByteArrayOutputStream();
        PrintStream stdout = System.out;
        Throwable thrown;
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        try {
            thrown = assertTimeoutPreemptively(LIMIT, () -> thrownBy(program));
        } finally {
            System.setOut(stdout);
        }
        String kind = thrown == null ? "" : thrown.getClass().getSimpleName();
        if (!kind.equals(snippet.thrown())) {
            fail(
                    snippet.block().where() + " printed " + printed.toString(StandardCharsets.UTF_8) + " and threw "
                            + thrown,
                    thrown);
        }
        if (snippet.block().output().isPresent()) {
            assertEquals(
                    snippet.block().output().get(),
                    printed.toString(StandardCharsets.UTF_8),
                    () -> snippet.block().where());
        }
    }

    private static Throwable thrownBy(Class<?> program) throws ReflectiveOperationException {
        var constructor = program.getDeclaredConstructor();
        constructor.setAccessible(true);
        Object instance = constructor.newInstance();
        for (Method method : program.getDeclaredMethods()) {
            if (method.getName().equals("main")) {
                method.setAccessible(true);
                try {
                    if (method.getParameterCount() == 0) {
                        method.invoke(instance);
                    } else {
                        method.invoke(instance, (Object) new String[0]);
                    }
                    return null;
                } catch (InvocationTargetException e) {
                    return e.getCause();
                }
            }
        }
        throw new NoSuchMethodException("main in " + program);
    }

    /** The samples, which {@code ScriptsTest} runs, and tests that are written for a page. */
    private static List<String> filesThatTheBuildRuns() throws IOException {
        var texts = new ArrayList<String>();
        for (var folder : List.of("samples/scripts", "runtime/src/test/java", "runtime-io/src/test/java")) {
            try (Stream<Path> files = Files.walk(MarkdownPage.ROOT.resolve(folder))) {
                for (var file : (Iterable<Path>) files.filter(SnippetsTest::isRunAnyway)::iterator) {
                    texts.add(flat(Files.readString(file)));
                }
            }
        }
        return texts;
    }

    private static boolean isRunAnyway(Path file) {
        String name = file.getFileName().toString();
        return file.getParent().endsWith("scripts") ? name.endsWith(".java") : name.endsWith("GuideTest.java");
    }

    private static boolean isQuoted(Block block, List<String> files) {
        String text = flat(block.text());
        return files.stream().anyMatch(file -> file.contains(text));
    }

    /** A quotation may be indented otherwise. */
    private static String flat(String text) {
        return text.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .collect(Collectors.joining("\n", "\n", "\n"));
    }
}
