package dev.weft.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.coroutine.FakeFiber;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** A fiber that waits outside the loop is woken by two threads at once, as happens when its stack is looked at: it is its own link in the inbox. */
@JCStressTest
@Outcome(id = "1, 2", expect = ACCEPTABLE, desc = "resumed once, and nothing else is lost")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "resumed twice, or never, or the inbox is broken")
@State
public class WakeTwiceStress {
    private final LoopCore core = new StressedLoop(0).core();
    private final FakeFiber fiber = FakeFiber.elsewhere(core);
    private int others;

    @Actor
    public void first() {
        core.wake(fiber);
        core.addFromAnyThread(() -> others++);
    }

    @Actor
    public void second() {
        core.addFromAnyThread(() -> others++);
        core.wake(fiber);
    }

    @Arbiter
    public void loop(II_Result result) {
        core.run(true, 0);
        core.run(true, 0);
        result.r1 = fiber.resumed();
        result.r2 = others;
    }
}
