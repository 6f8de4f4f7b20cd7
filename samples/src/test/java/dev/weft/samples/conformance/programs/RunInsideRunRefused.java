package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** A loop cannot be run from inside a running one; what was to be run never starts. */
final class RunInsideRunRefused implements Program {
    private void never() {
        trace("never");
    }

    private void attempt(String name, Runnable action) {
        try {
            action.run();
        } catch (IllegalStateException error) {
            trace(name, error);
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        attempt("asyncio.run:", () -> run(this::never));
        attempt("the loop itself:", () -> loop.runUntilComplete(this::never));
        var other = virtualTimeLoop();
        attempt("another loop:", () -> other.runUntilComplete(this::never));
        other.close();
        try {
            loop.close();
        } catch (IllegalStateException error) {
            trace("close while running:", error);
        }
        yieldNow();
        trace("the loop goes on");
    }
}
