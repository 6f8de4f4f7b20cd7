package dev.weft.museum;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A small planted change of the main code: lines that are there, and those that take their place.
 *
 * @param file the source file, from the repository's root
 * @param search the lines that are replaced; a single one may be a part of a line
 * @param replacement what comes in their place
 */
record Mutant(String file, List<String> search, List<String> replacement) {
    /** How often the lines that it replaces are in its file: it must be once. */
    int occurrences(Path root) throws IOException {
        String source = source(root);
        String wanted = normalised(search);
        int count = 0;
        for (int at = source.indexOf(wanted); at >= 0; at = source.indexOf(wanted, at + 1)) {
            count++;
        }
        return count;
    }

    /** The changed source. Its lines are not indented. */
    String applied(Path root) throws IOException {
        String wanted = normalised(search);
        String source = source(root);
        int at = source.indexOf(wanted);
        return source.substring(0, at) + normalised(replacement) + source.substring(at + wanted.length());
    }

    /** Without indentation: that changes whenever something around it does. */
    private String source(Path root) throws IOException {
        return normalised(Files.readAllLines(root.resolve(file)));
    }

    private static String normalised(List<String> lines) {
        return lines.stream().map(String::strip).collect(Collectors.joining("\n"));
    }
}
