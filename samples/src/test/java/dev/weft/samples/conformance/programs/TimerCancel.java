package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** A cancelled handle never runs, and says so; cancelling after the fact harms nobody. */
final class TimerCancel implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        var never = loop.callLater(millis(10), () -> trace("never"));
        var late = loop.callLater(millis(20), () -> trace("late"));
        var soon = loop.callSoon(() -> trace("never either"));
        var victim = loop.callLater(millis(31), () -> trace("cancelled by a timer just before"));
        loop.callLater(millis(30), victim::cancel);
        never.cancel();
        soon.cancel();
        trace("cancelled", never.cancelled(), soon.cancelled(), late.cancelled());
        sleep(millis(40));
        late.cancel();
        late.cancel();
        trace("cancelled afterwards; the victim", victim.cancelled());
    }
}
