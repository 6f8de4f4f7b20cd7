package dev.weft.io;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;

/**
 * An echo server in a JVM of its own: one process has too few descriptors for both ends of ten thousand connections. Writes its port; then, for
 * each line it reads, its heap in use, its platform threads, its processor time and its descriptors. Ends at the end of its input.
 */
public final class LoadServer {
    /** What its lines begin with: others are those of its log. */
    private static final String PORT = "port ";

    private static final String REPORT = "report ";

    private LoadServer() {}

    public static void main(String[] arguments) throws IOException {
        Asyncio.run(() -> {
            var options = ServerOptions.DEFAULT.backlog(1000);
            try (var serving =
                    Net.startServer(LoadServer::echo, "127.0.0.1", 0, options).serving()) {
                System.out.println(PORT + serving.server().port());
                while (Stdio.stdin().readLine().length > 0) {
                    System.out.println(REPORT + report());
                }
                serving.server().abortClients();
            }
        });
    }

    private static String report() throws IOException {
        System.gc();
        return String.format(
                Locale.ROOT,
                "%d %d %d %d",
                ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed(),
                ManagementFactory.getThreadMXBean().getThreadCount(),
                ProcessHandle.current().info().totalCpuDuration().orElseThrow().toNanos(),
                Leaks.descriptors());
    }

    @Suspends
    static void echo(StreamReader reader, StreamWriter writer) throws IOException {
        try (writer) {
            for (byte[] data = reader.read(64 * 1024); data.length > 0; data = reader.read(64 * 1024)) {
                writer.write(data);
                writer.drain();
            }
        }
    }

    /** One of them, seen from the parent. */
    record Client(Subprocess process, int port) {
        @Suspends
        static Client start() throws IOException {
            var options = ProcessOptions.DEFAULT
                    .stdin(Redirect.PIPE)
                    .stdout(Redirect.PIPE)
                    .stderr(Redirect.INHERIT);
            var process = Subprocess.exec(options, SubJvm.command(List.of(), List.of("-Xmx1g"), LoadServer.class));
            return new Client(process, Integer.parseInt(line(process, PORT)));
        }

        @Suspends
        private static String line(Subprocess process, String beginning) throws IOException {
            while (true) {
                byte[] line = Objects.requireNonNull(process.stdout()).readLine();
                if (line.length == 0) {
                    throw new IOException("the server has ended");
                }
                String text = new String(line, StandardCharsets.US_ASCII).strip();
                if (text.startsWith(beginning)) {
                    return text.substring(beginning.length());
                }
            }
        }

        /** Heap, threads, nanoseconds of processor time, descriptors. */
        @Suspends
        long[] report() throws IOException {
            StreamWriter stdin = Objects.requireNonNull(process.stdin());
            stdin.write(new byte[] {'\n'});
            stdin.drain();
            return Arrays.stream(line(process, REPORT).split(" "))
                    .mapToLong(Long::parseLong)
                    .toArray();
        }

        @Suspends
        int end() {
            Objects.requireNonNull(process.stdin()).close();
            return process.waitFor();
        }
    }
}
