package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** A failure raised while the timeout interrupts the body comes out as it is. */
final class TimeoutOtherFailure implements Program {
    private Timeout scope;

    @Override
    public void main() throws TimeoutException {
        try {
            timeout(millis(10), active -> {
                scope = active;
                try {
                    sleep(seconds(1));
                } catch (CancelledError error) {
                    throw new Boom("instead");
                }
            });
        } catch (Boom error) {
            trace("caught", error, "expired", scope.expired());
        }
        sleep(millis(10));
        trace("waits work");
    }
}
