package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.weft.io.faults.FaultSweep;
import dev.weft.io.faults.FaultyThread;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Calls of the system that fail below the JDK, by {@code strace -e inject}: {@code ./mvnw -B verify -Pfaults}. Linux only. */
final class SystemCallsRun {
    private static final List<String> POINTS = List.of(
            "TCP_ECHO accept EMFILE 1",
            "TCP_ECHO accept ENFILE 1",
            "TCP_ECHO accept ENOBUFS 1",
            "TCP_ECHO accept ENOMEM 1",
            "TCP_ECHO accept ECONNABORTED 1",
            "TCP_ECHO accept EINTR 1",
            "ACCEPT_FIVE accept EMFILE 3",
            "CONNECT connect ECONNREFUSED 3",
            "CONNECT connect ETIMEDOUT 1",
            "TCP_ECHO connect EADDRNOTAVAIL 1",
            "TCP_ECHO connect ENETUNREACH 1",
            "TCP_ECHO read ECONNRESET 1",
            "TCP_ECHO read ECONNRESET 3",
            "TCP_ECHO read EIO 2",
            "TCP_ECHO read EAGAIN 3",
            "TCP_ECHO read EAGAIN 1",
            "TCP_ECHO write EPIPE 1",
            "TCP_ECHO write ECONNRESET 2",
            "TCP_ECHO write ENOBUFS 1",
            "TCP_ECHO write EAGAIN 1",
            "TCP_ECHO write EINTR 2",
            "TLS_ECHO read ECONNRESET 4",
            "TLS_ECHO write EPIPE 3",
            "UNIX_ECHO connect ECONNREFUSED 1",
            "UNIX_ECHO socket EMFILE 2",
            "TCP_ECHO socket EMFILE 1",
            "TCP_ECHO socket ENOBUFS 2",
            "TCP_ECHO bind EADDRINUSE 1",
            "TCP_ECHO listen EADDRINUSE 1",
            "TCP_ECHO epoll_create1 EMFILE 1",
            "TCP_ECHO eventfd2 EMFILE 1",
            "TCP_ECHO epoll_ctl ENOMEM 1",
            "TCP_ECHO epoll_ctl ENOMEM 3",
            "TCP_ECHO epoll_ctl ENOSPC 4",
            "TCP_ECHO epoll_wait EINTR 1",
            "TCP_ECHO epoll_wait EINTR 4",
            "TCP_ECHO epoll_wait EBADF 2",
            "TCP_ECHO setsockopt ENOPROTOOPT 2",
            "TCP_ECHO shutdown ENOBUFS 1",
            "DATAGRAMS sendto ENOBUFS 1",
            "DATAGRAMS sendto ECONNREFUSED 2",
            "DATAGRAMS recvfrom ECONNREFUSED 1");

    private static final Path TRACE = Path.of("target", "strace.txt");

    @Test
    void chosenCalls_failBelowTheJdk_endWithAnErrorAndTheLoopServesOn() throws Exception {
        Peer.assumeInstalled("strace");
        Assumptions.assumeFalse(
                System.getProperty("weft.test.mode", "").equals("portable"),
                "there the calls are made by the tasks' threads, not by the loop's");
        Files.createDirectories(TRACE.toAbsolutePath().getParent());
        var report = new StringBuilder();
        var wrong = new ArrayList<String>();
        int met = 0;
        Process program = SubJvm.start(List.of(), List.of(), FaultyThread.class);
        try (var output = program.inputReader(UTF_8);
                var input = program.outputWriter(UTF_8)) {
            for (String warmUp : List.of("TCP_ECHO", "TLS_ECHO")) {
                say(input, warmUp);
                answer(output);
                say(input, "go");
                assertEquals("done", answer(output));
            }
            for (String point : POINTS) {
                String[] words = point.split(" ", -1);
                say(input, words[0]);
                answer(output);
                Process tracing = attach(program.pid(), words[1], words[2], words[3]);
                say(input, "go");
                String outcome = answer(output);
                assertTrue(tracing.waitFor(30, TimeUnit.SECONDS), "strace goes on after its thread");
                boolean injected = Files.readString(TRACE).contains("INJECTED");
                met += injected ? 1 : 0;
                report.append(point)
                        .append(injected ? ": " : " (not met): ")
                        .append(outcome)
                        .append('\n');
                if (!isWell(words[1], outcome)) {
                    wrong.add(point + ": " + outcome);
                }
            }
        } finally {
            program.destroyForcibly();
        }
        System.out.println(report + "" + met + " of " + POINTS.size() + " met");
        assertEquals(List.of(), wrong);
        assertTrue(met >= 30, met + " met");
    }

    private static boolean isWell(String call, String outcome) {
        return switch (outcome) {
            case "done" -> true;
            // The JDK does not look at what epoll_ctl returns: a channel is then not waited for.
            case FaultSweep.TIME_LIMIT -> call.equals("epoll_ctl");
            default -> outcome.startsWith(FaultSweep.TOLD);
        };
    }

    private static void say(BufferedWriter input, String line) throws IOException {
        input.write(line + "\n");
        input.flush();
    }

    /** The next line that is no log message. */
    private static String answer(BufferedReader output) throws IOException {
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(FaultyThread.ANSWER)) {
                return line.substring(FaultyThread.ANSWER.length());
            }
        }
        throw new IOException("the program has ended");
    }

    /** Makes a call of the thread fail, the N-th of those to come. */
    private static Process attach(long pid, String call, String error, String number)
            throws IOException, InterruptedException {
        String thread = threadOf(pid);
        Files.deleteIfExists(TRACE);
        Process tracing = new ProcessBuilder(
                        "strace",
                        "-p",
                        thread,
                        "-o",
                        TRACE.toString(),
                        "-e",
                        "trace=" + call,
                        "-e",
                        "inject=" + call + ":error=" + error + ":when=" + number)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        Path status = Path.of("/proc/" + thread + "/status");
        while (Files.readString(status).contains("TracerPid:\t0\n")) {
            assertTrue(tracing.isAlive(), "strace cannot attach");
            Thread.sleep(1); // nothing tells
        }
        return tracing;
    }

    private static String threadOf(long pid) throws IOException {
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads) {
                try {
                    if (Files.readString(thread.resolve("comm")).strip().equals(FaultyThread.NAME)) {
                        return thread.getFileName().toString();
                    }
                } catch (IOException ended) {
                    // another thread, just now
                }
            }
        }
        throw new IOException("no thread " + FaultyThread.NAME);
    }
}
