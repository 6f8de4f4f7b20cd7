package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Callbacks run in the order they were scheduled; what they schedule waits for the next iteration. */
final class CallSoonOrder implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        Action first = () -> {
            trace("first");
            loop.callSoon(() -> trace("from first"));
        };
        Action second = () -> {
            trace("second");
            loop.callSoon(() -> trace("from second"));
        };
        loop.callSoon(first);
        loop.callSoon(second);
        loop.callSoon(() -> trace("third"));
        trace("main gives way");
        yieldNow();
        trace("main, one iteration later");
        yieldNow();
        trace("main, two iterations later");
    }
}
