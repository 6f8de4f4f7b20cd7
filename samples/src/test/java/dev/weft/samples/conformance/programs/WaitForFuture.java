package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** waitFor on a future or task: it is cancelled at the timeout, and awaited. */
final class WaitForFuture implements Program {
    private Object work(String name) {
        try {
            sleep(seconds(1));
        } finally {
            trace(name, "leaves");
        }
        return name;
    }

    @Override
    public void main() throws TimeoutException {
        Future<Object> future = getRunningLoop().createFuture();
        var task = createTask(() -> work("task"));
        for (var waited : List.of(future, task)) {
            try {
                waitFor(waited, millis(10));
            } catch (TimeoutException error) {
                trace("gave", error, outcome(waited));
            }
        }
        Future<String> done = getRunningLoop().createFuture();
        done.setResult("done already");
        trace(waitFor(done, millis(10)));
    }
}
