package dev.weft.samples.titles;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A test that says in the comments above it which title it shows: {@code // Conformance 234: test_locks.py::LockTests::test_x}.
 *
 * @param where file and line, for messages
 */
record Claim(int number, String source, String className, String method, String where) {
    private static final Pattern COMMENT = Pattern.compile("\\s*// Conformance (\\d+): (\\S+)\\s*");
    private static final Pattern METHOD = Pattern.compile("^\\s+(?:[a-z]+ )*void (\\w+)\\(.*");

    /** The claims in all Java files below a directory, in the order of the files' names. */
    static List<Claim> scan(Path testSources) throws IOException {
        var claims = new ArrayList<Claim>();
        if (Files.isDirectory(testSources)) {
            try (Stream<Path> files = Files.walk(testSources)) {
                for (Path file : files.filter(path -> path.toString().endsWith(".java"))
                        .sorted()
                        .toList()) {
                    String name = testSources.relativize(file).toString().replace('\\', '/');
                    scan(
                            Files.readAllLines(file),
                            name.replace('/', '.').substring(0, name.length() - ".java".length()),
                            name,
                            claims);
                }
            }
        }
        return claims;
    }

    static void scan(List<String> lines, String className, String file, List<Claim> claims) throws IOException {
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i);
            if (!line.contains("// Conformance")) {
                continue;
            }
            String where = file + ":" + (i + 1);
            if (line.endsWith(":") && i + 1 < lines.size()) {
                line += " " + lines.get(i + 1).strip().replaceFirst("^// ", ""); // the formatter breaks long lines
            }
            Matcher comment = COMMENT.matcher(line);
            if (!comment.matches()) {
                throw new IOException(where + ": expected '// Conformance NUMBER: SOURCE', found: " + line.strip());
            }
            claims.add(new Claim(
                    Integer.parseInt(comment.group(1)),
                    comment.group(2),
                    className,
                    methodBelow(lines, i + 1, where),
                    where));
        }
    }

    /** The method that a comment stands above: only comments and annotations may come between. */
    private static String methodBelow(List<String> lines, int from, String where) throws IOException {
        boolean test = false;
        for (String line : lines.subList(from, lines.size())) {
            Matcher method = METHOD.matcher(line);
            if (method.matches() && test) {
                return method.group(1);
            }
            String text = line.strip();
            test |= text.startsWith("@") && text.contains("Test");
            if (text.isEmpty() || text.equals("}")) {
                break;
            }
        }
        throw new IOException(where + ": no test method right below");
    }
}
