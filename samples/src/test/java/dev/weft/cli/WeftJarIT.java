package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The executable jar, as a user runs it. */
final class WeftJarIT {
    @TempDir
    Path directory;

    @Test
    void run_compactFile_printsAndExitsWithZero() throws Exception {
        write("hello.java", "void main() { IO.println(\"Hello\"); }");

        assertEquals(new Program(0, "Hello\n", ""), weft("run", "hello.java"));
        assertEquals(new Program(0, "Hello\n", ""), weft("hello.java"), "run is optional");
    }

    @Test
    void run_anyMode_javaLangIsOpenWithoutAFlag() throws Exception {
        write("opens.java", """
            void main() {
                IO.println(Thread.class.getModule().isOpen("java.lang", dev.weft.Suspends.class.getModule()));
            }
            """);

        assertEquals(new Program(0, "true\n", ""), weft("opens.java"));
    }

    @Test
    void run_weftImports_resolve() throws Exception {
        write("imports.java", """
            import dev.weft.*;
            import static dev.weft.Asyncio.*;

            void main() {
                run(() -> {
                    var task = createTask(() -> {
                        sleep(millis(1));
                        return "done";
                    });
                    IO.println(task.await());
                });
            }
            """);

        assertEquals(new Program(0, "done\n", ""), weft("imports.java"));
    }

    @Test
    void run_http_hasWhatItNeeds() throws Exception {
        write("http.java", """
            import dev.weft.io.http.*;
            import static dev.weft.Asyncio.*;

            void main() throws Exception {
                run(() -> {
                    try (var serving = Http.serve(r -> Response.text(r.path()), "127.0.0.1", 0).serving();
                            var client = new HttpClient()) {
                        IO.println(client.get("http://127.0.0.1:" + serving.server().port() + "/hello").text());
                    }
                });
            }
            """);

        assertEquals(new Program(0, "/hello\n", ""), weft("http.java"));
    }

    @Test
    void run_argumentsAfterFile_allReachTheProgram() throws Exception {
        write("args.java", "void main(String[] args) { IO.println(String.join(\"|\", args)); }");
        String[] args = {"a b", "", "--help", "-cp", "--", "@file", "*", "run"};

        for (var before : List.of(
                List.of("args.java"), List.of("run", "args.java"), List.of("run", "-cp", "x.jar", "args.java"))) {
            assertEquals(
                    new Program(0, String.join("|", args) + "\n", ""), weft(concat(before, args)), before::toString);
        }
    }

    @Test
    void run_exit_passesItsCode() throws Exception {
        write("exit.java", "void main() { System.exit(42); }");

        assertEquals(42, weft("exit.java").exitCode());
    }

    @Test
    void run_uncaughtException_isReportedAsJavaDoesAndExitsWithOne() throws Exception {
        write("fails.java", """
            void main() {
                throw new IllegalStateException("outer", new RuntimeException("inner"));
            }
            """);

        Program program = weft("fails.java");

        assertEquals(1, program.exitCode());
        assertEquals("""
            Exception in thread "main" java.lang.IllegalStateException: outer
            \tat fails.main(fails.java:2)
            Caused by: java.lang.RuntimeException: inner
            \t... 1 more
            """, program.err());
    }

    @Test
    void run_keyboardInterruptOutOfMain_exitsWith130AndNoTrace() throws Exception {
        write("interrupted.java", "void main() { throw new dev.weft.KeyboardInterrupt(); }");

        assertEquals(new Program(130, "", "KeyboardInterrupt\n"), weft("interrupted.java"));
    }

    @Test
    void run_otherThreadsLeft_areWaitedForLikeInJava() throws Exception {
        write("threads.java", """
            void main() {
                var mainEnded = Thread.currentThread();
                Thread.ofPlatform().start(() -> {
                    try {
                        mainEnded.join();
                        IO.println(new Late().text); // its class is loaded only now
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                });
            }

            class Late {
                String text = "late";
            }
            """);

        assertEquals(new Program(0, "late\n", ""), weft("threads.java"));
    }

    @Test
    void run_compileError_showsJavacsMessageAndExitsWithOne() throws Exception {
        write("bad.java", "void main() {\n    int x = \"a\";\n}\n");

        assertEquals(new Program(1, "", """
            bad.java:2: error: incompatible types: String cannot be converted to int
                int x = "a";
                        ^
            1 error
            weft: bad.java does not compile
            """), weft("bad.java"));
    }

    @Test
    void run_fileWithoutMain_isOneLineAndExitsWithOne() throws Exception {
        write("nomain.java", "class A {}");

        assertEquals(
                new Program(
                        1, "", "weft: no main method in class A: expected void main() or void main(String[] args)\n"),
                weft("nomain.java"));
    }

    @Test
    void run_missingFileOrDirectory_isOneLineAndExitsWithTwo() throws Exception {
        assertEquals(new Program(2, "", "weft: no such file: nix.java\n"), weft("nix.java"));
        assertEquals(new Program(2, "", "weft: . is a directory, not a Java file\n"), weft("run", "."));
    }

    @Test
    void commandLine_wrong_isOneLineAndExitsWithTwo() throws Exception {
        assertEquals(
                new Program(2, "", "weft: Unknown option: '--bogus' (weft --help tells more)\n"),
                weft("--bogus", "a.java"));
        assertEquals(new Program(2, "", "weft: Unknown option: '--bogus' (weft --help tells more)\n"), weft("--bogus"));
        assertEquals(new Program(2, "", "weft: which file? usage: weft run FILE [ARGS]\n"), weft("run"));
        assertEquals(new Program(2, "", "weft: no such file: frobnicate\n"), weft("frobnicate"));
    }

    @Test
    void commandLine_none_showsTheUsageOnStderr() throws Exception {
        Program program = weft();

        assertEquals(2, program.exitCode());
        assertEquals("", program.out());
        assertTrue(program.err().startsWith("Usage: weft "), program::err);
    }

    @Test
    void help_everyLevel_goesToStdout() throws Exception {
        for (String[] args : List.of(new String[] {"--help"}, new String[] {"-h"}, new String[] {"run", "--help"})) {
            Program program = weft(args);
            assertEquals(0, program.exitCode());
            assertTrue(program.out().startsWith("Usage: weft "), program::out);
            assertEquals("", program.err());
        }
    }

    @Test
    void version_option_namesWeftAndTheJdk() throws Exception {
        Program program = weft("--version");

        assertEquals(0, program.exitCode());
        assertTrue(program.out().matches("weft \\d+\\.\\d+\\.\\d+\\S* \\(JDK 25\\S*\\)\n"), program::out);
    }

    @Test
    void classPath_option_isForCompilingAndRunning() throws Exception {
        Path library = Files.createDirectory(directory.resolve("lib"));
        write("lib/Greeting.java", "public class Greeting { public static String text() { return \"from lib\"; } }");
        String javac = Program.JDK.resolve("bin/javac").toString();
        assertEquals(0, Program.run(library, Map.of(), javac, "Greeting.java").exitCode());
        write("uses.java", "void main() { IO.println(Greeting.text()); }");

        assertEquals(new Program(0, "from lib\n", ""), weft("--class-path", "lib", "uses.java"));
        assertEquals(new Program(0, "from lib\n", ""), weft("run", "-cp=lib", "uses.java"));
        assertEquals(1, weft("uses.java").exitCode());
    }

    @Test
    void cache_sameSource_isCompiledOnce() throws Exception {
        write("hello.java", "void main() { IO.println(\"Hello\"); }");
        weft("hello.java");
        Path entry = entries().iterator().next();
        FileTime stored = FileTime.fromMillis(1_000_000);
        Files.setLastModifiedTime(entry, stored);

        assertEquals(new Program(0, "Hello\n", ""), weft("hello.java"));
        assertEquals(Set.of(entry), entries());
        assertEquals(stored, Files.getLastModifiedTime(entry), "not stored again");
    }

    @Test
    void cache_changedSource_isCompiledAgain() throws Exception {
        write("hello.java", "void main() { IO.println(\"Hello\"); }");
        weft("hello.java");
        write("hello.java", "void main() { IO.println(\"World\"); }");

        assertEquals(new Program(0, "World\n", ""), weft("hello.java"));
        assertEquals(2, entries().size());
    }

    @Test
    void cache_damagedEntry_isCompiledAgain() throws Exception {
        write("hello.java", "void main() { IO.println(\"Hello\"); }");
        weft("hello.java");
        Path entry = entries().iterator().next();
        Files.write(entry, Arrays.copyOf(Files.readAllBytes(entry), 100));

        assertEquals(new Program(0, "Hello\n", ""), weft("hello.java"));
        assertTrue(Files.size(entry) > 100, "replaced by a good one");
    }

    @Test
    void cache_compileError_isNotKept() throws Exception {
        write("bad.java", "void main() { return 1; }");
        weft("bad.java");

        assertFalse(Files.exists(directory.resolve("cache/weft")));
    }

    @Test
    void cache_nowhereToWrite_runsAllTheSame() throws Exception {
        write("hello.java", "void main() { IO.println(\"Hello\"); }");
        write("cache", "a file where the directory should be");

        assertEquals(new Program(0, "Hello\n", ""), weft("hello.java"));
        assertEquals(new Program(0, "Hello\n", ""), Program.weft(directory, Map.of(), "hello.java"), "no HOME at all");
    }

    @Test
    void log_warning_goesToStderr() throws Exception {
        write("logs.java", """
            void main() {
                var log = org.slf4j.LoggerFactory.getLogger("a.b.Name");
                log.info("not shown");
                log.warn("shown");
            }
            """);

        assertEquals(new Program(0, "", "[main] [WARN] Name - shown\n"), weft("logs.java"));
    }

    @Test
    void manifest_entries_openWhatIsNeeded() throws Exception {
        try (var jar = new JarFile(Program.jar().toFile())) {
            var attributes = jar.getManifest().getMainAttributes();
            assertEquals("java.base/java.lang", attributes.getValue("Add-Opens"));
            assertEquals("ALL-UNNAMED", attributes.getValue("Enable-Native-Access"));
            assertEquals("dev.weft.cli.Main", attributes.getValue("Main-Class"));
        }
    }

    private void write(String name, String text) throws IOException {
        Files.writeString(directory.resolve(name), text);
    }

    private Program weft(String... args) throws IOException, InterruptedException {
        return Program.weft(
                directory, Map.of("XDG_CACHE_HOME", directory.resolve("cache").toString()), args);
    }

    private Set<Path> entries() throws IOException {
        try (var files = Files.list(directory.resolve("cache/weft/scripts"))) {
            return new TreeSet<>(files.toList());
        }
    }

    private static String[] concat(List<String> first, String... rest) {
        var all = new ArrayList<>(first);
        all.addAll(List.of(rest));
        return all.toArray(String[]::new);
    }
}
