package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A task that answers a cancel with an exception, or by raising CancelledError itself. */
final class CancelAnsweredByFailure implements Program {
    private void fails() {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            throw new Boom("could not clean up");
        }
    }

    private void raisesByItself() {
        yieldNow();
        throw new CancelledError("nobody asked");
    }

    @Override
    public void main() {
        var failing = createTask(this::fails);
        var own = createTask(this::raisesByItself);
        sleep(millis(10));
        failing.cancel();
        Asyncio.wait(List.of(failing, own));
        trace("failing", outcome(failing), "cancelled", failing.cancelled(), "cancelling", failing.cancelling());
        trace("own", outcome(own), "cancelled", own.cancelled(), "cancelling", own.cancelling());
        try {
            own.await();
        } catch (CancelledError error) {
            trace("own gave", error);
        }
    }
}
