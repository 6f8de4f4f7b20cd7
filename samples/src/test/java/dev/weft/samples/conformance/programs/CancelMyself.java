package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A task that cancels itself runs on until it next gives way; calls that do not give way do not notice. */
final class CancelMyself implements Program {
    private String body() {
        Future<String> done = getRunningLoop().createFuture();
        done.setResult("no wait");
        trace("cancel", currentTask().cancel("by myself"));
        trace("runs on", done.await());
        var lock = new Lock();
        lock.acquire();
        trace("took a free lock", lock.locked());
        try {
            yieldNow();
            trace("never");
        } catch (CancelledError error) {
            trace("at the first wait", error);
        }
        sleep(millis(10));
        trace("later waits work");
        return "survived";
    }

    @Override
    public void main() {
        var task = createTask(this::body);
        trace(task.await());
        trace(outcome(task), "cancelling", task.cancelling());
    }
}
