package dev.weft.io;

import dev.weft.Action;
import dev.weft.Asyncio;
import dev.weft.EventLoop;
import dev.weft.Handle;
import dev.weft.io.internal.transport.InputPump;
import dev.weft.io.internal.transport.InputTransport;
import dev.weft.io.internal.transport.OutputTransport;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The standard streams of the running loop. They cannot be waited for with a selector, and reading or writing them blocks the thread, so
 * that threads of their own do it, over {@code System.in}, {@code System.out} and {@code System.err} as they are when first asked for. What
 * is written and not out yet is waited for, up to 5 s, when the loop is closed. Closing one of the streams does not close the descriptor.
 */
public final class Stdio {
    private static @Nullable InputPump pump;
    private static @Nullable InputStream pumped;

    private final EventLoop loop;
    private @Nullable StreamReader stdin;
    private @Nullable StreamWriter stdout;
    private @Nullable StreamWriter stderr;
    private @Nullable Action reader;
    private @Nullable Handle nextCall;

    private Stdio(EventLoop loop) {
        this.loop = loop;
    }

    private static Stdio here() {
        return Asyncio.getRunningLoop().attachment(Stdio.class, Stdio::new);
    }

    /**
     * Standard input, one reader per loop. Reading begins now, one chunk ahead of whoever uses it. Where input comes from a terminal it comes
     * by lines.
     *
     * @return the reader
     * @throws IllegalStateException if no loop runs here
     */
    public static StreamReader stdin() {
        return here().reader();
    }

    /**
     * Standard output, one writer per loop.
     *
     * @return the writer
     * @throws IllegalStateException if no loop runs here
     */
    public static StreamWriter stdout() {
        Stdio stdio = here();
        StreamWriter writer = stdio.stdout;
        if (writer == null) {
            writer = stdio.writer(System.out, "stdout");
            stdio.stdout = writer;
        }
        return writer;
    }

    /**
     * Standard error, one writer per loop.
     *
     * @return the writer
     * @throws IllegalStateException if no loop runs here
     */
    public static StreamWriter stderr() {
        Stdio stdio = here();
        StreamWriter writer = stdio.stderr;
        if (writer == null) {
            writer = stdio.writer(System.err, "stderr");
            stdio.stderr = writer;
        }
        return writer;
    }

    /**
     * Calls back in each iteration in which {@link #stdin} has something buffered or has ended, until {@link #removeReader}: the callback
     * takes what is there with {@code stdin().read(n)}, which does not suspend then. Replaces the reader there was. Mirrors
     * {@code loop.add_reader(sys.stdin, callback)}.
     *
     * @param callback what to call
     * @throws IllegalStateException if no loop runs here
     */
    public static void addReader(Action callback) {
        Stdio stdio = here();
        stdio.reader = Objects.requireNonNull(callback, "callback");
        stdio.reader().setListener(stdio::callIfReady);
        stdio.callIfReady();
    }

    /**
     * Undoes {@link #addReader}; a call that is queued already does not happen.
     *
     * @return whether there was a reader
     * @throws IllegalStateException if no loop runs here
     */
    public static boolean removeReader() {
        Stdio stdio = here();
        boolean present = stdio.reader != null;
        stdio.reader = null;
        if (stdio.stdin != null) {
            stdio.stdin.setListener(null);
        }
        if (stdio.nextCall != null) {
            stdio.nextCall.cancel();
            stdio.nextCall = null;
        }
        return present;
    }

    private void callIfReady() {
        if (reader != null && nextCall == null && reader().isReady()) {
            nextCall = loop.callSoon(() -> {
                nextCall = null;
                Action callback = reader;
                if (callback != null && reader().isReady()) {
                    try {
                        callback.run();
                    } finally {
                        callIfReady();
                    }
                }
            });
        }
    }

    private StreamReader reader() {
        StreamReader open = stdin;
        if (open == null) {
            open = new StreamReader(StreamReader.DEFAULT_LIMIT, loop);
            stdin = open;
            new InputTransport(loop, pumpOf(System.in), new StreamReaderProtocol(open), Map.of(), false).start();
        }
        return open;
    }

    /** One for the process: what one loop has not taken the next one gets. */
    static synchronized InputPump pumpOf(InputStream input) {
        InputPump current = pump;
        if (current == null || pumped != input) {
            current = InputPump.shared(input, "weft-stdin");
            pump = current;
            pumped = input;
        }
        return current;
    }

    private StreamWriter writer(PrintStream stream, String name) {
        var protocol = new WriterProtocol(new FlowControl(loop));
        var transport = OutputTransport.shared(loop, stream, "weft-" + name, protocol);
        transport.start();
        return new StreamWriter(loop, transport, protocol.flow(), null);
    }

    /** Tells a writer's flow control what becomes of its transport. */
    private record WriterProtocol(FlowControl flow) implements BaseProtocol {
        @Override
        public void pauseWriting() {
            flow.pauseWriting();
        }

        @Override
        public void resumeWriting() {
            flow.resumeWriting();
        }

        @Override
        public void connectionLost(@Nullable Exception exception) {
            flow.connectionLost(exception);
        }
    }
}
