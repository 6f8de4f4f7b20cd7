package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** A body that swallows the interruption ends normally; the scope still knows that it fired. */
final class TimeoutSwallowed implements Program {
    private Timeout scope;

    @Override
    public void main() throws TimeoutException {
        timeout(millis(10), active -> {
            scope = active;
            try {
                sleep(seconds(1));
            } catch (CancelledError error) {
                trace("swallowed");
            }
        });
        trace("expired", scope.expired());
        sleep(millis(10));
        trace("waits work");
    }
}
