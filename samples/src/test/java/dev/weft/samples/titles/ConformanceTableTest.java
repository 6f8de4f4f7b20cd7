package dev.weft.samples.titles;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConformanceTableTest {
    private static final List<Title> TITLES = List.of(
            new Title(1, "Locks", "a lock locks", "test_locks.py::A::test_lock"),
            new Title(2, "Locks", "and unlocks", "test_locks.py::A::test_unlock"),
            new Title(3, "Signals", "a signal comes", "test_unix.py::B::test_signal"));

    @TempDir
    Path directory;

    @Test
    void scan_commentAboveATest_findsIt() throws IOException {
        assertEquals(
                List.of(
                        new Claim(1, "a.py::A::b", "dev.weft.LockTest", "first", "LockTest.java:1"),
                        new Claim(2, "a.py::A::c", "dev.weft.LockTest", "first", "LockTest.java:2"),
                        new Claim(3, "a.py::A::d", "dev.weft.LockTest", "second", "LockTest.java:7")),
                scan(
                        "    // Conformance 1: a.py::A::b",
                        "    // Conformance 2: a.py::A::c",
                        "    // an ordinary remark",
                        "    @Test",
                        "    void first() throws Exception {",
                        "    }",
                        "        // Conformance 3: a.py::A::d",
                        "        @ParameterizedTest",
                        "        @ValueSource(ints = {1, 2})",
                        "        public final void second(int x) {"));
    }

    @Test
    void scan_commentBrokenByTheFormatter_isJoined() throws IOException {
        assertEquals(
                List.of(new Claim(1, "a.py::A::b", "dev.weft.LockTest", "first", "LockTest.java:1")),
                scan("    // Conformance 1:", "    // a.py::A::b", "    @Test", "    void first() {"));
    }

    @Test
    void scan_commentElsewhere_isRefused() {
        assertThrows(IOException.class, () -> scan("// Conformance 1: a.py::A::b", "", "    @Test", "    void a() {"));
        assertThrows(IOException.class, () -> scan("// Conformance 1: a.py::A::b", "    void helper() {", "    }"));
        assertThrows(IOException.class, () -> scan("// Conformance 1 a.py::A::b", "    @Test", "    void a() {"));
        assertThrows(IOException.class, () -> scan("// Conformance 1: a.py and more", "    @Test", "    void a() {"));
    }

    private static List<Claim> scan(String... lines) throws IOException {
        var claims = new ArrayList<Claim>();
        Claim.scan(List.of(lines), "dev.weft.LockTest", "LockTest.java", claims);
        return claims;
    }

    @Test
    void reports_roundsOfOneTest_countByTheWorst() throws IOException {
        Reports reports = reports("""
            <testsuite>
              <testcase name="plain" classname="dev.weft.LockTest(confined)"/>
              <testcase name="rounds(int)[1]" classname="dev.weft.LockTest(confined)"><failure/></testcase>
              <testcase name="rounds(int)[2]" classname="dev.weft.LockTest(confined)"/>
              <testcase name="broken" classname="dev.weft.LockTest(confined)"><error/></testcase>
              <testcase name="inner" classname="dev.weft.LockTest$Inner(confined)"><skipped/></testcase>
            </testsuite>
            """);
        assertEquals(Reports.State.PASSED, reports.of("dev.weft.LockTest", "plain"));
        assertEquals(Reports.State.FAILED, reports.of("dev.weft.LockTest", "rounds"));
        assertEquals(Reports.State.FAILED, reports.of("dev.weft.LockTest", "broken"));
        assertEquals(Reports.State.SKIPPED, reports.of("dev.weft.LockTest", "inner"));
        assertEquals(Reports.State.NOT_RUN, reports.of("dev.weft.LockTest", "other"));
    }

    private Reports reports(String xml) throws IOException {
        Files.writeString(directory.resolve("TEST-dev.weft.LockTest-confined.xml"), xml);
        Files.writeString(directory.resolve("TEST-dev.weft.LockTest-portable.xml"), "not read");
        return Reports.read("confined", List.of(directory, directory.resolve("missing")));
    }

    @Test
    void table_titlesShown_areListedWithTheirTests() throws IOException {
        ConformanceTable table = table(
                Map.of(1, "a remark"),
                new Claim(2, "test_locks.py::A::test_unlock", "dev.weft.LockTest", "b", "x:2"),
                new Claim(1, "test_locks.py::A::test_lock", "dev.weft.LockTest", "a", "x:1"));
        assertEquals(List.of(), table.mistakes());
        assertEquals(
                List.of("no test for title 3, Signals: a signal comes (test_unix.py::B::test_signal)"),
                table.missing());
        assertEquals("conformance titles with a test: 2 of 3", table.summary());
        String page = table.page();
        assertTrue(page.contains("**2 of 3 titles have a test.**"), page);
        assertTrue(page.contains("| [Locks](#locks) | 2 | 2 |"), page);
        assertTrue(page.contains("| [Signals](#signals) | 1 | 0 |"), page);
        assertTrue(
                page.contains("| 1 | a lock locks<br>`test_locks.py::A::test_lock` | `LockTest#a` | passed |\n"), page);
        assertTrue(page.contains("\n1: a remark\n"), page);
        assertTrue(page.contains("| 3 | a signal comes<br>`test_unix.py::B::test_signal` | open | |\n"), page);
    }

    @Test
    void table_whatDoesNotFit_isNamed() throws IOException {
        ConformanceTable table = table(
                Map.of(9, "about nothing"),
                new Claim(1, "test_locks.py::A::test_other", "dev.weft.LockTest", "a", "x:1"),
                new Claim(7, "test_locks.py::A::test_lock", "dev.weft.LockTest", "a", "x:2"),
                new Claim(1, "test_locks.py::A::test_lock", "dev.weft.LockTest", "c", "x:3"),
                new Claim(1, "test_locks.py::A::test_lock", "dev.weft.LockTest", "d", "x:4"));
        assertEquals(
                List.of(
                        "x:1: title 1 comes from test_locks.py::A::test_lock, not from test_locks.py::A::test_other",
                        "x:2: there is no title 7",
                        "x:3: the test of title 1, dev.weft.LockTest#c, in confined mode: failed",
                        "x:4: the test of title 1, dev.weft.LockTest#d, in confined mode: not run",
                        "a note about title 9, which does not exist"),
                table.mistakes());
        assertEquals(
                List.of(
                        "no test for title 2, Locks: and unlocks (test_locks.py::A::test_unlock)",
                        "no test for title 3, Signals: a signal comes (test_unix.py::B::test_signal)"),
                table.missing());
        assertFalse(table.page().isEmpty());
    }

    private ConformanceTable table(Map<Integer, String> notes, Claim... claims) throws IOException {
        var modes = new LinkedHashMap<String, Reports>();
        modes.put("confined", reports("""
            <testsuite>
              <testcase name="a" classname="dev.weft.LockTest(confined)"/>
              <testcase name="b" classname="dev.weft.LockTest(confined)"/>
              <testcase name="c" classname="dev.weft.LockTest(confined)"><failure/></testcase>
            </testsuite>
            """));
        return new ConformanceTable(TITLES, notes, List.of(claims), modes);
    }
}
