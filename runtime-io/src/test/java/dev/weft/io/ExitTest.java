package dev.weft.io;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.Asyncio;
import java.io.BufferedReader;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Programs that are told to end leave nothing behind in the system. */
@Timeout(60)
final class ExitTest {
    @TempDir
    private Path folder;

    @Test
    void sigterm_childAndUnixServerLeftOpen_bothAreGone() throws Exception {
        assertLeavesNothing("wait", 143);
    }

    @Test
    void systemExit_childAndUnixServerLeftOpen_bothAreGone() throws Exception {
        assertLeavesNothing("exit", 7);
    }

    private void assertLeavesNothing(String how, int expectedCode) throws Exception {
        Path socket = folder.resolve("socket");
        Process program = start(socket.toString(), how);
        try (BufferedReader output = program.inputReader()) {
            String line = output.readLine();
            while (line != null && !line.matches("\\d+")) {
                line = output.readLine(); // of the log
            }
            assertTrue(line != null, "it ends early, with " + program);
            long child = Long.parseLong(line);
            if (how.equals("wait")) {
                assertTrue(Files.exists(socket));
                assertTrue(ProcessHandle.of(child).isPresent());
                program.toHandle().destroy(); // SIGTERM; the process's own method closes the pipe
            }
            String rest = String.join("\n", output.lines().toList());
            assertTrue(program.waitFor(30, TimeUnit.SECONDS), rest);
            assertEquals(expectedCode, program.exitValue(), rest);
            assertTrue(rest.contains("cleaned up"), rest);
            assertFalse(Files.exists(socket), rest);
            ProcessHandle.of(child).ifPresent(handle -> {
                handle.onExit().orTimeout(5, TimeUnit.SECONDS).join();
            });
        } finally {
            program.destroyForcibly();
        }
    }

    private static Process start(String... arguments) throws Exception {
        var classPath = new LinkedHashSet<String>();
        for (Class<?> needed : List.of(
                ExitMain.class,
                Net.class,
                Asyncio.class,
                org.slf4j.Logger.class,
                ch.qos.logback.classic.Logger.class,
                ch.qos.logback.core.Appender.class)) {
            classPath.add(Path.of(needed.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        }
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx128m"));
        if ("confined".equals(System.getProperty("weft.test.mode"))) {
            command.add("--add-opens=java.base/java.lang=ALL-UNNAMED");
        }
        command.addAll(List.of("-cp", String.join(File.pathSeparator, classPath), ExitMain.class.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command).redirectErrorStream(true).start();
    }
}
