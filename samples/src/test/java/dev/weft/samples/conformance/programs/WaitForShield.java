package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** waitFor around a shield: the caller gives up, the work goes on. */
final class WaitForShield implements Program {
    private String work() {
        sleep(millis(30));
        trace("work ends");
        return "value";
    }

    @Override
    public void main() throws TimeoutException {
        var task = createTask(this::work);
        for (var timeout : List.of(millis(10), millis(0))) {
            try {
                waitFor(shield(task), timeout);
            } catch (TimeoutException error) {
                trace("gave up:", error, outcome(task));
            }
        }
        trace(waitFor(shield(task), seconds(1)));
    }
}
