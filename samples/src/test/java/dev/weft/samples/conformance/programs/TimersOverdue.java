package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Timers that came due while somebody computed run in deadline order, after what was ready before them. */
final class TimersOverdue implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        Action compute = () -> {
            trace("computes");
            busy(50);
            loop.callSoon(() -> trace("scheduled after computing"));
            trace("computed");
        };
        loop.callLater(millis(30), () -> trace("timer 30"));
        loop.callLater(millis(10), compute);
        loop.callLater(millis(20), () -> trace("timer 20"));
        sleep(millis(40));
        trace("main");
    }
}
