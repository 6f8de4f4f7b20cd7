package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Several cancels before the task runs again: one CancelledError, yet each is counted. */
final class CancelTwiceBeforeDelivery implements Program {
    private void body(String name, int ms) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace(name, "interrupted, cancelling", currentTask().cancelling());
        }
        sleep(millis(ms));
        trace(name, "was not interrupted again");
    }

    @Override
    public void main() {
        var twice = createTask(() -> body("twice", 10));
        var once = createTask(() -> body("once", 20));
        yieldNow();
        trace("cancel", twice.cancel(), twice.cancel());
        trace("cancel", once.cancel());
        yieldNow();
        trace("delivered");
        twice.await();
        once.await();
        trace("counts", twice.cancelling(), once.cancelling());
    }
}
