package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample script also runs as {@code jbang FILE.java}: its header names what it needs, in the versions of this build. */
final class JBangHeaderTest {
    static List<Path> scripts() throws IOException {
        try (Stream<Path> files = Files.list(Path.of("scripts"))) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void header_namesWhatTheScriptNeeds(Path script) throws IOException {
        String text = Files.readString(script);
        String weft = first("<version>([^<]+)", Files.readString(Path.of("..", "bom.xml")));
        var header = new ArrayList<>(List.of("//JAVA 25+"));
        header.add("//DEPS dev.weft:weft-runtime%s:%s".formatted(text.contains("dev.weft.io") ? "-io" : "", weft));
        if (text.contains("dev.weft.io.http") || text.contains("dev.weft.io.websocket")) {
            String jetty = first("<jetty.version>([^<]+)", Files.readString(Path.of("..", "pom.xml")));
            header.add("//DEPS org.eclipse.jetty:jetty-http:" + jetty);
        }
        header.add("//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED");
        header.add("");

        assertEquals(header, text.lines().limit(header.size()).toList());
    }

    /** A script without its header, as the documents show it. */
    static String withoutHeader(String script) {
        return script.startsWith("//JAVA") ? script.substring(script.indexOf("\n\n") + 2) : script;
    }

    private static String first(String pattern, String text) {
        return Pattern.compile(pattern)
                .matcher(text)
                .results()
                .findFirst()
                .orElseThrow()
                .group(1);
    }
}
