package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.Fibers;
import org.jspecify.annotations.Nullable;

/**
 * Gives a {@link Beginning} its fiber when its turn comes. A new fiber runs those at the head of the ready queue one after the other, until one
 * has to wait: that one keeps the fiber, and its thread, for good. So what never waits costs neither a thread of its own nor a
 * switch, and a thread that has ever waited, which others may know of by then, is nobody else's later on.
 *
 * <p>There is always a fiber in reserve while the loop runs: one that starts work first makes the next one, since no thread may be started on the
 * loop's own stack.
 */
final class Starter implements Runnable {
    private final LoopCore core;
    private final Fibers fibers;
    private @Nullable Fiber spare;

    /** What the spare inherited. */
    private @Nullable ClassLoader loader;

    /** Whether what began last is followed by its creator, not by the head of the queue. */
    private boolean alone;

    /** What the spare is to run instead of the head of the queue. */
    private @Nullable Beginning chosen;

    Starter(LoopCore core, Fibers fibers) {
        this.core = core;
        this.fibers = fibers;
    }

    /** Not on the loop's own stack. */
    void prepare() {
        Thread creator = Thread.currentThread();
        if (fibers.inheritsNothing(creator)) {
            loader = creator.getContextClassLoader();
            spare = core.newFiber(this, "weft-spare");
        }
    }

    void finish() {
        Fiber left = spare;
        spare = null;
        if (left != null) {
            left.abandon();
        }
    }

    /** Whether what this thread begins finds here the fiber it would make: with the same class loader, and nothing else inherited. */
    boolean serves(Thread creator) {
        return spare != null && creator.getContextClassLoader() == loader && fibers.inheritsNothing(creator);
    }

    /**
     * The fiber in reserve, for one step: it takes care of its successor.
     *
     * @throws OutOfMemoryError if there is none, nor memory for one
     */
    Fiber take() {
        Fiber taken = spare;
        if (taken == null) {
            // The memory for one was missing a moment ago. Better on the loop's own stack than never.
            taken = core.newFiber(this, "weft-spare");
            spare = taken;
        }
        return taken;
    }

    /** What the fiber in reserve is to run in its step; {@code null} for the head of the queue. */
    void choose(@Nullable Beginning beginning) {
        chosen = beginning;
    }

    /** On the fiber. Kept short, for this frame is copied at every switch of what it runs. */
    @Override
    public void run() {
        Beginning next = first();
        while (next != null) {
            next.run();
            next = following();
        }
    }

    private @Nullable Beginning first() {
        Fiber self = take();
        reserve();
        Beginning first = chosen;
        alone = first != null;
        if (first != null) {
            chosen = null;
        } else {
            first = core.nextBeginning();
        }
        if (first != null) {
            first.begin(self);
        }
        return first;
    }

    private @Nullable Beginning following() {
        Fiber self =
                core.currentFiber(); // another one's, or none, if the loop was closed meanwhile: this has paused then
        if (self == null || self.thread() != Thread.currentThread() || alone || !isAsNew(self) || core.timesSteps()) {
            return null;
        }
        Beginning next = core.nextBeginning();
        if (next != null) {
            next.begin(self);
        }
        return next;
    }

    private void reserve() {
        spare = null;
        try {
            spare = core.newFiber(this, "weft-spare");
        } catch (OutOfMemoryError e) {
            core.outOfMemory(e); // the work at hand may free some: take() tries again
        }
    }

    private boolean isAsNew(Fiber fiber) {
        if (fiber.hasPaused()) {
            return false;
        }
        Thread thread = fiber.thread();
        if (thread.isInterrupted()) {
            Thread.interrupted(); // meant for what has ended
        }
        return fibers.isAsNew(thread) && thread.getContextClassLoader() == loader;
    }
}
