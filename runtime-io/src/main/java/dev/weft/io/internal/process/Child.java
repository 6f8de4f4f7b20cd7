package dev.weft.io.internal.process;

import dev.weft.EventLoop;
import dev.weft.Suspends;
import dev.weft.io.BrokenPipeException;
import dev.weft.io.internal.transport.InputPump;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.ProcessBuilder.Redirect;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * A process just started, with threads at its output already.
 *
 * @param process the process; never told to destroy itself, which would close its streams
 * @param stdin where its input is written; null if that is no pipe
 * @param stdout reads its output; null if that is no pipe
 * @param stderr reads its errors; null if those are no pipe of their own
 */
record Child(
        Process process,
        @Nullable OutputStream stdin,
        @Nullable InputPump stdout,
        @Nullable InputPump stderr) {

    /**
     * Starts a child off the loop. When cancelled, returns only after what was started has ended; if cancelled again, at once, and it ends
     * without being waited for.
     *
     * @throws IOException if it cannot be started
     */
    @Suspends
    static Child spawn(EventLoop loop, ProcessBuilder builder) throws IOException {
        CompletableFuture<Child> starting = start(builder);
        Child child = null;
        try {
            child = OffLoop.on(loop, starting).await(IOException.class);
            return child;
        } finally {
            if (child == null) {
                CompletableFuture<?> ended =
                        starting.thenComposeAsync(Child::discard, OffLoop.POOL).exceptionally(neverStarted -> null);
                OffLoop.on(loop, ended).await();
            }
        }
    }

    private static CompletableFuture<Child> start(ProcessBuilder builder) {
        boolean output = builder.redirectOutput() == Redirect.PIPE;
        boolean errors = builder.redirectError() == Redirect.PIPE && !builder.redirectErrorStream();
        if (!output && !errors) {
            return OffLoop.start(() -> of(builder.start(), builder, null, null));
        }
        var started = new CompletableFuture<Child>();
        Thread.ofPlatform().daemon().name("weft-child").start(() -> startAndRead(builder, output, errors, started));
        return started;
    }

    /**
     * The thread that starts a child goes on to read its first pipe: until it holds the monitor of that, the JDK could close the pipes of a
     * child that ends in no time.
     */
    private static void startAndRead(
            ProcessBuilder builder, boolean output, boolean errors, CompletableFuture<Child> started) {
        try {
            Process process = builder.start();
            InputStream first = output ? process.getInputStream() : process.getErrorStream();
            synchronized (first) {
                String name = "weft-child-" + process.pid();
                InputPump here = InputPump.ofChildHere(first, name);
                InputPump second =
                        output && errors ? InputPump.ofChild(process.getErrorStream(), name + "-stderr") : null;
                Thread.currentThread().setName(name + (output ? "-stdout" : "-stderr"));
                started.complete(of(process, builder, output ? here : null, output ? second : here));
                here.serveHere();
            }
        } catch (Throwable e) {
            started.completeExceptionally(e);
        }
    }

    private static Child of(
            Process process, ProcessBuilder builder, @Nullable InputPump stdout, @Nullable InputPump stderr) {
        return new Child(process, builder.redirectInput() == Redirect.PIPE ? new Input(process) : null, stdout, stderr);
    }

    /** Ends it, with all it has started, for whoever asked for it does not want it any more. Blocks. */
    private CompletableFuture<Process> discard() {
        ProcessTree.of(process.toHandle()).kill();
        if (stdin != null) {
            try {
                stdin.close();
            } catch (IOException gone) {
                // nothing was written
            }
        }
        if (stdout != null) {
            stdout.close();
        }
        if (stderr != null) {
            stderr.close();
        }
        return process.onExit();
    }

    /** Nobody reads a child's input once it has ended, which the JDK, having closed the pipe, calls something else than the system does. */
    private static final class Input extends FilterOutputStream {
        private final Process process;

        Input(Process process) {
            super(process.getOutputStream());
            this.process = process;
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            try {
                out.write(bytes, offset, length);
                out.flush();
            } catch (IOException e) {
                throw process.isAlive() ? e : new BrokenPipeException("the child has ended", e);
            }
        }
    }
}
