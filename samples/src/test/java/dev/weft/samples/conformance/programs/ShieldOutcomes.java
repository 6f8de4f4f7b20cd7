package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A shield passes on the value, the failure and the cancellation of what it protects. */
final class ShieldOutcomes implements Program {
    private String value() {
        sleep(millis(10));
        return "value";
    }

    private String failure() {
        sleep(millis(10));
        throw new Boom("inner");
    }

    @Override
    public void main() {
        trace(shield(createTask(this::value)).await());
        try {
            shield(createTask(this::failure)).await();
        } catch (Boom error) {
            trace("failed", error);
        }
        var inner = createTask(this::value);
        var outer = shield(inner);
        yieldNow();
        inner.cancel();
        try {
            outer.await();
        } catch (CancelledError error) {
            trace("cancelled", kind(error), outcome(inner), outer.cancelled());
        }
        Future<String> done = getRunningLoop().createFuture();
        done.setResult("already");
        trace("a done future is its own shield", shield(done) == done);
    }
}
