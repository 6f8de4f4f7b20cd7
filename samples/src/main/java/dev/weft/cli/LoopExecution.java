package dev.weft.cli;

import dev.weft.Asyncio;
import dev.weft.EventLoop;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import jdk.jshell.execution.LocalExecutionControl;
import jdk.jshell.spi.ExecutionControl;
import org.jspecify.annotations.Nullable;

/**
 * Runs what is typed into {@code weft repl}, each line as a task of a loop that goes on meanwhile: so a line may wait, and what it leaves
 * running runs on. What jshell itself would run is {@link #runPending}, on a thread of its own, which waits for that task.
 */
public final class LoopExecution extends LocalExecutionControl {
    private static final Method RUN_PENDING = runPendingMethod();

    /** The one that runs: jshell calls a static method, and runs one line at a time. */
    private static volatile @Nullable LoopExecution current;

    private final EventLoop loop;
    private @Nullable Method pending;
    private volatile boolean interrupted;

    LoopExecution(EventLoop loop) {
        super(LoopExecution.class.getClassLoader());
        this.loop = loop;
    }

    @Override
    protected String invoke(Method line) throws Exception {
        pending = line;
        interrupted = false;
        current = this;
        try {
            return super.invoke(RUN_PENDING);
        } catch (InvocationTargetException e) {
            if (interrupted) {
                throw new ExecutionControl.StoppedException();
            }
            throw e;
        } finally {
            current = null;
            pending = null;
        }
    }

    /**
     * For jshell: runs the line that is due.
     *
     * @return its value
     * @throws Throwable what it throws
     */
    public static @Nullable Object runPending() throws Throwable {
        LoopExecution execution = current;
        Method line = execution == null ? null : execution.pending;
        if (execution == null || line == null) {
            throw new IllegalStateException("for jshell alone");
        }
        return execution.runAsTask(line);
    }

    private @Nullable Object runAsTask(Method line) throws Throwable {
        var ended = new CompletableFuture<@Nullable Void>();
        CompletableFuture<@Nullable Object> value = Asyncio.runCoroutineThreadsafe(
                () -> {
                    try {
                        return line.invoke(null);
                    } finally {
                        ended.complete(null);
                    }
                },
                loop);
        try {
            return value.get();
        } catch (InterruptedException e) {
            interrupted = true; // Ctrl-C: as asyncio does, the line is cancelled, and its finally blocks run
            value.cancel(false);
            ended.get();
            throw e;
        } catch (CancellationException e) {
            throw e;
        } catch (ExecutionException e) {
            Throwable thrown = e.getCause();
            throw thrown instanceof InvocationTargetException wrapped && wrapped.getCause() != null
                    ? wrapped.getCause()
                    : thrown == null ? e : thrown;
        }
    }

    private static Method runPendingMethod() {
        try {
            return LoopExecution.class.getMethod("runPending");
        } catch (NoSuchMethodException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
