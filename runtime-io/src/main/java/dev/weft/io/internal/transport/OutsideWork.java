package dev.weft.io.internal.transport;

import dev.weft.EventLoop;
import dev.weft.LoopControl;
import org.jspecify.annotations.Nullable;

/**
 * Has a loop know whether a helper thread is going to hand something to it: meanwhile tasks that wait are no deadlock, and virtual time does
 * not run ahead. Belongs to the loop.
 */
final class OutsideWork {
    private final EventLoop loop;
    private LoopControl.@Nullable Expectation expectation;

    OutsideWork(EventLoop loop) {
        this.loop = loop;
    }

    /** Whether there is something to be expected from now on. */
    void expect(boolean on) {
        LoopControl.Expectation open = expectation;
        if (on && open == null) {
            expectation = loop.expectOutside();
        } else if (!on && open != null) {
            expectation = null;
            open.close();
        }
    }
}
