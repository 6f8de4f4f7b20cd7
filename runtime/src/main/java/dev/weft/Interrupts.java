package dev.weft;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * SIGINT (Ctrl-C) while a main task runs. The first cancels it, so that {@code finally} blocks run; the second prints what every task is
 * doing and ends the JVM with 130. Only the outermost run of a JVM listens, and only where nobody else has a handler.
 */
final class Interrupts implements AutoCloseable {
    private static final AtomicBoolean INSTALLED = new AtomicBoolean();
    private static final int EXIT_CODE = 130;

    private final EventLoop loop;
    private final Task<?> main;
    private final AtomicInteger count = new AtomicInteger();
    private @Nullable OsSignal signal;

    private Interrupts(EventLoop loop, Task<?> main) {
        this.loop = loop;
        this.main = main;
    }

    static Interrupts install(EventLoop loop, Task<?> main, boolean wanted) {
        var interrupts = new Interrupts(loop, main);
        if (wanted && INSTALLED.compareAndSet(false, true)) {
            interrupts.signal = OsSignal.handleIfDefault("INT", interrupts::interrupted);
            if (interrupts.signal == null) {
                INSTALLED.set(false);
            }
        }
        return interrupts;
    }

    /** Whether a SIGINT came. */
    boolean arrived() {
        return count.get() > 0;
    }

    @Override
    public void close() {
        OsSignal installed = signal;
        if (installed != null) {
            signal = null;
            installed.restore();
            INSTALLED.set(false);
        }
    }

    /** On a thread of the JDK's. */
    private void interrupted() {
        if (count.incrementAndGet() == 1 && !main.isDone()) {
            ThreadFutures.post(loop, () -> main.cancel());
        } else {
            Asyncio.dumpTasks(System.err);
            ExitHook.endAtOnce();
            System.exit(EXIT_CODE);
        }
    }
}
