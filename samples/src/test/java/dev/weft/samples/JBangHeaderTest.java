package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every sample script also runs as {@code jbang FILE.java}: its header names what it needs, in the versions of this build. */
final class JBangHeaderTest {
    /** What a script that imports from a package needs beside Weft. */
    private static final Map<String, String> NEEDED = Map.of(
            "dev.weft.io.http", "org.eclipse.jetty:jetty-http",
            "org.h2", "com.h2database:h2",
            "redis.clients.jedis", "redis.clients:jedis",
            "io.helidon", "io.helidon.webserver:helidon-webserver",
            "io.micrometer", "io.micrometer:micrometer-core");

    static List<Path> scripts() throws IOException {
        var scripts = new ArrayList<Path>();
        for (String folder : List.of("scripts", "interop")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".java")).sorted().forEach(scripts::add);
            }
        }
        return scripts;
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void header_namesWhatTheScriptNeeds(Path script) throws IOException {
        String text = Files.readString(script);
        String poms = Files.readString(Path.of("..", "pom.xml")) + Files.readString(Path.of("pom.xml"));
        var header = new ArrayList<>(List.of("//JAVA 25+"));
        header.add("//DEPS dev.weft:weft-runtime%s:%s"
                .formatted(
                        text.contains("dev.weft.io") ? "-io" : "",
                        first("<version>([^<]+)", Files.readString(Path.of("..", "bom.xml")))));
        NEEDED.forEach((imported, artifact) -> {
            if (text.contains("import " + imported)) {
                header.add("//DEPS " + artifact + ":" + first("<" + property(artifact) + ">([^<]+)", poms));
            }
        });
        header.add("//RUNTIME_OPTIONS --add-opens=java.base/java.lang=ALL-UNNAMED");
        header.add("");

        assertEquals(header, text.lines().limit(header.size()).toList());
    }

    /** The property that holds the version of an artifact: {@code jetty.version} for {@code org.eclipse.jetty:jetty-http}. */
    private static String property(String artifact) {
        return first(":([a-z0-9]+)", artifact) + ".version";
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
