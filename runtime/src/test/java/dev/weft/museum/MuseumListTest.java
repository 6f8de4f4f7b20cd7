package dev.weft.museum;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Holds the list of museum entries to the sources: {@code ./mutants} is too long to run in each build. */
final class MuseumListTest {
    private static final Path ROOT = Path.of("..");

    private final Museum museum;

    MuseumListTest() throws IOException {
        museum = Museum.read(ROOT);
    }

    @Test
    void list_hasEachEntryOnce() {
        assertEquals(
                IntStream.rangeClosed(1, 126).boxed().toList(),
                museum.exhibits().stream().map(Exhibit::number).toList());
    }

    @Test
    void tests_areThereWithTheirNames() throws IOException {
        for (Exhibit exhibit : museum.exhibits()) {
            assertFalse(
                    exhibit.tests().isEmpty() && exhibit.remark().isEmpty(),
                    "entry " + exhibit.number() + " has neither a test nor a remark that says why");
            for (Exhibit.TestName test : exhibit.tests()) {
                assertTrue(
                        Files.readString(test.file(ROOT)).contains("void " + test.method() + "("),
                        "no such test: " + test);
            }
        }
    }

    @Test
    void mutants_replaceWhatIsInTheSourcesExactlyOnce() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Exhibit exhibit : museum.exhibits()) {
            if (exhibit.mutants().isEmpty() && exhibit.remark().isEmpty()) {
                wrong.add("entry " + exhibit.number() + " has neither a mutant nor a remark that says why");
            }
            for (Mutant mutant : exhibit.mutants()) {
                int occurrences = mutant.search().isEmpty() ? 0 : mutant.occurrences(ROOT);
                if (occurrences != 1 || mutant.search().equals(mutant.replacement())) {
                    wrong.add("entry " + exhibit.number() + ": found " + occurrences + " times in " + mutant.file()
                            + ": " + mutant.search());
                }
            }
        }
        assertEquals(List.of(), wrong);
    }

    @Test
    void page_listsTheEntries() throws IOException {
        String page = Files.readString(ROOT.resolve(Museum.PAGE));
        for (Exhibit exhibit : museum.exhibits()) {
            assertTrue(
                    page.contains(Museum.row(exhibit)),
                    Museum.PAGE + " is out of date at entry " + exhibit.number() + "; run ./mutants --write");
        }
    }
}
