package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** Timer handles know their moment and compare by it. */
final class TimerHandleWhen implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        long start = loop.time();
        var late = loop.callLater(millis(200), () -> trace("late"));
        var early = loop.callAt(start + millis(100).toNanos(), () -> trace("early"));
        trace("early before late", early.compareTo(late) < 0, "late before early", late.compareTo(early) < 0);
        trace("when", (early.when() - start) / 1_000_000, (late.when() - start) / 1_000_000);
        sleep(millis(150));
        trace("the first has run, the second is still to come");
        late.cancel();
        sleep(millis(100));
        trace("done");
    }
}
