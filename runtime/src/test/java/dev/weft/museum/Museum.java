package dev.weft.museum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a list of bugs, of the tests that must find them, and of mutants: {@code runtime/src/test/museum/museum.txt} or {@code
 * soak.txt}. An entry is
 *
 * <pre>
 * 1 P0 asyncio bpo-27585: cancelling the waiter that a release had woken left nobody woken
 * test runtime dev.weft.MuseumLocksTest#m001_waiterCancelledAtRelease_nextOneOwnsTheLockWithinTwoTicks
 * in runtime/src/main/java/dev/weft/Lock.java
 * - what is there
 * + what the mutant has in its place
 * </pre>
 *
 * with further tests and mutants where needed, and a line {@code remark: ...} where one is missing.
 */
final class Museum {
    private static final Pattern HEAD = Pattern.compile("(\\d+) (P[01]) (.+)");
    private static final Pattern TEST = Pattern.compile("test (\\S+) ([\\w.]+)#(\\w+)");

    private final Listing listing;
    private final List<Exhibit> exhibits = new ArrayList<>();

    private Museum(Listing listing) {
        this.listing = listing;
    }

    static Museum read(Path root, Listing listing) throws IOException {
        var museum = new Museum(listing);
        @Nullable String head = null;
        var body = new ArrayList<String>();
        for (String line : Files.readAllLines(root.resolve(listing.file()))) {
            if (HEAD.matcher(line).matches()) {
                museum.add(head, body);
                head = line;
                body.clear();
            } else if (!line.isBlank() && !line.startsWith("#")) {
                body.add(line);
            }
        }
        museum.add(head, body);
        return museum;
    }

    List<Exhibit> exhibits() {
        return exhibits;
    }

    Listing listing() {
        return listing;
    }

    /** The page with the table brought up to date; {@code results} has what it says of each entry. */
    String page(Path root, Map<Integer, String> results) throws IOException {
        String page = Files.readString(root.resolve(Listing.PAGE));
        int from = page.indexOf(listing.begin());
        int to = page.indexOf(listing.end());
        if (from < 0 || to < from) {
            throw new IOException(Listing.PAGE + " has no place for the table: " + listing.begin());
        }
        var table = new StringBuilder(listing.begin()).append("\n\n").append(listing.tableHead());
        for (Exhibit exhibit : exhibits) {
            table.append(listing.row(exhibit))
                    .append(results.getOrDefault(exhibit.number(), "not run"))
                    .append(" |\n");
        }
        return page.substring(0, from) + table + "\n" + page.substring(to);
    }

    private void add(@Nullable String head, List<String> body) throws IOException {
        if (head == null) {
            return;
        }
        Matcher title = HEAD.matcher(head);
        title.matches();
        var tests = new ArrayList<Exhibit.TestName>();
        var mutants = new ArrayList<Mutant>();
        String remark = "";
        for (String line : body) {
            Matcher test = TEST.matcher(line);
            if (test.matches()) {
                tests.add(new Exhibit.TestName(test.group(1), test.group(2), test.group(3)));
            } else if (line.startsWith("in ")) {
                mutants.add(new Mutant(line.substring(3), new ArrayList<>(), new ArrayList<>()));
            } else if (line.startsWith("remark: ")) {
                remark = line.substring(8);
            } else if (!mutants.isEmpty() && line.startsWith("-")) {
                mutants.getLast().search().add(line.substring(1));
            } else if (!mutants.isEmpty() && line.startsWith("+")) {
                mutants.getLast().replacement().add(line.substring(1));
            } else {
                throw new IOException(listing.file() + ": what is this, in entry " + title.group(1) + "? " + line);
            }
        }
        exhibits.add(
                new Exhibit(Integer.parseInt(title.group(1)), title.group(2), title.group(3), tests, mutants, remark));
    }
}
