package dev.weft;

import org.jetbrains.lincheck.datastructures.Operation;

/** The handle of {@code callSoonThreadsafe}: the loop runs it, once, while other threads cancel it and ask whether it is cancelled. */
public class ThreadsafeHandleModel {
    private static final EventLoop LOOP = EventLoop.create();
    private static final Context CONTEXT = new Context();

    private final ThreadsafeHandle handle = new ThreadsafeHandle(LOOP, this::callback, CONTEXT);
    private boolean taken;
    private int runs;

    @Operation(nonParallelGroup = "loop")
    public int run() {
        if (!taken) {
            taken = true;
            handle.run();
        }
        return runs;
    }

    /** What its caller then sees of the callback. */
    @Operation
    public int cancel() {
        handle.cancel();
        return runs;
    }

    @Operation
    public boolean cancelled() {
        return handle.cancelled();
    }

    private void callback() {
        runs++;
    }
}
