package dev.weft.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.weft.internal.coroutine.FakeFiber;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The loop is closed while the JDK says that a fiber's wait is over: the thread goes on outside, or it is lost for ever. */
@JCStressTest
@Outcome(id = "1", expect = ACCEPTABLE, desc = "goes on outside, once")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "lost, or let go on twice")
@State
public class ClosingStress {
    private final LoopCore core = new StressedLoop(0).core();
    private final FakeFiber fiber = FakeFiber.elsewhere(core);

    @Actor
    public void loop() {
        core.close();
    }

    @Actor
    public void other() {
        core.wake(fiber);
    }

    @Arbiter
    public void end(I_Result result) {
        result.r1 = fiber.wentOnOutside();
    }
}
