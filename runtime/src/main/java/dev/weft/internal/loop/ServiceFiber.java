package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import org.jspecify.annotations.Nullable;

/**
 * A fiber that a loop keeps for one kind of work while it runs: made before the first turn, since starting a thread on the loop's
 * own stack is not allowed, and ended after the last one, so that a loop which is dropped leaves no thread behind.
 */
abstract class ServiceFiber {
    final LoopCore core;
    private final String name;
    private @Nullable Fiber fiber;
    private boolean used;
    private boolean finishing;

    ServiceFiber(LoopCore core, String name) {
        this.core = core;
        this.name = name;
    }

    /** Does one piece of work and throws nothing. On the fiber. Returns false when there is none left for now. */
    abstract boolean serveNext();

    /** Not on the loop's own stack. */
    final void prepare() {
        finishing = false;
        if (fiber == null) {
            fiber = core.newFiber(this::serve, name);
            used = false;
        }
    }

    /** Whether the work in progress waits for something outside the loop. */
    final boolean elsewhere() {
        Fiber current = fiber;
        return current != null && current.elsewhere();
    }

    /** Lets the fiber work until nothing is left, or until it has to wait. On the loop's own stack. */
    final void go() {
        Fiber current = fiber;
        if (current != null) {
            used = true;
            core.step(current);
        }
    }

    /** Ends the fiber unless work in progress waits outside the loop: that goes on in the next run. */
    void finish() {
        Fiber current = fiber;
        if (current == null || current.elsewhere()) {
            return;
        }
        if (used) {
            finishing = true;
            core.step(current);
        } else {
            current.abandon();
        }
        fiber = null;
    }

    /** The loop does not run again. */
    void close() {
        finishing = true;
        Fiber current = fiber;
        if (current != null) {
            fiber = null;
            current.abandon();
        }
    }

    private void serve() {
        while (true) {
            while (serveNext()) {
                clearInterrupt();
            }
            Fiber current = fiber;
            if (finishing || current == null) {
                return;
            }
            if (!suspend(current)) {
                fiber = null;
                return;
            }
        }
    }

    /** Whether it could: otherwise the memory to put the stack aside is missing for good, and the loop's run ends. */
    private boolean suspend(Fiber current) {
        for (int attempt = 0; ; attempt++) {
            try {
                current.suspend();
                return true;
            } catch (OutOfMemoryError e) {
                if (!SpareMemory.letGo(attempt)) {
                    core.stopWith(e);
                    return false;
                }
            }
        }
    }

    /** An interrupt meant for one piece of work means nothing to the next. */
    private static void clearInterrupt() {
        if (Thread.currentThread().isInterrupted()) {
            Thread.interrupted();
        }
    }
}
