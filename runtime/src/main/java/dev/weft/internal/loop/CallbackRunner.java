package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * Runs users' callbacks, one at a time and in order, on a fiber kept for them. Callbacks next to each other in the ready queue share
 * one step of it.
 *
 * <p>A callback that waits outside the loop parks the fiber like a task's, and the loop goes on with tasks; the callbacks after it
 * wait their turn, in order, until it is through.
 */
final class CallbackRunner {
    private final LoopCore core;
    private final ArrayDeque<UserCallback> delayed = new ArrayDeque<>();
    private @Nullable Fiber fiber;

    CallbackRunner(LoopCore core) {
        this.core = core;
    }

    /** Starts the fiber's thread, which must not happen on the loop's own stack. */
    void prepare() {
        if (fiber == null) {
            fiber = core.newFiber(this::serve, "weft-callbacks");
        }
    }

    /** Runs the callbacks at the head of the ready queue. On the loop's own stack. */
    @SuppressWarnings("NullAway") // prepared before the first turn
    void runQueued() {
        if (fiber.elsewhere()) {
            for (UserCallback callback = core.nextCallback(); callback != null; callback = core.nextCallback()) {
                delayed.addLast(callback);
            }
        } else {
            core.step(fiber);
        }
    }

    void close() {
        delayed.clear();
        Fiber last = fiber;
        if (last != null && !last.ended()) {
            fiber = null;
            last.abandon();
        }
    }

    @SuppressWarnings("NullAway")
    private void serve() {
        while (true) {
            for (UserCallback callback = next(); callback != null; callback = next()) {
                try {
                    callback.run();
                } catch (Throwable e) {
                    core.callbackFailed(callback, e);
                }
            }
            fiber.suspend(); // an interrupt meant for an earlier callback means nothing to the next
        }
    }

    private @Nullable UserCallback next() {
        UserCallback callback = delayed.pollFirst();
        return callback != null ? callback : core.nextCallback();
    }
}
