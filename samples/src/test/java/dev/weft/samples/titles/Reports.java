package dev.weft.samples.titles;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

/** What surefire wrote about the tests of one mode. */
final class Reports {
    /** How a test ended; several rounds of a parameterized one count as one, by the worst. */
    enum State {
        PASSED,
        SKIPPED,
        FAILED,
        NOT_RUN
    }

    private final Map<String, State> states = new HashMap<>();

    /** Reads the reports of a mode in the directories; those that do not exist count as empty. */
    static Reports read(String mode, List<Path> directories) throws IOException {
        var reports = new Reports();
        for (Path directory : directories) {
            if (Files.isDirectory(directory)) {
                for (Path file : reportsIn(directory, mode)) {
                    reports.add(file);
                }
            }
        }
        return reports;
    }

    /** The state of a test method, which may stand in a nested class. */
    State of(String className, String method) {
        return states.getOrDefault(className + "#" + method, State.NOT_RUN);
    }

    private static List<Path> reportsIn(Path directory, String mode) throws IOException {
        var files = new ArrayList<Path>();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(directory, "TEST-*-" + mode + ".xml")) {
            found.forEach(files::add);
        }
        return files;
    }

    private void add(Path file) throws IOException {
        NodeList cases;
        try {
            cases = DocumentBuilderFactory.newDefaultInstance()
                    .newDocumentBuilder()
                    .parse(file.toFile())
                    .getElementsByTagName("testcase");
        } catch (ParserConfigurationException | SAXException e) {
            throw new IOException("cannot read " + file, e);
        }
        for (int i = 0; i < cases.getLength(); i++) {
            var testCase = (Element) cases.item(i);
            String key =
                    upTo("($", testCase.getAttribute("classname")) + "#" + upTo("([{ ", testCase.getAttribute("name"));
            states.merge(key, stateOf(testCase), (a, b) -> a.compareTo(b) > 0 ? a : b);
        }
    }

    private static State stateOf(Element testCase) {
        if (has(testCase, "failure") || has(testCase, "error")) {
            return State.FAILED;
        }
        return has(testCase, "skipped") ? State.SKIPPED : State.PASSED;
    }

    private static boolean has(Element testCase, String child) {
        return testCase.getElementsByTagName(child).getLength() > 0;
    }

    /** A class is followed by its mode in brackets, a nested one by its own name, a method by its parameters. */
    private static String upTo(String ends, String text) {
        int end = 0;
        while (end < text.length() && ends.indexOf(text.charAt(end)) < 0) {
            end++;
        }
        return text.substring(0, end);
    }
}
