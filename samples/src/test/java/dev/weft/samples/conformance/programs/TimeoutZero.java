package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** A deadline already reached interrupts the first wait, not the code before it. */
final class TimeoutZero implements Program {
    private Timeout scope;

    @Override
    public void main() throws TimeoutException {
        for (var delay : List.of(seconds(0), seconds(-1))) {
            try {
                timeout(delay, active -> {
                    scope = active;
                    trace("the body begins");
                    sleep(seconds(1));
                    trace("never");
                });
            } catch (TimeoutException error) {
                trace("expired", scope.expired());
            }
            timeout(delay, active -> {
                scope = active;
                trace("a body without waits");
            });
            trace("expired", scope.expired());
        }
    }
}
