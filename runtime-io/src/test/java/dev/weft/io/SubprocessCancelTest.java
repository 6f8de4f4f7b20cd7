package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
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
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Children whose starter is cancelled, and children that are run to their end. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are Unix programs")
@Timeout(120)
final class SubprocessCancelTest {
    private static final ProcessOptions PIPES = SubprocessTest.PIPES;
    private static final ProcessOptions QUIET = SubprocessTest.QUIET;
    private static final ProcessOptions OUTPUT = SubprocessTest.OUTPUT;

    private static List<ProcessHandle> ownChildren() {
        return ProcessHandle.current().children().toList();
    }

    // ---- the start

    // Conformance 443: test_subprocess.py::SubprocessMixin::test_cancel_make_subprocess_transport_exec
    @Test
    void exec_cancelledAtAnyMoment_leavesNoChild() {
        Asyncio.run(() -> {
            int started = 0;
            int cancelled = 0;
            for (int step = 0; step < 60; step++) {
                Task<Subprocess> starting = Asyncio.createTask(() -> Subprocess.exec(PIPES, List.of("sleep", "60")));
                for (int i = 0; i < step % 3; i++) {
                    Asyncio.yieldNow();
                }
                if (step >= 3) {
                    Asyncio.sleep(java.time.Duration.ofNanos(step * 100_000L));
                }
                starting.cancel();
                try {
                    starting.await().close();
                    started++;
                } catch (CancelledError expected) {
                    cancelled++;
                }
                assertEquals(List.of(), ownChildren(), "at step " + step);
            }
            assertEquals(60, started + cancelled);
            assertTrue(cancelled >= 3, "cancelled " + cancelled);
        });
    }

    // Conformance 450: test_subprocess.py::SubprocessMixin::test_subprocess_read_pipe_cancelled
    @Test
    void exec_cancelledWhileThePipesAreSetUp_killsTheChildAndDoesNotHang() {
        Asyncio.run(() -> {
            var self = new ArrayList<Task<?>>();
            var transports = new ArrayList<SubprocessTransport>();
            Task<?> starting = Asyncio.createTask(() -> Subprocess.execProtocol(
                    () -> new SubprocessProtocol() {
                        @Override
                        public void connectionMade(BaseTransport transport) {
                            transports.add((SubprocessTransport) transport);
                            self.getFirst().cancel();
                        }
                    },
                    ProcessOptions.DEFAULT,
                    List.of("sleep", "60")));
            self.add(starting);
            assertThrows(CancelledError.class, starting::await);
            assertEquals(OptionalInt.of(128 + 9), transports.getFirst().getReturnCode());
            assertEquals(List.of(), ownChildren());
        });
    }

    @Test
    void communicate_cancelled_leavesTheChildAndItsStreams() throws IOException {
        Asyncio.run(() -> {
            try (var child = Subprocess.exec(PIPES, List.of("sleep", "60"))) {
                Task<?> talking = Asyncio.createTask(() -> child.communicate(new byte[1_000_000]));
                for (int i = 0; i < 5; i++) {
                    Asyncio.yieldNow();
                }
                talking.cancel();
                assertThrows(CancelledError.class, talking::await);
                assertEquals(OptionalInt.empty(), child.returnCode());
                assertTrue(child.stdin().isClosing());
                child.kill();
                assertEquals(0, child.communicate().stdout().length); // nobody else reads
            }
        });
    }

    @Test
    void close_cancelled_killsAllTheSame() throws IOException {
        Asyncio.run(() -> {
            var child = Subprocess.exec(QUIET, List.of("sleep", "60"));
            Task<?> closing = Asyncio.createTask(() -> child.close());
            Asyncio.yieldNow();
            closing.cancel();
            assertThrows(CancelledError.class, closing::await);
            assertEquals(128 + 9, child.waitFor());
        });
    }

    // ---- run

    @Test
    void run_program_tellsEverythingAboutIt() throws IOException {
        Asyncio.run(() -> {
            var done = Subprocess.run(
                    PIPES.input("text".getBytes(UTF_8)), List.of("sh", "-c", "cat; echo no >&2; exit 3"));
            assertEquals(3, done.returnCode());
            assertEquals("text", new String(done.stdout(), UTF_8));
            assertEquals("no\n", new String(done.stderr(), UTF_8));
            assertEquals("sh", done.command().getFirst());
            assertTrue(done.toString().contains("returned 3"), done.toString());
            var failure = assertThrows(CalledProcessException.class, done::checkReturnCode);
            assertEquals(3, failure.returnCode());

            var quiet = Subprocess.run(QUIET, List.of("true"));
            quiet.checkReturnCode();
            assertNull(quiet.stdout());
            assertNull(quiet.stderr());
        });
    }

    @Test
    void run_checkAndFailure_throwsWithWhatWasWritten() throws IOException {
        Asyncio.run(() -> {
            var failure = assertThrows(
                    CalledProcessException.class,
                    () -> Subprocess.run(OUTPUT.check(true), List.of("sh", "-c", "echo why; exit 9")));
            assertEquals(9, failure.returnCode());
            assertEquals("why\n", new String(failure.process().stdout(), UTF_8));
            assertTrue(failure.getMessage().contains("sh returned 9"), failure.getMessage());
            assertEquals(0, Subprocess.run(OUTPUT.check(true), List.of("true")).returnCode());
        });
    }

    @Test
    void run_inputAndAnotherStdin_isRejected() {
        Asyncio.run(() -> {
            assertThrows(
                    IllegalArgumentException.class, () -> Subprocess.run(QUIET.input(new byte[1]), List.of("true")));
        });
    }

    @Test
    void run_moreThanMaxOutput_throwsAndKills() {
        Asyncio.run(() -> {
            assertThrows(LimitOverrunException.class, () -> Subprocess.run(OUTPUT.maxOutput(1000), List.of("yes")));
            assertEquals(List.of(), ownChildren());
        });
    }

    @Test
    void run_cancelled_asksTheChildToEndAndWaitsForThat(@TempDir Path folder) throws IOException {
        Path note = folder.resolve("note");
        Asyncio.run(() -> {
            // It reads first, so that it is past its start when it is cancelled.
            String script = "read line; trap 'echo bye > " + note + "; exit 0' TERM; echo > " + note
                    + "; while :; do sleep 0.01; done";
            Task<?> running = Asyncio.createTask(() -> Subprocess.run(
                    ProcessOptions.DEFAULT.stdout(Redirect.PIPE).input("go\n".getBytes(UTF_8)),
                    List.of("sh", "-c", script)));
            while (!Files.exists(note) || Files.size(note) == 0) {
                Asyncio.sleep(Asyncio.millis(2));
            }
            long before = System.nanoTime();
            running.cancel();
            assertThrows(CancelledError.class, running::await);
            assertEquals("bye\n", Files.readString(note));
            assertTrue(System.nanoTime() - before < 4_000_000_000L); // did not need the grace of 5 s
            assertEquals(List.of(), ownChildren());
        });
    }

    @Test
    void run_timedOutAndTermIgnoredByTheWholeTree_killsItAfterTheGrace(@TempDir Path folder) throws IOException {
        Path pids = folder.resolve("pids");
        Asyncio.run(() -> {
            String script = "trap '' TERM; (trap '' TERM; while :; do sleep 0.05; done) & echo $! > " + pids
                    + "; while :; do sleep 0.05; done";
            assertThrows(
                    TimeoutException.class,
                    () -> Asyncio.waitFor(
                            () -> Subprocess.run(OUTPUT.grace(Asyncio.millis(200)), List.of("sh", "-c", script)),
                            Asyncio.millis(500)));
            assertEquals(List.of(), ownChildren());
            long grandchild = Long.parseLong(Files.readString(pids).strip());
            while (ProcessHandle.of(grandchild).isPresent() && !zombie(grandchild)) {
                Asyncio.sleep(Asyncio.millis(5));
            }
        });
    }

    private static boolean zombie(long pid) throws IOException {
        Path stat = Path.of("/proc/" + pid + "/stat");
        if (!Files.exists(stat)) {
            return false;
        }
        String line = Files.readString(stat);
        return line.startsWith("Z", line.lastIndexOf(')') + 2);
    }

    @Test
    void run_cancelledTwice_killsAtOnce(@TempDir Path folder) throws IOException {
        Path note = folder.resolve("note");
        Asyncio.run(() -> {
            String script = "read line; trap 'echo ignored > " + note + "' TERM; echo > " + note
                    + "; while :; do sleep 0.01; done";
            Task<?> running = Asyncio.createTask(() -> Subprocess.run(
                    ProcessOptions.DEFAULT
                            .stdout(Redirect.PIPE)
                            .input("go\n".getBytes(UTF_8))
                            .grace(Asyncio.seconds(1000)),
                    List.of("sh", "-c", script)));
            while (!Files.exists(note) || Files.size(note) == 0) {
                Asyncio.sleep(Asyncio.millis(2));
            }
            running.cancel();
            while (!Files.readString(note).startsWith("ignored")) {
                Asyncio.sleep(Asyncio.millis(2));
            }
            assertFalse(running.done());
            running.cancel();
            assertThrows(CancelledError.class, running::await);
            assertEquals(List.of(), ownChildren());
        });
    }

    @Test
    void run_failsToStart_throws() {
        Asyncio.run(() -> {
            var failure = assertThrows(
                    IOException.class, () -> Subprocess.run(QUIET, List.of("/no/such/program", "argument")));
            assertInstanceOf(IOException.class, failure);
            assertTrue(failure.getMessage().contains("/no/such/program"), failure.getMessage());
        });
    }
}
