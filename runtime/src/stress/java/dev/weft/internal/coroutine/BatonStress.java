package dev.weft.internal.coroutine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The baton of portable mode is handed over and comes back four times, while another thread unparks and interrupts both sides without reason: each
 * step runs once, when the loop has asked for it, and the two never run at the same time.
 */
@JCStressTest
@Outcome(id = "4, 0", expect = ACCEPTABLE, desc = "each step in its turn")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "a step too early or too late, or two holders")
@State
public class BatonStress implements FiberHost {
    private static final int STEPS = 4;

    private final Fiber fiber = new BatonFiber(this, this::steps, "stressed");
    private volatile Thread loopThread;
    private int steps;

    /** Who has the baton: plain, since only its holder may look. */
    private boolean held;

    private int wrong;

    @Actor
    public void loop(II_Result result) {
        loopThread = Thread.currentThread();
        for (int step = 1; step <= STEPS; step++) {
            take();
            give();
            Pause pause = fiber.resume();
            take();
            if (steps != step || pause != (step < STEPS ? Pause.SUSPENDED : Pause.ENDED)) {
                wrong++;
            }
            give();
        }
        Thread.interrupted();
        result.r1 = steps;
        result.r2 = wrong;
    }

    @Actor
    public void other() {
        LockSupport.unpark(fiber.thread());
        Thread loop = loopThread;
        LockSupport.unpark(loop);
        fiber.thread().interrupt();
        if (loop != null) {
            loop.interrupt();
        }
        LockSupport.unpark(fiber.thread());
    }

    private void steps() {
        for (int step = 1; step <= STEPS; step++) {
            take();
            steps++;
            give();
            if (step < STEPS) {
                fiber.suspend();
            }
        }
    }

    private void take() {
        if (held) {
            wrong++;
        }
        held = true;
    }

    private void give() {
        held = false;
    }

    @Override
    public void wake(Fiber woken) {}

    @Override
    public void resumeSoon(Fiber stuck, BooleanSupplier stillStuck) {
        throw new AssertionError("its stack is shallow");
    }

    @Override
    public void overtakingBegins(Fiber overtaken) {
        throw new AssertionError("nobody asked for it");
    }

    @Override
    public void overtakingEnds(Fiber fiber, boolean overtaken) {
        throw new AssertionError("nobody asked for it");
    }

    @Override
    public void awaitOvertaken() {}

    @Override
    public boolean watchesWaits() {
        return false;
    }

    @Override
    public void waitsElsewhere(Fiber waiting) {}
}
