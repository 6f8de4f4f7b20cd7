package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** A deadline may be moved while the scope is active: later, earlier, away, into the past. */
final class TimeoutReschedule implements Program {
    private Timeout scope;

    @Override
    public void main() throws TimeoutException {
        var loop = getRunningLoop();
        timeout(millis(10), active -> {
            scope = active;
            scope.reschedule(loop.time() + millis(30).toNanos());
            sleep(millis(20));
            trace("moved later");
        });
        trace("expired", scope.expired());

        try {
            timeout(seconds(10), active -> {
                scope = active;
                scope.reschedule(loop.time() + millis(10).toNanos());
                sleep(seconds(1));
            });
        } catch (TimeoutException error) {
            trace("moved earlier, expired", scope.expired());
        }

        timeout(millis(10), active -> {
            active.disable();
            sleep(millis(20));
            trace("switched off");
        });

        try {
            timeout(null, active -> {
                scope = active;
                scope.reschedule(loop.time() - seconds(1).toNanos());
                sleep(seconds(1));
            });
        } catch (TimeoutException error) {
            trace("moved into the past, expired", scope.expired());
        }
        try {
            scope.reschedule(loop.time() + seconds(1).toNanos());
        } catch (IllegalStateException error) {
            trace("too late to move it:", error);
        }
    }
}
