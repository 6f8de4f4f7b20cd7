package dev.weft.samples;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the sample scripts as a user does, each beside its Python original where there is a Python, and compares what they print. */
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
final class ScriptsTest {
    private static final Pattern PORT = Pattern.compile("serving on port (\\d+)");

    @ParameterizedTest
    @ValueSource(strings = {"hello", "event_handler", "producer_consumer", "crawler_tree", "stdin_and_timer"})
    void script_besideItsOriginal_printsTheSame(String name) throws Exception {
        try (var java = SampleProcess.java(name);
                var python = Python.command().isPresent() ? SampleProcess.python(name) : null) {
            var input = "a\nb\n"; // only one of them listens
            java.type(input);
            if (python != null) {
                python.type(input);
                assertPrints(name, python.await());
            }
            assertPrints(name, java.await());
        }
    }

    /** Their originals need a library that a Python comes without; where it is missing, the expected output alone has to do. */
    @ParameterizedTest
    @CsvSource({
        "endpoint_echo, twisted",
        "printing_protocol, twisted",
        "visitor_factory, twisted",
        "when_running, twisted",
        "chat_server, twisted",
        "tcp_proxy, twisted",
        "periodic_job, tornado",
        "bounded_crawler, tornado",
        "web_server, tornado"
    })
    void script_besideItsTwistedOrTornadoOriginal_printsTheSame(String name, String library) throws Exception {
        try (var java = SampleProcess.java(name);
                var python = Python.has(library) ? SampleProcess.python(name) : null) {
            if (python != null) {
                assertPrints(name, python.await());
            }
            assertPrints(name, java.await());
        }
    }

    @Test
    void deadlock_reportsTheCycleInsteadOfHanging() throws Exception {
        assumeTrue(
                System.getProperty("weft.test.mode").equals("confined"),
                "in portable mode it cannot be told that nothing outside wakes the loop");
        try (var java = SampleProcess.java("deadlock")) {
            var ended = java.await();
            assertEquals("took Alice's account\ntook Bob's account\n", ended.output(), ended::errors);
            assertEquals(1, ended.exitCode(), ended::errors);
            assertTrue(
                    ended.errors()
                            .contains("cycle: Alice pays Bob waits for Lock[locked by Bob pays Alice, 1 waiting]"
                                    + " held by Bob pays Alice, which waits for Lock["),
                    ended::errors);
        }
    }

    @Test
    void echoServer_interrupted_endsWith130AfterItsFinally() throws Exception {
        assumeFalse(interruptIsIgnored(), "SIGINT is ignored here, as in a background job of a shell");
        try (var java = SampleProcess.java("echo_server", "0")) {
            assertEchoes(java, true);
        }
    }

    @Test
    void echoServerOriginal_wherePythonIsInstalled_doesTheSame() throws Exception {
        assumeTrue(Python.command().isPresent(), "no Python 3.11 or newer here");
        assumeFalse(interruptIsIgnored(), "SIGINT is ignored here, as in a background job of a shell");
        try (var python = SampleProcess.python("echo_server", "0")) {
            assertEchoes(python, false); // Python 3.12 and 3.13 would wait for it
        }
    }

    private static void assertPrints(String name, SampleProcess.Ended ended) throws IOException {
        assertEquals(expected(name), ended.output(), ended::errors);
        assertEquals(0, ended.exitCode(), ended::errors);
    }

    private static void assertEchoes(SampleProcess server, boolean leaveOneOpen)
            throws IOException, InterruptedException {
        var first = server.readLine();
        var port = PORT.matcher(first);
        assertTrue(port.matches(), first);
        try (var idle = leaveOneOpen ? connect(port.group(1)) : null) {
            try (var client = connect(port.group(1))) {
                client.getOutputStream().write("hi".getBytes(StandardCharsets.UTF_8));
                client.shutdownOutput();
                assertEquals("hi", new String(client.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
            }
            server.interrupt();
            if (idle != null) {
                assertEquals(-1, idle.getInputStream().read(), "the end of the connection left open");
            }
        }
        var ended = server.await();
        var printed = PORT.matcher(first).replaceFirst("serving on port PORT") + "\n" + ended.output();
        assertEquals(expected("echo_server"), printed, ended::errors);
        assertEquals(130, ended.exitCode(), ended::errors);
    }

    private static Socket connect(String port) throws IOException {
        return new Socket(InetAddress.getLoopbackAddress(), Integer.parseInt(port));
    }

    private static String expected(String name) throws IOException {
        return Files.readString(Path.of("scripts", "expected", name + ".txt"));
    }

    /** Whether processes started from here are deaf to SIGINT, bit 1 of the mask of ignored signals. */
    private static boolean interruptIsIgnored() throws IOException {
        var status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return false;
        }
        try (var lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith("SigIgn:"))
                    .map(line -> Long.parseUnsignedLong(
                            line.substring("SigIgn:".length()).strip(), 16))
                    .anyMatch(mask -> (mask & 0b10) != 0);
        }
    }
}
