package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** A body that ends in time, with a value or a failure, is not touched; null means no limit. */
final class TimeoutInTime implements Program {
    private Timeout scope;

    @Override
    public void main() throws TimeoutException {
        timeout(millis(20), active -> {
            scope = active;
            sleep(millis(10));
            trace("in time");
        });
        trace("expired", scope.expired());
        try {
            timeout(millis(20), active -> {
                scope = active;
                sleep(millis(10));
                throw new Boom("own failure");
            });
        } catch (Boom error) {
            trace(error, "expired", scope.expired());
        }
        timeout(null, active -> {
            scope = active;
            trace("no limit", scope.when().isEmpty());
            sleep(seconds(1000));
        });
        trace("expired", scope.expired());
    }
}
