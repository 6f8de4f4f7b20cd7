package dev.weft;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/** The handle of {@code callSoonThreadsafe} is cancelled while its callback runs: once {@code cancel} has returned, it neither runs nor will. */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "ran, and was through when cancel returned")
@Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "did not run")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "ran, or was half-way, after cancel had returned")
@State
public class ThreadsafeHandleStress {
    private static final EventLoop LOOP = EventLoop.create();
    private static final Context CONTEXT = new Context();

    private final Handle handle = new ThreadsafeHandle(LOOP, this::callback, CONTEXT);
    private int begun;
    private int ended;

    @Actor
    public void loop() {
        ((ThreadsafeHandle) handle).run();
    }

    /** What it sees is what it will see: nothing of the callback runs later. */
    @Actor
    public void other(II_Result result) {
        handle.cancel();
        result.r1 = begun;
        result.r2 = ended;
    }

    @Arbiter
    public void end(II_Result result) {
        if (result.r1 != begun || !handle.cancelled()) {
            result.r2 = -1;
        }
    }

    private void callback() {
        begun++;
        ended++;
    }
}
