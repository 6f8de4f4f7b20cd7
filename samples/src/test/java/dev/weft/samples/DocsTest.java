package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.lang.reflect.Member;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pages for those who come from another library: every name of Weft in their tables exists, and their programs are the samples. */
final class DocsTest {
    private static final Path DOCS = Path.of("..", "docs");
    private static final List<String> PACKAGES = List.of(
            "dev.weft",
            "dev.weft.io",
            "dev.weft.io.http",
            "dev.weft.io.testing",
            "dev.weft.io.websocket",
            "dev.weft.testing",
            "java.lang",
            "java.io",
            "java.util.function",
            "java.util.concurrent",
            "java.util.regex");
    private static final Pattern CODE = Pattern.compile("`([^`]+)`");
    private static final Pattern PROGRAM =
            Pattern.compile("`(samples/scripts/[a-z_]+\\.(?:java|py))`:\\n\\n```[a-z]+\\n(.*?)```\\n", Pattern.DOTALL);

    @ParameterizedTest
    @ValueSource(strings = {"coming-from-asyncio.md", "coming-from-twisted.md", "coming-from-tornado.md"})
    void tables_namesOfWeft_exist(String page) throws IOException {
        var unknown = new ArrayList<String>();
        int known = 0;
        for (String[] columns : rows(page)) {
            var names = CODE.matcher(columns[2]);
            while (names.find()) {
                if (exists(names.group(1))) {
                    known++;
                } else {
                    unknown.add(names.group(1));
                }
            }
        }
        assertEquals(List.of(), unknown);
        assertTrue(known > 50, known + " names");
    }

    /** The table for asyncio leaves no name out; the list is that of Python's documentation. */
    @Test
    void tableForAsyncio_everyPublicName_hasARow() throws IOException {
        var named = new TreeSet<String>();
        for (String[] columns : rows("coming-from-asyncio.md")) {
            CODE.matcher(columns[1]).results().map(name -> name.group(1)).forEach(named::add);
        }
        var missing = Files.readAllLines(Path.of("src", "test", "resources", "docs", "asyncio-names.txt")).stream()
                .filter(name -> !name.startsWith("#") && !named.contains(name))
                .toList();
        assertEquals(List.of(), missing);
    }

    /** The rows of a page's tables of names, which have three columns. */
    private static List<String[]> rows(String page) throws IOException {
        return Files.readAllLines(DOCS.resolve(page)).stream()
                .map(line -> line.split("\\|", -1))
                .filter(columns -> columns.length == 5 && !columns[1].isBlank() && !columns[1].startsWith(" ---"))
                .toList();
    }

    private static boolean exists(String name) {
        String[] parts = name.split("\\.", -1);
        if (parts.length > 2) {
            return false;
        }
        return PACKAGES.stream()
                .flatMap(inPackage -> find(inPackage + "." + parts[0]).stream())
                .anyMatch(type -> parts.length == 1 || hasMember(type, parts[1]));
    }

    private static Optional<Class<?>> find(String name) {
        try {
            Class<?> type = Class.forName(name, false, DocsTest.class.getClassLoader());
            return Modifier.isPublic(type.getModifiers()) ? Optional.of(type) : Optional.empty();
        } catch (ClassNotFoundException none) {
            return Optional.empty();
        }
    }

    private static boolean hasMember(Class<?> type, String name) {
        Stream<Member> members = Stream.of(type.getMethods(), type.getDeclaredMethods(), type.getFields())
                .flatMap(Arrays::stream);
        return members.anyMatch(member -> member.getName().equals(name)
                && (Modifier.isPublic(member.getModifiers()) || Modifier.isProtected(member.getModifiers())));
    }

    @ParameterizedTest
    @ValueSource(strings = {"coming-from-twisted.md", "coming-from-tornado.md"})
    void programs_areTheSamples(String page) throws IOException {
        var programs = PROGRAM.matcher(Files.readString(DOCS.resolve(page)));
        int count = 0;
        while (programs.find()) {
            String sample = Files.readString(Path.of("..", programs.group(1)));
            assertEquals(JBangHeaderTest.withoutHeader(sample), programs.group(2), programs.group(1));
            count++;
        }
        assertEquals(2, count);
    }
}
