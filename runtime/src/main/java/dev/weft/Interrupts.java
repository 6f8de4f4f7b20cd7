package dev.weft;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import sun.misc.Signal;
import sun.misc.SignalHandler;

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
    private @Nullable SignalHandler previous;
    private boolean installed;

    private Interrupts(EventLoop loop, Task<?> main) {
        this.loop = loop;
        this.main = main;
    }

    static Interrupts install(EventLoop loop, Task<?> main, boolean wanted) {
        var interrupts = new Interrupts(loop, main);
        if (wanted && INSTALLED.compareAndSet(false, true)) {
            interrupts.listen();
            if (!interrupts.installed) {
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
        SignalHandler before = previous;
        if (installed && before != null) {
            Signal.handle(new Signal("INT"), before);
            installed = false;
            INSTALLED.set(false);
        }
    }

    private void listen() {
        try {
            SignalHandler before = Signal.handle(new Signal("INT"), signal -> interrupted());
            if (isDefault(before)) {
                previous = before;
                installed = true;
            } else {
                Signal.handle(new Signal("INT"), before);
            }
        } catch (IllegalArgumentException e) {
            // The JVM keeps the signal for itself (-Xrs), or the system has none: then there is nothing to handle.
        }
    }

    /** The JDK's own handler, which ends the JVM, is default as well. */
    private static boolean isDefault(SignalHandler handler) {
        return handler == SignalHandler.SIG_DFL || handler.getClass().getName().startsWith("sun.misc.Signal$");
    }

    /** On a thread of the JDK's. */
    private void interrupted() {
        if (count.incrementAndGet() == 1 && !main.done()) {
            ThreadFutures.postInternal(loop, () -> main.cancel());
        } else {
            Asyncio.dumpTasks(System.err);
            System.exit(EXIT_CODE);
        }
    }
}
