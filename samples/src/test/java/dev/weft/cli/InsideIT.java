package dev.weft.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Running programs, looked into from outside with the executable jar: no agent, no preparation, no restart. */
@Timeout(value = 4, unit = TimeUnit.MINUTES)
final class InsideIT {
    private static final Path SCRIPTS = Program.root().resolve("samples").resolve("scripts");

    @TempDir
    Path directory;

    /** A program that runs until the test is over. */
    private final class Running implements AutoCloseable {
        private final Process process;
        private final Path output;

        Running(String announcement, String... args) throws IOException, InterruptedException {
            output = directory.resolve("output.txt");
            var command = new ArrayList<>(List.of(
                    Program.JDK.resolve("bin/java").toString(),
                    "-jar",
                    Program.jar().toString(),
                    "run"));
            command.addAll(List.of(args));
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            await(announcement);
        }

        String pid() {
            return Long.toString(process.pid());
        }

        String written() throws IOException {
            return Files.readString(output);
        }

        void await(String text) throws IOException, InterruptedException {
            while (!written().contains(text)) {
                assertFalse(process.waitFor(20, TimeUnit.MILLISECONDS), written());
            }
        }

        void kill() {
            process.destroyForcibly().onExit().join();
        }

        @Override
        public void close() {
            kill();
        }
    }

    private Program weft(String... args) throws IOException, InterruptedException {
        return Program.weft(
                directory, Map.of("XDG_CACHE_HOME", directory.resolve("cache").toString()), args);
    }

    private String shown(String... args) throws IOException, InterruptedException {
        Program program = weft(args);
        assertEquals(0, program.exitCode(), program::err);
        assertEquals("", program.err());
        return program.out();
    }

    private static void assertContains(String text, String... parts) {
        for (String part : parts) {
            assertTrue(text.contains(part), () -> "'" + part + "' in:\n" + text);
        }
    }

    @Test
    void hang_psAndPstree_nameTheLineThatWaits() throws Exception {
        try (var hang = new Running(
                "waiting for the report", SCRIPTS.resolve("hang.java").toString())) {
            String table = shown("ps", hang.pid());
            assertContains(table, "loop-1: confined, 3 tasks\n", "TASK ", "heartbeat", "Asyncio.sleep", "reporter");
            String reporter = table.lines()
                    .filter(line -> line.startsWith("reporter"))
                    .findFirst()
                    .orElseThrow();
            assertContains(reporter, "waiting", "Queue[0 items, 1 getters waiting", "hang.total(hang.java:16)");
            String tree = shown("pstree", hang.pid());
            assertContains(
                    tree,
                    "waiting for task reporter]",
                    "\n    Task[reporter, pending",
                    "\n      at hang.total(hang.java:16)\n      at dev.weft.Queue.get(");
            assertTrue(shown("ps", "--limit", "1", hang.pid()).contains("and 2 more (--limit)"));
        }
    }

    @Test
    void blockedLoop_ps_answersAndNamesTheLine() throws Exception {
        try (var blocked = new Running(
                "blocking process", SCRIPTS.resolve("blocked_loop.java").toString(), "100")) {
            String counter = shown("ps", blocked.pid())
                    .lines()
                    .filter(line -> line.contains("running"))
                    .findFirst()
                    .orElseThrow();
            assertContains(counter, "blocked_loop.count(blocked_loop.java:");
            String top = shown("top", "--interval", "0.2", blocked.pid());
            List<String> cells = List.of(top.lines().toList().get(1).split("\\s+"));
            assertEquals("100%", cells.get(2), top);
            assertTrue(Double.parseDouble(cells.get(1).replaceAll("[ms]+$", "")) > 0, top);
        }
    }

    @Test
    void blockedLoop_runDebug_logsTheTask() throws Exception {
        Program program =
                weft("run", "--debug", SCRIPTS.resolve("blocked_loop.java").toString(), "0.3");
        assertEquals(0, program.exitCode(), program::err);
        assertContains(
                program.err(),
                "slow entry: Task[counter, ",
                "has not given way for",
                "at blocked_loop.count(blocked_loop.java:17)");
    }

    @Test
    void forgottenServer_why_printsTheLineThatOpenedIt() throws Exception {
        try (var forgotten = new Running(
                "working in process",
                "--debug",
                SCRIPTS.resolve("forgotten_server.java").toString())) {
            String why = shown("why", forgotten.pid());
            assertContains(
                    why,
                    "server listening TransportChannel[/127.0.0.1:",
                    "made at forgotten_server.openStatusPage(forgotten_server.java:15)",
                    "forgotten_server.java:22), for ");
            assertFalse(why.contains("dev.weft.io"), why);
            assertContains(shown("top", "--once", "--interval", "0.1", forgotten.pid()), "LOOP", "loop-1");
            assertContains(
                    shown("dump", "--threads", forgotten.pid()),
                    "LoopMetrics[iterations=",
                    "server listening",
                    "Full thread dump");
        }
    }

    @Test
    void quitSignal_runDebug_printsTasksAfterTheJvmsOwnDump() throws Exception {
        try (var forgotten = new Running(
                "working in process",
                "--debug",
                SCRIPTS.resolve("forgotten_server.java").toString())) {
            assertEquals(
                    0,
                    new ProcessBuilder("kill", "-QUIT", forgotten.pid()).start().waitFor());
            forgotten.await("at forgotten_server.lambda$main$0(forgotten_server.java:22)");
            assertContains(
                    forgotten.written(), "Full thread dump", "EventLoop[loop-1, running, debug, CONFINED]: 1 task");
            assertTrue(forgotten.process.isAlive());
        }
    }

    @Test
    void jcmd_dumpToFile_listsTasksByName() throws Exception {
        try (var hang = new Running(
                "waiting for the report", SCRIPTS.resolve("hang.java").toString())) {
            Path dump = directory.resolve("threads.txt");
            Program jcmd = Program.run(
                    directory,
                    Map.of(),
                    Program.JDK.resolve("bin/jcmd").toString(),
                    hang.pid(),
                    "Thread.dump_to_file",
                    dump.toString());
            assertEquals(0, jcmd.exitCode(), jcmd::err);
            assertContains(
                    Files.readString(dump),
                    "\"reporter\" virtual",
                    "\"heartbeat\" virtual",
                    "hang.total(hang.java:16)");
        }
    }

    @Test
    void process_wrongOne_isOneLineAndAnExitCode() throws Exception {
        assertEquals(new Program(2, "", "weft: which process? usage: weft ps PID\n"), weft("ps"));
        assertEquals(new Program(2, "", "weft: a process is named by its number, got 'abc'\n"), weft("pstree", "abc"));
        assertEquals(new Program(2, "", "weft: a process is named by its number, got '-1'\n"), weft("why", "--", "-1"));
        Process sleeping = new ProcessBuilder("sleep", "600").start();
        try {
            String pid = Long.toString(sleeping.pid());
            assertEquals(
                    new Program(1, "", "weft: process " + pid + " is no Java program\n"), weft("top", "--once", pid));
            assertTrue(sleeping.isAlive(), "attaching would have ended it");
            sleeping.destroyForcibly().waitFor();
            assertEquals(new Program(1, "", "weft: there is no process " + pid + "\n"), weft("dump", pid));
        } finally {
            sleeping.destroyForcibly();
        }
    }

    @Test
    void process_javaWithoutWeftOrWithoutALoop_isOneLineAndAnExitCode() throws Exception {
        Path plain = Files.writeString(directory.resolve("Plain.java"), """
            void main() throws Exception {
                IO.println("up");
                Thread.sleep(600_000);
            }
            """);
        Process java = new ProcessBuilder(Program.JDK.resolve("bin/java").toString(), plain.toString()).start();
        try {
            assertEquals("up", java.inputReader().readLine());
            Program program = weft("ps", Long.toString(java.pid()));
            assertEquals(1, program.exitCode());
            assertTrue(program.err().matches("weft: process \\d+ is no Weft program [^\n]*\n"), program::err);
        } finally {
            java.destroyForcibly();
        }
        try (var idle = new Running("up", plain.toString())) {
            assertEquals(
                    new Program(1, "", "weft: no event loop runs in process " + idle.pid() + "\n"),
                    weft("ps", idle.pid()));
        }
    }

    @Test
    void top_processEndsMeanwhile_isOneLineAndAnExitCode() throws Exception {
        try (var hang = new Running(
                "waiting for the report", SCRIPTS.resolve("hang.java").toString())) {
            Process top = new ProcessBuilder(
                            Program.JDK.resolve("bin/java").toString(),
                            "-jar",
                            Program.jar().toString(),
                            "top",
                            "--interval",
                            "86400",
                            hang.pid())
                    .start();
            // It has connected when the bean for it is there; then it sleeps until the second look.
            while (!shown("ps", hang.pid()).contains("reporter")) {
                Thread.onSpinWait();
            }
            hang.kill();
            top.destroy();
            assertTrue(top.waitFor() != 0);
            Program gone = weft("ps", hang.pid());
            assertEquals(new Program(1, "", "weft: there is no process " + hang.pid() + "\n"), gone);
        }
    }

    private Program repl(String input, String... args) throws Exception {
        Path typed = Files.writeString(directory.resolve("typed.txt"), input);
        Path out = directory.resolve("repl.out");
        Path err = directory.resolve("repl.err");
        var command = new ArrayList<>(List.of(
                Program.JDK.resolve("bin/java").toString(),
                "-jar",
                Program.jar().toString(),
                "repl"));
        command.addAll(List.of(args));
        Process process = new ProcessBuilder(command)
                .redirectInput(typed.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertTrue(process.waitFor(2, TimeUnit.MINUTES));
        } finally {
            process.destroyForcibly();
        }
        return new Program(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    @Test
    void repl_linesThatWait_runOnOneLoop() throws Exception {
        Program program = repl("""
            var queue = new Queue<Integer>()
            var producer = createTask(() -> { for (int i = 1; i <= 3; i++) { queue.put(i); sleep(millis(1)); } })
            IO.println(queue.get() + queue.get() + queue.get())
            producer.await()
            int twice(int x) { sleep(millis(1)); return 2 * x; }
            IO.println(twice(21))
            IO.println(List.of(currentTask().getLoop().isRunning()))
            """);
        assertEquals(new Program(0, "6\n42\n[true]\n", ""), program);
    }

    @Test
    void repl_errors_areShownAndTheNextLineRuns() throws Exception {
        Program program = repl("""
            1 / 0
            createTask(() -> { throw new java.io.IOException("lost"); }).await()
            nonsense
            IO.println("still here")
            /exit
            IO.println("never")
            """);
        assertEquals(0, program.exitCode());
        String all = program.out() + program.err();
        assertContains(
                all,
                "java.lang.ArithmeticException",
                "java.io.IOException",
                "lost",
                "cannot find symbol",
                "still here");
        assertFalse(all.contains("never"), all);
    }
}
