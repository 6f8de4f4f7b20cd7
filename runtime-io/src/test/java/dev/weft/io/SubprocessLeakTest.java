package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import dev.weft.Task;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Many children leave no thread and no descriptor behind. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the children are Unix programs")
@Timeout(120)
final class SubprocessLeakTest {
    /** 1,000 with {@code -Dweft.test.children=1000}; fewer by default, since each costs the machine some milliseconds. */
    private static final int ONE_AFTER_ANOTHER = Integer.getInteger("weft.test.children", 200);

    /** The JDK closes what is left of a child's pipes some time after its exit. */
    private static void assertNothingLeft(int descriptors) throws IOException {
        long deadline = System.nanoTime() + 20_000_000_000L;
        while (System.nanoTime() < deadline
                && (Leaks.descriptors() > descriptors || !Leaks.childThreads().isEmpty())) {
            Asyncio.sleep(Asyncio.millis(5));
        }
        assertEquals(List.of(), Leaks.childThreads());
        assertTrue(Leaks.descriptors() <= descriptors, Leaks.descriptors() + " descriptors, before " + descriptors);
    }

    @Test
    void exec_oneAfterAnother_leaksNothing() throws IOException {
        Asyncio.run(() -> {
            Subprocess.exec(SubprocessTest.PIPES, List.of("true")).communicate();
            int before = Leaks.descriptors();
            for (int i = 0; i < ONE_AFTER_ANOTHER; i++) {
                var child = Subprocess.exec(SubprocessTest.PIPES, List.of("/bin/true"));
                if (i % 2 == 0) {
                    child.communicate();
                } else {
                    child.close();
                }
                assertTrue(child.returnCode().isPresent());
            }
            assertNothingLeft(before);
        });
    }

    @Test
    void exec_fiftySilentOnesAtOnce_holdNobodyUpAndLeakNothing() throws IOException {
        Asyncio.run(() -> {
            Subprocess.exec(SubprocessTest.PIPES, List.of("true")).communicate();
            int before = Leaks.descriptors();
            List<Task<Subprocess>> starting = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                starting.add(Asyncio.createTask(() -> Subprocess.exec(SubprocessTest.PIPES, List.of("cat"))));
            }
            List<Subprocess> children = new ArrayList<>();
            List<Task<CommunicateResult>> reading = new ArrayList<>();
            for (Task<Subprocess> task : starting) {
                children.add(task.await());
            }
            List<Task<byte[]>> silent = new ArrayList<>();
            for (Subprocess child : children) {
                silent.add(Asyncio.createTask(() -> child.stdout().readLine()));
            }
            Asyncio.sleep(Asyncio.millis(50));
            // While 100 reads block, everything else goes on: other threads, executors, and the children, if spoken to.
            assertEquals("done", Asyncio.<String, RuntimeException>toThread(() -> "done"));
            for (int i = 0; i < 50; i++) {
                assertTrue(!silent.get(i).done());
                children.get(i).stdin().write(("line " + i + "\n").getBytes(UTF_8));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals("line " + i + "\n", new String(silent.get(i).await(), UTF_8));
                Subprocess child = children.get(i);
                reading.add(Asyncio.createTask(() -> child.communicate("rest".getBytes(UTF_8))));
            }
            for (int i = 0; i < 50; i++) {
                assertEquals("rest", new String(reading.get(i).await().stdout(), UTF_8));
                assertEquals(0, children.get(i).waitFor());
            }
            assertNothingLeft(before);
        });
    }

    @Test
    void close_grandchildHoldsThePipe_closesItAllTheSame() throws IOException {
        Asyncio.run(() -> {
            Subprocess.exec(SubprocessTest.PIPES, List.of("true")).communicate();
            int before = Leaks.descriptors();
            var child = Subprocess.shell(SubprocessTest.OUTPUT, "sleep 60 & echo $!; sleep 0.1");
            long grandchild = Long.parseLong(new String(child.stdout().readLine(), UTF_8).strip());
            assertEquals(0, child.waitFor());
            child.close();
            assertEquals(0, child.stdout().readAll().length);
            while (Leaks.descriptors() > before) {
                Asyncio.sleep(Asyncio.millis(1));
            }
            // The thread's read cannot be called back; it ends with the last who could write.
            ProcessHandle.of(grandchild).orElseThrow().destroyForcibly();
            assertNothingLeft(before);
        });
    }
}
