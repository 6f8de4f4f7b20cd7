package dev.weft.internal.loop;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.ZZ_Result;

/** The loop falls asleep in its selector while another thread has an entry for it: {@code asleep} and the inbox, one stored before the other is read. */
@JCStressTest
@Outcome(id = "false, true", expect = ACCEPTABLE, desc = "the loop did not sleep, and ran the entry")
@Outcome(id = "true, true", expect = ACCEPTABLE, desc = "the loop slept, was woken, and ran the entry")
@Outcome(id = ".*", expect = FORBIDDEN, desc = "the entry is there and the loop sleeps on")
@State
public class FallingAsleepStress {
    /** Both stop for up to so many nanoseconds or so, so that each may be first. */
    private static final int LONGEST_DELAY = 31;

    private static int round;

    private final StressedLoop loop = new StressedLoop(0);
    private final LoopCore core = loop.core();
    private final Bell bell = new Bell();
    private boolean ran;

    public FallingAsleepStress() {
        bell.hangUpIn(core);
        loop.delaySleep(++round % LONGEST_DELAY);
    }

    @Actor
    public void loop(ZZ_Result result) {
        core.run(true, Long.MAX_VALUE);
        result.r1 = bell.slept();
        result.r2 = ran && !bell.sleptOn();
    }

    @Actor
    public void other() {
        loop.awaitAboutToSleep();
        core.addFromAnyThread(() -> ran = true);
        bell.posted();
    }
}
