package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.CancelledError;
import dev.weft.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Children, their streams and their ends, against real programs. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are Unix programs")
@Timeout(60)
final class SubprocessTest {
    static final ProcessOptions QUIET = ProcessOptions.DEFAULT
            .stdin(Redirect.DISCARD)
            .stdout(Redirect.DISCARD)
            .stderr(Redirect.DISCARD);
    static final ProcessOptions PIPES =
            ProcessOptions.DEFAULT.stdin(Redirect.PIPE).stdout(Redirect.PIPE).stderr(Redirect.PIPE);
    static final ProcessOptions OUTPUT = QUIET.stdout(Redirect.PIPE);

    private static Subprocess sleeper() throws IOException {
        return Subprocess.exec(QUIET, List.of("sleep", "60"));
    }

    private static boolean alive(long pid) {
        return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
    }

    /** A child's own words for "I am ready", so that no test needs to guess how long that takes. */
    private static void awaitLine(Subprocess child, String expected) throws IOException {
        assertEquals(expected + "\n", new String(child.stdout().readLine(), UTF_8));
    }

    // ---- streams

    // Conformance 433: test_subprocess.py::SubprocessMixin::test_stdin_stdout
    @Test
    void exec_stdinAndStdout_throughAChild() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.exec(PIPES, List.of("cat"))) {
                child.stdin().write("some data".getBytes(UTF_8));
                child.stdin().drain();
                child.stdin().close();
                assertEquals("some data", new String(child.stdout().readAll(), UTF_8));
                assertEquals(0, child.waitFor());
            }
            var child = Subprocess.exec(PIPES, List.of("cat"));
            CommunicateResult result = child.communicate("more data".getBytes(UTF_8));
            assertEquals("more data", new String(result.stdout(), UTF_8));
            assertEquals("", new String(result.stderr(), UTF_8));
            assertEquals(OptionalInt.of(0), child.returnCode());
        });
    }

    // Conformance 434: test_subprocess.py::SubprocessMixin::test_communicate_none_input
    @Test
    void communicate_withoutInput_closesStdin() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(PIPES, List.of("cat"));
            CommunicateResult result = child.communicate();
            assertEquals(0, child.waitFor());
            assertEquals(0, result.stdout().length);
        });
    }

    // Conformance 439: test_subprocess.py::SubprocessMixin::test_communicate_ignore_broken_pipe
    @Test
    void communicate_childDoesNotRead_isIgnored() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(PIPES, List.of("sh", "-c", "exec 0</dev/null; echo done"));
            CommunicateResult result = child.communicate(new byte[10_000_000]);
            assertEquals("done\n", new String(result.stdout(), UTF_8));
            assertEquals(0, child.waitFor());
        });
    }

    // Conformance 441: test_subprocess.py::SubprocessMixin::test_devnull_output
    @Test
    void communicate_discardedStreams_areNull() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(QUIET.stdin(Redirect.PIPE), List.of("cat"));
            assertNull(child.stdout());
            assertNull(child.stderr());
            CommunicateResult result = child.communicate("text".getBytes(UTF_8));
            assertNull(result.stdout());
            assertNull(result.stderr());
            assertEquals(0, child.waitFor());
        });
    }

    // Conformance 440: test_subprocess.py::SubprocessMixin::test_pause_reading
    @Test
    void stdout_outputBeyondTheLimit_pausesReading() throws IOException {
        int limit = 1000;
        int size = 1_000_000;
        Asyncio.run(() -> {
            try (var child =
                    Subprocess.exec(OUTPUT.limit(limit), List.of("sh", "-c", "head -c " + size + " /dev/zero"))) {
                var pipe =
                        assertInstanceOf(ReadTransport.class, child.transport().getPipeTransport(1));
                while (pipe.isReading()) {
                    Asyncio.sleep(Asyncio.millis(1));
                }
                assertEquals(OptionalInt.empty(), child.returnCode());
                assertEquals(size, child.stdout().readAll().length);
                assertEquals(0, child.waitFor());
            }
        });
    }

    // Conformance 446: test_subprocess.py::SubprocessMixin::test_read_stdout_after_process_exit
    @Test
    void stdout_afterExit_isReadable() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(OUTPUT.limit(10), List.of("sh", "-c", "for i in 1 2 3; do echo line $i; done"));
            assertEquals(0, child.waitFor());
            var lines = new ArrayList<String>();
            for (String line : child.stdout().lines(UTF_8)) {
                lines.add(line);
            }
            assertEquals(List.of("line 1\n", "line 2\n", "line 3\n"), lines);
        });
    }

    @Test
    void stdout_muchWrittenJustBeforeTheExit_comesComplete() throws IOException {
        Asyncio.run(() -> {
            for (int round = 0; round < 50; round++) {
                var child = Subprocess.exec(OUTPUT, List.of("head", "-c", "1048576", "/dev/zero"));
                assertEquals(1048576, child.communicate().stdout().length);
                assertEquals(0, child.waitFor());
            }
        });
    }

    @Test
    void stderr_toStdout_comesThere() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.shell(OUTPUT.stderr(Redirect.STDOUT), "echo one; echo two >&2");
            assertNull(child.stderr());
            CommunicateResult result = child.communicate();
            assertEquals("one\ntwo\n", new String(result.stdout(), UTF_8));
            assertNull(result.stderr());
        });
    }

    @Test
    void stderr_apart_isReadApart() throws IOException {
        Asyncio.run(() -> {
            CommunicateResult result =
                    Subprocess.shell(PIPES, "echo one; echo two >&2").communicate();
            assertEquals("one\n", new String(result.stdout(), UTF_8));
            assertEquals("two\n", new String(result.stderr(), UTF_8));
        });
    }

    @Test
    void redirects_files_areReadWrittenAndAppendedTo(@TempDir Path folder) throws IOException {
        Path in = Files.writeString(folder.resolve("in"), "input\n");
        Path out = Files.writeString(folder.resolve("out"), "to be overwritten");
        Path log = Files.writeString(folder.resolve("log"), "old\n");
        Asyncio.run(() -> {
            var child = Subprocess.shell(
                    ProcessOptions.DEFAULT
                            .stdin(Redirect.from(in))
                            .stdout(Redirect.to(out))
                            .stderr(Redirect.appendTo(log)),
                    "cat; echo new >&2");
            assertNull(child.stdin());
            assertEquals(0, child.waitFor());
        });
        assertEquals("input\n", Files.readString(out));
        assertEquals("old\nnew\n", Files.readString(log));
    }

    @Test
    void redirects_thatCannotBe_areRejected() {
        var options = ProcessOptions.DEFAULT;
        Path file = Path.of("file");
        assertThrows(IllegalArgumentException.class, () -> options.stdin(Redirect.STDOUT));
        assertThrows(IllegalArgumentException.class, () -> options.stdin(Redirect.to(file)));
        assertThrows(IllegalArgumentException.class, () -> options.stdin(Redirect.appendTo(file)));
        assertThrows(IllegalArgumentException.class, () -> options.stdout(Redirect.STDOUT));
        assertThrows(IllegalArgumentException.class, () -> options.stdout(Redirect.from(file)));
        var failure = assertThrows(IllegalArgumentException.class, () -> options.stderr(Redirect.from(file)));
        assertTrue(failure.getMessage().contains("errors"), failure.getMessage());
        assertTrue(failure.getMessage().contains("from file"), failure.getMessage());
        assertThrows(IllegalArgumentException.class, () -> options.limit(0));
        assertThrows(IllegalArgumentException.class, () -> options.maxOutput(-1));
        assertThrows(IllegalArgumentException.class, () -> options.grace(Asyncio.seconds(-1)));
        assertThrows(IllegalArgumentException.class, () -> options.env(Map.of("A=B", "c")));
        assertThrows(IllegalArgumentException.class, () -> options.env(Map.of("A", "\0")));
    }

    @Test
    void stdin_childClosesItEarly_breaksThePipe() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.shell(PIPES, "exec 0<&-; echo closed; exec sleep 60")) {
                awaitLine(child, "closed");
                assertThrows(IOException.class, () -> {
                    while (true) {
                        child.stdin().write(new byte[100_000]);
                        child.stdin().drain();
                    }
                });
                assertThrows(BrokenPipeException.class, () -> child.stdin().waitClosed());
            }
        });
    }

    @Test
    void communicate_inputWithoutAPipe_throws() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(QUIET, List.of("true"));
            var failure = assertThrows(IllegalStateException.class, () -> child.communicate(new byte[3]));
            assertTrue(failure.getMessage().contains("stdin(Redirect.PIPE)"), failure.getMessage());
            child.communicate();
        });
    }

    @Test
    void communicate_muchBothWays_doesNotDeadlock() throws IOException {
        var data = new byte[5_000_000];
        for (int i = 0; i < data.length; i++) {
            data[i] = (byte) (i * 7 + (i >> 9));
        }
        Asyncio.run(() -> {
            var child = Subprocess.shell(PIPES, "tee /dev/stderr");
            CommunicateResult result = child.communicate(data);
            assertTrue(Arrays.equals(data, result.stdout()));
            assertTrue(Arrays.equals(data, result.stderr()));
        });
    }

    @Test
    void communicate_moreThanMaxOutput_throwsAndKillsTheChild() throws IOException {
        Asyncio.run(() -> {
            for (String command : List.of("yes", "yes >&2")) {
                var child = Subprocess.shell(PIPES.maxOutput(100_000), command);
                var failure = assertThrows(LimitOverrunException.class, child::communicate);
                assertTrue(failure.getMessage().contains("100000"), failure.getMessage());
                assertTrue(failure.getMessage().contains("maxOutput"), failure.getMessage());
                assertTrue(child.returnCode().isPresent());
                assertFalse(alive(child.pid()));
            }
            var child = Subprocess.exec(OUTPUT.maxOutput(5), List.of("echo", "four"));
            assertEquals(5, child.communicate().stdout().length); // exactly as much as allowed
        });
    }

    @Test
    void communicate_timedOut_canBeGoneOnWith() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.shell(OUTPUT.stdin(Redirect.PIPE), "echo one; sleep 0.3; echo two")) {
                assertThrows(
                        TimeoutException.class, () -> Asyncio.waitFor(() -> child.communicate(), Asyncio.millis(100)));
                assertEquals(OptionalInt.empty(), child.returnCode());
                assertEquals("one\ntwo\n", new String(child.communicate().stdout(), UTF_8));
            }
        });
    }

    // ---- exits

    // Conformance 435: test_subprocess.py::SubprocessMixin::test_shell
    @Test
    void shell_exitCodes_comeBack() throws IOException {
        Asyncio.run(() -> {
            for (int from = 0; from < 256; from += 16) {
                List<Subprocess> children = new ArrayList<>();
                for (int code = from; code < from + 16; code++) {
                    children.add(Subprocess.shell(QUIET, "exit " + code));
                }
                for (int i = 0; i < 16; i++) {
                    assertEquals(from + i, children.get(i).waitFor());
                    assertEquals(OptionalInt.of(from + i), children.get(i).returnCode());
                }
            }
        });
    }

    // Conformance 436: test_subprocess.py::SubprocessMixin::test_kill
    @Test
    void kill_child_ends() throws IOException {
        Asyncio.run(() -> {
            var child = sleeper();
            child.kill();
            assertEquals(128 + 9, child.waitFor());
        });
    }

    // Conformance 437: test_subprocess.py::SubprocessMixin::test_terminate
    @Test
    void terminate_child_ends() throws IOException {
        Asyncio.run(() -> {
            var child = sleeper();
            child.terminate();
            assertEquals(128 + 15, child.waitFor());
        });
    }

    // Conformance 438: test_subprocess.py::SubprocessMixin::test_send_signal
    @Test
    void sendSignal_anySignal_reachesTheChild() throws IOException {
        Asyncio.run(() -> {
            for (Action send : List.<Action>of(
                    c -> c.sendSignal(Signals.HUP), c -> c.sendSignal("SIGHUP"), c -> c.sendSignal(1))) {
                var child = sleeper();
                send.to(child);
                assertEquals(128 + 1, child.waitFor());
            }
        });
    }

    private interface Action {
        void to(Subprocess child) throws IOException;
    }

    @Test
    void sendSignal_several_arriveInOrder() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.shell(
                    OUTPUT,
                    "trap 'echo usr1' USR1; trap 'echo usr2' USR2; trap 'echo term; exit 3' TERM; echo ready;"
                            + " while :; do sleep 0.01; done")) {
                awaitLine(child, "ready");
                child.sendSignal("USR1");
                awaitLine(child, "usr1");
                child.sendSignal("USR2");
                child.terminate();
                String rest = new String(child.stdout().readAll(), UTF_8);
                assertTrue(rest.endsWith("term\n"), rest);
                assertEquals(3, child.waitFor());
            }
        });
    }

    @Test
    void sendSignal_impossible_isRejected() throws IOException {
        Asyncio.run(() -> {
            try (var child = sleeper()) {
                for (String name : List.of("NOSUCH", "", "kill", "HUP 1", "-9")) {
                    var failure = assertThrows(IllegalArgumentException.class, () -> child.sendSignal(name));
                    assertTrue(failure.getMessage().contains(name), failure.getMessage());
                }
                assertThrows(IllegalArgumentException.class, () -> child.sendSignal(-1));
                assertThrows(IllegalArgumentException.class, () -> child.sendSignal(65));
                child.sendSignal(0);
                assertEquals(OptionalInt.empty(), child.returnCode());
            }
        });
    }

    // Conformance 449: test_subprocess.py::SubprocessMixin::test_subprocess_send_signal_race
    @Test
    void sendSignal_exitingOrExitedChild_doesNotThrow() throws IOException {
        Asyncio.run(() -> {
            for (int i = 0; i < 20; i++) {
                var child = Subprocess.exec(QUIET, List.of("true"));
                child.sendSignal("USR1");
                child.terminate();
                child.kill();
                child.waitFor();
                int code = child.returnCode().getAsInt();
                child.sendSignal("USR1");
                child.terminate();
                child.kill();
                assertEquals(code, child.waitFor());
            }
        });
    }

    // Conformance 448: test_subprocess.py::SubprocessMixin::test_subprocess_concurrent_wait
    @Test
    void waitFor_manyTasks_allReturn() throws IOException {
        Asyncio.run(() -> {
            var child = sleeper();
            List<Task<Integer>> waiting = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                waiting.add(Asyncio.createTask(() -> child.waitFor()));
            }
            Asyncio.yieldNow();
            child.kill();
            for (Task<Integer> task : waiting) {
                assertEquals(128 + 9, task.await());
            }
            assertEquals(128 + 9, child.waitFor());
        });
    }

    // Conformance 442: test_subprocess.py::SubprocessMixin::test_cancel_process_wait
    @Test
    void waitFor_cancelled_leavesTheProcessAndOthersAlone() throws IOException {
        Asyncio.run(() -> {
            var child = sleeper();
            Task<Integer> one = Asyncio.createTask(() -> child.waitFor());
            Task<Integer> other = Asyncio.createTask(() -> child.waitFor());
            Asyncio.yieldNow();
            one.cancel();
            assertThrows(CancelledError.class, one::await);
            assertEquals(OptionalInt.empty(), child.returnCode());
            assertTrue(alive(child.pid()));
            assertFalse(other.done());
            child.kill();
            assertEquals(128 + 9, other.await());
        });
    }

    @Test
    void waitFor_grandchildHoldsThePipe_returnsAsTheChildEnds() throws IOException {
        Asyncio.run(() -> {
            long before = System.nanoTime();
            try (var child = Subprocess.shell(OUTPUT, "sleep 30 & echo $!; sleep 0.2; exit 7")) {
                assertEquals(7, child.waitFor());
                assertTrue(System.nanoTime() - before < 10_000_000_000L);
                long grandchild = Long.parseLong(new String(child.stdout().readLine(), UTF_8).strip());
                assertTrue(alive(grandchild));
                ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
                assertEquals(0, child.stdout().readAll().length);
            }
        });
    }

    @Test
    void stdout_grandchildWritesAfterTheChildEnded_comesToo() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.shell(OUTPUT, "(sleep 0.4; echo one; sleep 0.1; echo two) & sleep 0.2");
            assertEquals(0, child.waitFor());
            assertEquals("one\ntwo\n", new String(child.stdout().readAll(), UTF_8));
        });
    }

    // ---- ends

    // Conformance 444: test_subprocess.py::SubprocessMixin::test_close_dont_kill_finished
    @Test
    void close_finishedChild_isNotKilled() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(OUTPUT, List.of("echo", "text"));
            child.stdout().readAll();
            while (alive(child.pid())) {
                Thread.onSpinWait(); // the loop cannot have seen the exit: it does not get to run
            }
            child.transport().close();
            child.transport().close();
            assertEquals(0, child.waitFor());
            child.close();
            child.close();
            assertEquals(OptionalInt.of(0), child.returnCode());
        });
    }

    @Test
    void close_childBlockedOnAFullPipe_endsIt() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(OUTPUT, List.of("yes"));
            var pipe = assertInstanceOf(ReadTransport.class, child.transport().getPipeTransport(1));
            while (pipe.isReading()) {
                Asyncio.sleep(Asyncio.millis(1));
            }
            long before = System.nanoTime();
            child.close();
            assertTrue(System.nanoTime() - before < 10_000_000_000L);
            assertTrue(child.returnCode().getAsInt() > 128); // KILL, or PIPE: whichever it noticed first
        });
    }

    @Test
    void close_childThatIgnoresTermAndItsChildren_killsAll() throws IOException {
        Asyncio.run(() -> {
            long grandchild;
            var child = Subprocess.shell(OUTPUT, "trap '' TERM; sleep 60 & echo $!; wait; wait");
            try (child) {
                grandchild = Long.parseLong(new String(child.stdout().readLine(), UTF_8).strip());
                child.terminate();
                assertTrue(alive(grandchild));
            }
            assertEquals(OptionalInt.of(128 + 9), child.returnCode());
            awaitGone(grandchild);
        });
    }

    /** Init reaps it some time; in a container without one it stays a zombie for ever. */
    private static void awaitGone(long pid) {
        while (alive(pid) && !isZombie(pid)) {
            Asyncio.sleep(Asyncio.millis(5));
        }
    }

    private static boolean isZombie(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
        } catch (IOException gone) {
            return true;
        }
    }

    // ---- starting

    // Conformance 445: test_subprocess.py::SubprocessMixin::test_popen_error
    @Test
    void exec_missingProgram_failsAndLeavesNothingOpen(@TempDir Path folder) throws IOException {
        Path notExecutable = Files.writeString(folder.resolve("text"), "text");
        Asyncio.run(() -> {
            for (int i = 0; i < 5; i++) { // so that what is opened once is open
                assertThrows(IOException.class, () -> Subprocess.exec(PIPES, List.of("/no/such/program")));
            }
            int before = Leaks.descriptors();
            for (int i = 0; i < 100; i++) {
                var failure =
                        assertThrows(IOException.class, () -> Subprocess.exec(PIPES, List.of("/no/such/program")));
                assertTrue(failure.getMessage().contains("/no/such/program"), failure.getMessage());
            }
            assertThrows(IOException.class, () -> Subprocess.exec(PIPES, List.of(notExecutable.toString())));
            assertThrows(IOException.class, () -> Subprocess.exec(PIPES.cwd(folder.resolve("none")), List.of("true")));
            assertThrows(
                    IOException.class,
                    () -> Subprocess.exec(QUIET.stdin(Redirect.from(folder.resolve("none"))), List.of("true")));
            assertEquals(before, Leaks.descriptors());
        });
    }

    // Conformance 447: test_subprocess.py::SubprocessMixin::test_create_subprocess_env_exec
    @Test
    void exec_environment_reachesTheChildAndIsAllItGets() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(OUTPUT.env(Map.of("FOO", "bar")), List.of("/usr/bin/env"));
            assertEquals("FOO=bar\n", new String(child.communicate().stdout(), UTF_8));
        });
    }

    @Test
    void exec_directory_isTheChilds(@TempDir Path folder) throws IOException {
        Path real = folder.toRealPath();
        Asyncio.run(() -> {
            var child = Subprocess.exec(OUTPUT.cwd(real), List.of("/bin/pwd"));
            assertEquals(real + "\n", new String(child.communicate().stdout(), UTF_8));
        });
    }

    @Test
    void exec_strangeArguments_comeBackUnchanged() throws IOException {
        var strange = List.of(
                "; rm -rf /nowhere",
                "$(id)",
                "`id`",
                "'",
                "\"",
                "two\nlines\n",
                "",
                " ",
                "\\",
                "*",
                "-n",
                "%s",
                "\t\r\u0007",
                "a=b",
                "--",
                "",
                "$HOME",
                "&& false",
                "| cat",
                "> out");
        Asyncio.run(() -> {
            List<String> command = new ArrayList<>(List.of("sh", "-c", "printf '%s\\000' \"$@\"", "sh"));
            command.addAll(strange);
            var child = Subprocess.exec(OUTPUT, command);
            String[] back = new String(child.communicate().stdout(), UTF_8).split("\0", -1);
            assertEquals(strange, List.of(back).subList(0, back.length - 1));
        });
    }

    @Test
    void exec_nulInAnArgumentOrNoProgram_isRejected() {
        Asyncio.run(() -> {
            for (List<String> command : List.of(List.of("echo", "a\0b"), List.of("ec\0ho"), List.<String>of())) {
                assertThrows(IllegalArgumentException.class, () -> Subprocess.exec(QUIET, command));
                assertThrows(
                        IllegalArgumentException.class,
                        () -> Subprocess.execProtocol(() -> new SubprocessProtocol() {}, QUIET, command));
                assertThrows(IllegalArgumentException.class, () -> Subprocess.run(QUIET, command));
            }
            var failure = assertThrows(IllegalArgumentException.class, () -> Subprocess.exec("echo", "fine", "a\0b"));
            assertTrue(failure.getMessage().contains("argument 2"), failure.getMessage());
            assertThrows(IllegalArgumentException.class, () -> Subprocess.shell("echo \0"));
        });
    }

    @Test
    void exec_child_seesThreeDescriptors() throws IOException {
        org.junit.jupiter.api.Assumptions.assumeTrue(Files.isDirectory(Path.of("/proc/self/fd")));
        Asyncio.run(() -> {
            var pipe = java.nio.channels.Pipe.open(); // something that must not be handed on
            try (var child = Subprocess.exec(PIPES, List.of("cat"))) {
                child.stdin().write("up\n".getBytes(UTF_8));
                awaitLine(child, "up"); // cat, not what became it
                assertEquals(List.of("0", "1", "2"), Leaks.descriptorNames(child.pid()));
            } finally {
                pipe.source().close();
                pipe.sink().close();
            }
        });
    }

    @Test
    void exec_ownStreams_areInherited() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.exec("true")) {
                assertNull(child.stdin());
                assertNull(child.stdout());
                assertNull(child.stderr());
                assertEquals(0, child.waitFor());
                assertTrue(child.toString().contains("returned 0"), child.toString());
                assertEquals(child.pid(), child.transport().getPid());
                assertNotNull(child.transport().getExtraInfo(ExtraInfo.SUBPROCESS));
            }
        });
    }
}
