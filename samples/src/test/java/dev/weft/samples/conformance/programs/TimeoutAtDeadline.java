package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** timeoutAt takes a moment of the loop's clock; several waits share one deadline. */
final class TimeoutAtDeadline implements Program {
    @Override
    public void main() {
        var loop = getRunningLoop();
        long deadline = loop.time() + millis(25).toNanos();
        for (int n = 0; n < 2; n++) {
            int round = n;
            try {
                timeoutAt(deadline, scope -> {
                    trace("time left", round, scope.when().getAsLong() == deadline);
                    for (int step = 0; step < 3; step++) {
                        sleep(millis(10));
                        trace("step", step);
                    }
                });
            } catch (TimeoutException error) {
                trace("deadline passed");
            }
        }
    }
}
