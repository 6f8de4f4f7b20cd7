package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.samples.docs.Block;
import dev.weft.samples.docs.MarkdownPage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** The commands in the documents: each names files, subcommands, options, modules and tests that exist. */
final class CommandsInDocsTest {
    private static final Pattern INLINE = Pattern.compile("`((?:\\./|weft |java -jar )[^`]+)`");
    private static final Pattern PLACEHOLDER = Pattern.compile("[A-Z]+(\\.java)?|\\[.*|.*]|\\.\\.\\.|…");

    private final CommandLine weft = new CommandLine(new WeftCommand());
    private final List<String> wrong = new ArrayList<>();

    @Test
    void commands_all_nameWhatExists() throws IOException {
        int checked = 0;
        for (var page : MarkdownPage.all()) {
            for (Block block : page.blocks()) {
                if (block.language().equals("sh")) {
                    for (String line : block.text().replace("\\\n", "").split("\n", -1)) {
                        checked += check(block.where(), line.replaceFirst("\\s+#.*", ""));
                    }
                }
            }
            for (int i = 0; i < page.prose().size(); i++) {
                var spans = INLINE.matcher(page.prose().get(i));
                while (spans.find()) {
                    checked += check(page.path() + ":" + (i + 1), spans.group(1));
                }
            }
        }
        assertEquals(List.of(), wrong);
        assertTrue(checked > 10, checked + " commands");
    }

    private int check(String where, String command) throws IOException {
        List<String> words = List.of(command.strip().split("\\s+"));
        String program = words.getFirst();
        List<String> rest = words.subList(1, words.size());
        if (program.equals("./weft") || program.equals("weft")) {
            checkWeft(where, rest);
        } else if (program.equals("java") && rest.size() > 1 && rest.get(1).endsWith("weft.jar")) {
            checkWeft(where, rest.subList(2, rest.size()));
        } else if (program.equals("./mvnw")) {
            checkMaven(where, rest);
        } else if (program.startsWith("./")) {
            checkFile(where, program);
            checkScript(where, program, rest);
        } else {
            return 0;
        }
        return 1;
    }

    private void checkWeft(String where, List<String> words) {
        var command = weft;
        for (String word : words) {
            String name = word.replaceFirst("=.*", "");
            if (name.startsWith("-")) {
                if (!command.getCommandSpec().optionsMap().containsKey(name) && !isOptionOfRun(command, name)) {
                    wrong.add("%s: no option %s".formatted(where, name));
                }
            } else if (command == weft && weft.getSubcommands().containsKey(name)) {
                command = weft.getSubcommands().get(name);
            } else if (name.contains("/") || name.endsWith(".java")) {
                checkFile(where, name);
                return; // what follows is the program's
            } else if (command == weft && !PLACEHOLDER.matcher(name).matches()) {
                wrong.add("%s: no subcommand %s".formatted(where, name));
                return;
            }
        }
    }

    private boolean isOptionOfRun(CommandLine command, String name) {
        return command == weft
                && weft.getSubcommands()
                        .get("run")
                        .getCommandSpec()
                        .optionsMap()
                        .containsKey(name);
    }

    private void checkMaven(String where, List<String> words) throws IOException {
        for (int i = 0; i < words.size(); i++) {
            String word = words.get(i).replace("'", "");
            if (word.equals("-pl")) {
                for (String module : words.get(i + 1).split(",", -1)) {
                    checkFile(where, module + "/pom.xml");
                }
            }
            if (word.startsWith("-Dtest=") || word.startsWith("-Dit.test=")) {
                for (String test : word.replaceFirst(".*=", "").split(",", -1)) {
                    String name = test.replaceFirst("#.*", "");
                    if (!name.equals("None") && !isTest(name)) {
                        wrong.add("%s: no test %s".formatted(where, name));
                    }
                }
            }
        }
    }

    private static boolean isTest(String name) throws IOException {
        for (String module : List.of("runtime", "runtime-io", "samples")) {
            try (Stream<Path> files =
                    Files.walk(MarkdownPage.ROOT.resolve(module).resolve("src/test/java"))) {
                if (files.anyMatch(file -> file.endsWith(name + ".java"))) {
                    return true;
                }
            }
        }
        return false;
    }

    /** A script names its options at its top. */
    private void checkScript(String where, String name, List<String> words) throws IOException {
        Path script = MarkdownPage.ROOT.resolve(name);
        for (String word : words) {
            String option = word.replaceFirst("=.*", "");
            if (option.startsWith("--")
                    && Files.isRegularFile(script)
                    && !Files.readString(script).contains(option)) {
                wrong.add("%s: no option %s of %s".formatted(where, option, name));
            }
        }
    }

    private void checkFile(String where, String name) {
        if (!PLACEHOLDER.matcher(name).matches() && !Files.exists(MarkdownPage.ROOT.resolve(name))) {
            wrong.add("%s: no file %s".formatted(where, name));
        }
    }
}
