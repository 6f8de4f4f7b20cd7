package dev.weft.internal.loop;

import org.jspecify.annotations.Nullable;

/**
 * Runs users' callbacks, one at a time and in order, on a fiber kept for them. Callbacks next to each other in the ready queue share
 * one step of it, and its thread-locals.
 *
 * <p>A callback that waits outside the loop parks the fiber like a task's, and the loop goes on with tasks; the callbacks after it
 * wait their turn, in order, until it is through.
 */
final class CallbackRunner extends ServiceFiber {
    private final Fifo<UserCallback> delayed = new Fifo<>();

    CallbackRunner(LoopCore core) {
        super(core, "weft-callbacks");
    }

    /** Runs the callbacks at the head of the ready queue. On the loop's own stack. */
    void runQueued() {
        if (elsewhere()) {
            for (UserCallback callback = core.nextCallback(); callback != null; callback = core.nextCallback()) {
                delayed.addLast(callback);
            }
        } else {
            go();
        }
    }

    @Override
    void close() {
        delayed.clear();
        super.close();
    }

    @Override
    boolean serveNext() {
        UserCallback callback = next();
        if (callback == null) {
            return false;
        }
        try {
            callback.run();
        } catch (Throwable e) {
            core.callbackFailed(callback, e);
        }
        return true;
    }

    private @Nullable UserCallback next() {
        UserCallback callback = delayed.pollFirst();
        return callback != null ? callback : core.nextCallback();
    }
}
