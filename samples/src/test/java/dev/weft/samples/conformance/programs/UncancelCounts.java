package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** uncancel() takes back one request at a time and never goes below zero. */
final class UncancelCounts implements Program {
    private String body() {
        var me = currentTask();
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace("cancelling", me.cancelling());
            trace("uncancel", me.uncancel(), me.uncancel(), me.uncancel());
        }
        sleep(millis(10));
        trace("uncancel with nothing to take back", me.uncancel());
        return "fine";
    }

    @Override
    public void main() {
        var task = createTask(this::body);
        yieldNow();
        task.cancel();
        task.cancel();
        trace(task.await(), task.cancelling(), outcome(task));
        trace("uncancel a finished task", task.uncancel(), outcome(task));
    }
}
