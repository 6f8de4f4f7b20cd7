package dev.weft.io;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.weft.Asyncio;
import dev.weft.Suspends;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.util.Arrays;
import org.junit.jupiter.api.Assumptions;

/** Another program to talk to, with its standard streams. Everything that blocks is done off the loop. */
final class Peer implements AutoCloseable {
    private final Process process;
    private final BufferedReader output;

    private Peer(Process process) {
        this.process = process;
        output = process.inputReader(UTF_8);
    }

    /** Skips the test, and says why, where a program is not installed. */
    static void assumeInstalled(String program) {
        boolean found = Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> new File(folder, program).canExecute());
        Assumptions.assumeTrue(found, program + " is not installed");
    }

    @Suspends
    static Peer start(String... command) throws IOException {
        return Asyncio.toThread(() ->
                new Peer(new ProcessBuilder(command).redirectErrorStream(true).start()));
    }

    /** Runs a program in Python, which prints a line when it is ready. */
    @Suspends
    static Peer python(String program, String... arguments) throws IOException {
        String[] command = new String[arguments.length + 4];
        command[0] = "python3";
        command[1] = "-u";
        command[2] = "-c";
        command[3] = program;
        System.arraycopy(arguments, 0, command, 4, arguments.length);
        return start(command);
    }

    /** The next line it prints, standard error included. */
    @Suspends
    String readLine() throws IOException {
        return String.valueOf(Asyncio.toThread(output::readLine));
    }

    /** Everything it has written since, or the first {@code length} characters of that. */
    @Suspends
    String read(int length) throws IOException {
        return Asyncio.toThread(() -> {
            var text = new char[length];
            int count = 0;
            for (int n = 0; count < length && n >= 0; count += Math.max(n, 0)) {
                n = output.read(text, count, length - count);
            }
            return new String(text, 0, count);
        });
    }

    @Suspends
    void write(String text) throws IOException {
        Asyncio.toThread(() -> {
            process.getOutputStream().write(text.getBytes(UTF_8));
            process.getOutputStream().flush();
        });
    }

    /** Ends what it can read. */
    @Suspends
    void closeInput() throws IOException {
        Asyncio.toThread(() -> process.getOutputStream().close());
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** What it ends with. */
    @Suspends
    int exitCode() throws InterruptedException {
        return Asyncio.toThread(() -> process.waitFor());
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Ends it. */
    @Override
    public void close() {
        kill();
    }
}
