package dev.weft.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.coroutine.FakeFiber;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.IZ_Result;

/** The loop holds still for a fiber that waits for a lock, and parks, while another thread gives that fiber its lock. */
@JCStressTest
@Outcome(id = "2, false", expect = ACCEPTABLE, desc = "the fiber went on when it had its lock")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "the loop slept on")
@State
public class LockHoldStress {
    /** Longer than a processor stays away from a thread, and too long for a wake-up. */
    private static final long LIMIT = TimeUnit.SECONDS.toNanos(5);

    /** From before the loop begins to spin until after it has parked. */
    private static final int LONGEST_DELAY = 1_000;

    private static final AtomicInteger ROUND = new AtomicInteger();

    private final StressedLoop loop = new StressedLoop(LIMIT);
    private final LoopCore core = loop.core();
    private final FakeFiber fiber = FakeFiber.thatLocks(core);

    @Actor
    public void loop(IZ_Result result) {
        core.addReady(fiber);
        core.run(true, 0);
        result.r1 = fiber.resumed();
        result.r2 = loop.wasHeldTooLong();
    }

    @Actor
    public void other() {
        int delay = ROUND.addAndGet(37) % LONGEST_DELAY;
        while (!fiber.locked()) {
            Thread.onSpinWait();
        }
        for (int i = 0; i < delay; i++) {
            Thread.onSpinWait();
        }
        core.wake(fiber);
    }
}
