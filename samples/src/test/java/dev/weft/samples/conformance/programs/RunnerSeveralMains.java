package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Script;
import dev.weft.samples.conformance.Tracing;

/** A runner runs several mains on one loop, with one context: variables set by one are seen by the next. */
final class RunnerSeveralMains implements Script {
    private static final ContextVar<String> var = ContextVar.withDefault("var", "default");

    private String body(String value) {
        trace("sees", var.get());
        var.set(value);
        sleep(millis(10));
        return value;
    }

    private void failing() {
        trace("sees", var.get());
        throw new Boom("main");
    }

    @Override
    public void main() {
        var runner = new Runner(RunOptions.DEFAULT.loopFactory(Tracing::virtualTimeLoop));
        EventLoop loop;
        try (runner) {
            trace(runner.run(() -> body("one")));
            trace(runner.run(() -> body("two")));
            try {
                runner.run(this::failing);
            } catch (Boom error) {
                trace("caught", error);
            }
            trace("outside", var.get());
            loop = runner.getLoop();
            trace("same loop", loop == runner.getLoop(), "closed", loop.isClosed());
        }
        trace("closed", loop.isClosed());
        try {
            runner.getLoop();
        } catch (IllegalStateException error) {
            trace("closed runner:", error);
        }
    }
}
