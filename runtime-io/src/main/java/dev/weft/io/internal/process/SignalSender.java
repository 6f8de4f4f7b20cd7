package dev.weft.io.internal.process;

import java.io.IOException;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends signals to one process. Java itself sends TERM and KILL; for all others the shell does, whose {@code kill} is built in, on another
 * thread. They arrive in the order in which they were sent, except that KILL waits for nobody. Confined to a loop.
 */
final class SignalSender {
    private static final Logger LOG = LoggerFactory.getLogger("dev.weft");
    private static final int TERM = 15;
    private static final int KILL = 9;
    private static final int HIGHEST = 64;

    private static final Set<String> NAMES = Set.of(
            "ABRT", "ALRM", "BUS", "CHLD", "CONT", "FPE", "HUP", "ILL", "INT", "KILL", "PIPE", "PROF", "QUIT", "SEGV",
            "STOP", "SYS", "TERM", "TRAP", "TSTP", "TTIN", "TTOU", "URG", "USR1", "USR2", "VTALRM", "WINCH", "XCPU",
            "XFSZ");

    private final ProcessHandle process;
    private CompletableFuture<?> sent = CompletableFuture.completedFuture(null);

    /** The process may be gone; a handle knows when its process began and is not fooled by another one of the same number. */
    SignalSender(ProcessHandle process) {
        this.process = process;
    }

    void terminate() {
        then(process::destroy);
    }

    void kill() {
        process.destroyForcibly();
    }

    void send(String signal) {
        String name = signal.startsWith("SIG") ? signal.substring(3) : signal;
        switch (name) {
            case "TERM" -> terminate();
            case "KILL" -> kill();
            default -> {
                if (!NAMES.contains(name)) {
                    throw new IllegalArgumentException("no such signal: " + signal
                            + "; known are POSIX's names, such as INT, HUP and USR1, with or without SIG");
                }
                sendThroughShell(name);
            }
        }
    }

    void send(int number) {
        switch (number) {
            case TERM -> terminate();
            case KILL -> kill();
            default -> {
                if (number < 0 || number > HIGHEST) {
                    throw new IllegalArgumentException(
                            "a signal's number is between 0 and " + HIGHEST + ", got " + number);
                }
                sendThroughShell(Integer.toString(number));
            }
        }
    }

    private void sendThroughShell(String signal) {
        if (System.getProperty("os.name").toLowerCase(Locale.ROOT).startsWith("windows")) {
            throw new UnsupportedOperationException("Windows knows TERM and KILL only, not " + signal);
        }
        sent = sent.thenRunAsync(() -> shellKill(signal), OffLoop.POOL);
    }

    private void shellKill(String signal) {
        if (!process.isAlive()) {
            return;
        }
        try {
            int code = new ProcessBuilder(
                            "/bin/sh", "-c", "kill -\"$1\" \"$2\"", "sh", signal, Long.toString(process.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
            if (code != 0 && process.isAlive()) {
                LOG.warn("the signal {} could not be sent to {}", signal, process);
            }
        } catch (IOException e) {
            LOG.warn("the signal {} could not be sent to {}", signal, process, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void then(Runnable direct) {
        if (sent.isDone()) {
            direct.run();
        } else {
            sent = sent.thenRunAsync(direct, OffLoop.POOL);
        }
    }
}
