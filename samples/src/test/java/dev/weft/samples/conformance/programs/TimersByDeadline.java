package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** Timers fire by deadline, not in the order they were set; a negative delay is simply due. */
final class TimersByDeadline implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        long start = loop.time();
        loop.callLater(millis(30), () -> trace("30"));
        loop.callLater(millis(10), () -> trace("10"));
        loop.callAt(start + millis(20).toNanos(), () -> trace("20"));
        loop.callLater(seconds(-1), () -> trace("one second ago"));
        loop.callLater(seconds(-2), () -> trace("two seconds ago"));
        loop.callSoon(() -> trace("soon"));
        sleep(millis(15));
        trace("main after 15");
        loop.callLater(millis(1), () -> trace("16"));
        sleep(millis(20));
        trace("main after 35");
    }
}
