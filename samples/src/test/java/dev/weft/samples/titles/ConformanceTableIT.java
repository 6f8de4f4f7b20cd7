package dev.weft.samples.titles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code docs/conformance.md} to what the tests of this build have shown. It looks at their reports, so it runs last.
 *
 * <p>{@code -Dconformance.write} writes the page first. A repository without the page is not held to it: titles without a test are
 * only told of then.
 */
final class ConformanceTableIT {
    private static final Path ROOT = Path.of(System.getProperty("weft.root", ".."));
    private static final List<String> MODULES = List.of("runtime", "runtime-io");
    private static final Path RESOURCES = ROOT.resolve("runtime/src/test/resources/conformance");
    private static final Path PAGE = ROOT.resolve("docs/conformance.md");

    @Test
    void page_isWhatTheTestsHaveShown() throws Exception {
        assumeTrue(System.getProperty("test") == null, "only some of the tests ran");
        var claims = new ArrayList<Claim>();
        var directories = new ArrayList<Path>();
        for (String module : MODULES) {
            claims.addAll(Claim.scan(ROOT.resolve(module).resolve("src/test/java")));
            directories.add(ROOT.resolve(module).resolve("target/surefire-reports"));
        }
        var modes = new LinkedHashMap<String, Reports>();
        for (String mode : List.of("confined", "portable")) {
            modes.put(mode, Reports.read(mode, directories));
        }
        var table = new ConformanceTable(
                Title.read(RESOURCES.resolve("titles.tsv")),
                Title.readNotes(RESOURCES.resolve("notes.txt")),
                claims,
                modes);
        System.out.println(table.summary());

        if (!table.mistakes().isEmpty()) {
            fail(String.join("\n", table.mistakes()));
        }
        if (System.getProperty("conformance.write") != null) {
            Files.createDirectories(PAGE.getParent());
            Files.writeString(PAGE, table.page());
        }
        String missing = String.join("\n", table.missing());
        if (!Files.exists(PAGE)) {
            System.out.println(missing);
            return;
        }
        assertEquals("", missing);
        assertEquals(
                Files.readString(PAGE).lines().toList(),
                table.page().lines().toList(),
                "docs/conformance.md is out of date; ./mvnw -B verify -Dconformance.write writes a new one");
    }
}
