package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** waitFor with no time at all: done is done, a body never starts, a running task is cancelled. */
final class WaitForZero implements Program {
    private void never() {
        trace("never");
    }

    private void running() {
        try {
            sleep(seconds(1));
        } finally {
            trace("running task leaves");
        }
    }

    @Override
    public void main() throws TimeoutException {
        Future<String> done = getRunningLoop().createFuture();
        done.setResult("value");
        for (var timeout : List.of(seconds(0), seconds(-1))) {
            trace("done", waitFor(done, timeout));
            try {
                waitFor(this::never, timeout);
            } catch (TimeoutException error) {
                trace("coroutine", error);
            }
            var task = createTask(this::running);
            yieldNow();
            try {
                waitFor(task, timeout);
            } catch (TimeoutException error) {
                trace("task", error, outcome(task));
            }
        }
    }
}
