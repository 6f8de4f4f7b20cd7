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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Holds the lists of mutants to the sources: {@code ./mutants} is too long to run in each build. */
final class MuseumListTest {
    private static final Path ROOT = Path.of("..");

    @ParameterizedTest
    @EnumSource
    void list_hasEachEntryOnce(Listing listing) throws IOException {
        List<Exhibit> exhibits = Museum.read(ROOT, listing).exhibits();
        assertTrue(exhibits.size() >= listing.least(), exhibits.size() + " entries");
        assertEquals(
                IntStream.rangeClosed(1, exhibits.size()).boxed().toList(),
                exhibits.stream().map(Exhibit::number).toList());
    }

    @ParameterizedTest
    @EnumSource
    void tests_areThereWithTheirNames(Listing listing) throws IOException {
        for (Exhibit exhibit : Museum.read(ROOT, listing).exhibits()) {
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

    @ParameterizedTest
    @EnumSource
    void mutants_replaceWhatIsInTheSourcesExactlyOnce(Listing listing) throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Exhibit exhibit : Museum.read(ROOT, listing).exhibits()) {
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

    @ParameterizedTest
    @EnumSource
    void page_listsTheEntries(Listing listing) throws IOException {
        String page = Files.readString(ROOT.resolve(Listing.PAGE));
        for (Exhibit exhibit : Museum.read(ROOT, listing).exhibits()) {
            assertTrue(
                    page.contains(listing.row(exhibit)),
                    Listing.PAGE + " is out of date at entry " + exhibit.number() + "; run " + listing.begin());
        }
    }
}
