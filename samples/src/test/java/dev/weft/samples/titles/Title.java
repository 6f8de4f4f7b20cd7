package dev.weft.samples.titles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * One behaviour of asyncio that a test must show.
 *
 * @param source the test of CPython's it comes from, relative to {@code Lib/test/test_asyncio}
 */
record Title(int number, String area, String text, String source) {
    /** Reads {@code titles.tsv}: number, area, text, source. */
    static List<Title> read(Path file) throws IOException {
        var titles = new ArrayList<Title>();
        for (String line : Files.readAllLines(file)) {
            String[] fields = line.split("\t", -1);
            if (fields.length != 4) {
                throw new IOException("expected four fields in " + file + ", found: " + line);
            }
            var title = new Title(Integer.parseInt(fields[0]), fields[1], fields[2], fields[3]);
            if (title.number != titles.size() + 1) {
                throw new IOException("titles are numbered from 1 without gaps; out of place: " + line);
            }
            titles.add(title);
        }
        return titles;
    }

    /** Reads {@code notes.txt}: number and remark, for titles that hold differently in Java, or in one of the modes. */
    static Map<Integer, String> readNotes(Path file) throws IOException {
        var notes = new TreeMap<Integer, String>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int tab = line.indexOf('\t');
                if (tab < 0 || notes.put(Integer.parseInt(line.substring(0, tab)), line.substring(tab + 1)) != null) {
                    throw new IOException(
                            "expected one line of number, tab and remark per title in " + file + ", found: " + line);
                }
            }
        }
        return notes;
    }
}
