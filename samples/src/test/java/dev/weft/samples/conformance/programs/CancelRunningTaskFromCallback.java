package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A callback cancels a task that is queued to run: it is interrupted in the very step it was queued for. */
final class CancelRunningTaskFromCallback implements Program {
    private void body() {
        trace("begins");
        try {
            yieldNow();
            trace("never");
        } catch (CancelledError error) {
            trace("interrupted in the yield by", error);
            throw error;
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        var task = createTask(this::body);
        // Runs after the task's first step, when the task is in the queue for its second.
        loop.callSoon(() -> trace("cancel", task.cancel("in the queue")));
        yieldNow();
        trace("main", outcome(task));
        yieldNow();
        trace("main", outcome(task));
    }
}
