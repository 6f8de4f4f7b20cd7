package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Script;

/** A main cut off by stop() is an error for the caller, yet the task goes on in the next run. */
final class StoppedBeforeMainEnds implements Script {
    private String body() {
        trace("body begins");
        sleep(millis(20));
        trace("body ends");
        return "value";
    }

    @Override
    public void main() {
        var loop = virtualTimeLoop();
        var task = loop.createTask(this::body);
        loop.callLater(millis(10), loop::stop);
        try {
            loop.runUntilComplete(task);
        } catch (IllegalStateException error) {
            trace("stopped early:", error, outcome(task));
        }
        trace("second run gives", loop.runUntilComplete(task));
        trace("a done task too", loop.runUntilComplete(task));
        loop.close();
    }
}
