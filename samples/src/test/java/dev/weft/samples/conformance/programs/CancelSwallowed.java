package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A task may swallow a cancellation: it is then not cancelled, but the request stays counted. */
final class CancelSwallowed implements Program {
    private String stubborn() {
        for (int attempt = 0; attempt < 2; attempt++) {
            try {
                sleep(seconds(1));
            } catch (CancelledError error) {
                trace("swallows", error, "cancelling", currentTask().cancelling());
            }
        }
        sleep(seconds(0.5));
        return "my own way";
    }

    @Override
    public void main() {
        var task = createTask(this::stubborn);
        sleep(seconds(0.1));
        task.cancel("first");
        sleep(seconds(0.1));
        trace("after the first", outcome(task));
        task.cancel("second");
        trace(task.await());
        trace(outcome(task), task.cancelled(), task.cancelling());
    }
}
