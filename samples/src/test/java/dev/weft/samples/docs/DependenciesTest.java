package dev.weft.samples.docs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The dependencies that the documents tell users to take have the versions of this build. */
final class DependenciesTest {
    private static final Pattern DEPENDENCY =
            Pattern.compile("<artifactId>([^<]+)</artifactId>\\s*<version>([^<]+)</version>");

    @Test
    void dependencies_inTheDocuments_haveTheVersionsOfTheBuild() throws IOException {
        String pom = Files.readString(MarkdownPage.ROOT.resolve("pom.xml"));
        var wrong = new ArrayList<String>();
        int checked = 0;
        for (var page : MarkdownPage.all()) {
            for (var block : page.blocks()) {
                var dependencies = DEPENDENCY.matcher(block.language().equals("xml") ? block.text() : "");
                while (dependencies.find()) {
                    checked++;
                    String version = version(pom, dependencies.group(1));
                    if (!version.equals(dependencies.group(2))) {
                        wrong.add("%s: %s is %s".formatted(block.where(), dependencies.group(1), version));
                    }
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(checked > 1, checked + " dependencies");
    }

    /** That of Weft itself, or what the parent POM manages an artifact to. */
    private static String version(String pom, String artifact) {
        if (artifact.startsWith("weft-")) {
            return find(pom, "<artifactId>weft-bom</artifactId>\\s*<version>([^<]+)<");
        }
        String version = find(pom, "<artifactId>" + Pattern.quote(artifact) + "</artifactId>\\s*<version>([^<]+)<");
        return version.startsWith("${")
                ? find(pom, "<" + version.substring(2, version.length() - 1) + ">([^<]+)<")
                : version;
    }

    private static String find(String text, String pattern) {
        var matcher = Pattern.compile(pattern).matcher(text);
        return matcher.find() ? matcher.group(1) : "unknown to the parent POM";
    }
}
