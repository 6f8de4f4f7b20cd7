package dev.weft.samples.conformance.programs;

import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Script;

/** stop() lets the current iteration finish; what that iteration scheduled waits for the next run. */
final class StopFinishesTheIteration implements Script {
    @Override
    public void main() {
        var loop = virtualTimeLoop();
        Action first = () -> {
            trace("first schedules a later one");
            loop.callSoon(() -> trace("later"));
        };
        loop.callSoon(first);
        loop.callSoon(loop::stop);
        loop.callSoon(() -> trace("third, after stop, same iteration"));
        loop.runForever();
        trace("stopped", loop.isRunning());
        loop.callSoon(loop::stop);
        loop.runForever();
        trace("stopped again");
        loop.close();
        trace("closed", loop.isClosed());
    }
}
