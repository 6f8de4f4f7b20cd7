package dev.weft.internal.loop;

import dev.weft.internal.coroutine.Fiber;
import dev.weft.internal.coroutine.Pause;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Holds the loop still while a fiber waits for a lock: other tasks must not see a state that only looks atomic. Gives up after a
 * while, since the lock may belong to a task of this loop.
 *
 * <p>A fiber it gave up on stands in the queue of its lock, before others that now wait for the same one. So it is let through as soon
 * as it can go on, also while the loop holds still for another: that one could wait for ever otherwise.
 */
final class LockHold {
    private static final int SPINS = 200;

    private final LoopCore core;
    private final Inbox inbox;
    private final Fifo<Object> ready;
    private final List<Fiber> givenUp = new ArrayList<>();
    private boolean lettingThrough;
    private volatile boolean parked;

    LockHold(LoopCore core, Inbox inbox, Fifo<Object> ready) {
        this.core = core;
        this.inbox = inbox;
        this.ready = ready;
    }

    /** Whether the loop's thread is, or is about to be, parked here: then it must be unparked for what comes. Any thread. */
    boolean inProgress() {
        return parked;
    }

    /** Runs nothing else until the fiber has its lock and pauses for another reason, which is returned. On the loop's own stack. */
    Pause hold(Fiber fiber) {
        Pause pause = Pause.LOCK;
        while (pause == Pause.LOCK) {
            if (lettingThrough || !awaitWakeup(fiber)) {
                givenUp.add(fiber);
                if (!lettingThrough) {
                    core.heldTooLong(fiber);
                }
                return Pause.ELSEWHERE;
            }
            pause = fiber.resume();
        }
        return pause;
    }

    /** A fiber goes on. */
    void over(Fiber fiber) {
        if (!givenUp.isEmpty()) {
            givenUp.remove(fiber);
        }
    }

    private boolean awaitWakeup(Fiber fiber) {
        long deadline = System.nanoTime() + core.lockHoldNanos();
        for (int spins = 0; ; spins++) {
            inbox.drainTo(ready);
            if (fiber.wakeupQueued() && ready.removeLastOccurrence(fiber)) {
                fiber.wakeupTaken();
                return true;
            }
            if (!givenUp.isEmpty()) {
                letThrough();
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
                continue;
            }
            long left = deadline - System.nanoTime();
            if (left <= 0) {
                return false;
            }
            parked = true;
            if (inbox.isEmpty()) {
                LockSupport.parkNanos(this, left);
            }
            parked = false;
        }
    }

    private void letThrough() {
        lettingThrough = true;
        try {
            for (Fiber fiber : List.copyOf(givenUp)) {
                if (fiber.wakeupQueued() && core.takeQueued(fiber)) {
                    core.stepMeanwhile(fiber);
                }
            }
        } finally {
            lettingThrough = false;
        }
    }
}
