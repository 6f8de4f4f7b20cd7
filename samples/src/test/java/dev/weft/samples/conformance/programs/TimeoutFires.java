package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** timeout: the body sees CancelledError, outside it is TimeoutException, and nothing remains of either. */
final class TimeoutFires implements Program {
    private Timeout scope;

    @Override
    public void main() {
        var task = currentTask();
        try {
            timeout(millis(10), active -> {
                scope = active;
                try {
                    sleep(seconds(1));
                } catch (CancelledError error) {
                    trace("inside: cancelled, cancelling", task.cancelling(), "expired", scope.expired());
                    throw error;
                }
            });
        } catch (TimeoutException error) {
            trace("outside:", error, "cause", kind(error.getCause()));
        }
        trace("cancelling", task.cancelling(), "expired", scope.expired());
        sleep(millis(10));
        trace("waits work");
    }
}
