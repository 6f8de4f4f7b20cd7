package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Cancelling a sleeping task: CancelledError with the message, at once; nothing is left of the sleep. */
final class CancelSleeping implements Program {
    private void sleeper() {
        trace("sleeps");
        try {
            sleep(seconds(10));
        } catch (CancelledError error) {
            trace("interrupted by", error);
            throw error;
        } finally {
            trace("finally");
        }
    }

    @Override
    public void main() {
        var task = createTask(this::sleeper);
        sleep(millis(10));
        trace("cancel", task.cancel("wake up"));
        trace("not cancelled yet", task.cancelled(), "cancelling", task.cancelling());
        yieldNow();
        trace("after one iteration", outcome(task));
        trace("cancel a finished task", task.cancel(), task.cancelling());
    }
}
