package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** An eager task that has given way is cancelled like any other; a cancel from inside its first step waits for its first wait. */
final class EagerCancel implements Program {
    private void waits(String name, Event event) {
        try {
            event.await();
        } catch (CancelledError error) {
            trace(name, "gets", error);
            throw error;
        }
    }

    private void cancelsItself() {
        currentTask().cancel("by itself");
        trace("runs on");
        try {
            yieldNow();
        } catch (CancelledError error) {
            trace("then gets", error);
            throw error;
        }
    }

    @Override
    public void main() {
        getRunningLoop().setTaskFactory(TaskFactory.EAGER);
        var event = new Event();
        var task = createTask(() -> waits("waiting", event));
        trace("cancel", task.cancel("enough"), outcome(task));
        var own = createTask(this::cancelsItself);
        trace("created", outcome(own));
        Asyncio.wait(List.of(task, own));
        trace(outcome(task), outcome(own));
    }
}
