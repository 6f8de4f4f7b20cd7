package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Completion and cancel in one iteration: the cancel wins, the value stays in the future. */
final class CancelAndComplete implements Program {
    private void waiter(String name, Future<String> future) {
        try {
            trace(name, "got", future.await());
        } catch (CancelledError error) {
            trace(name, "got", error, "future:", outcome(future));
            throw error;
        }
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        for (var name : List.of("value, then cancel", "cancel, then value")) {
            Future<String> future = loop.createFuture();
            var task = createTask(() -> waiter(name, future));
            sleep(millis(10));
            if (name.startsWith("value")) {
                future.setResult("value");
                trace("cancel", task.cancel("late"));
            } else {
                trace("cancel", task.cancel("early"));
                try {
                    future.setResult("value");
                } catch (InvalidStateException error) {
                    trace("set_result", error);
                }
            }
            Asyncio.wait(List.of(task));
            trace("task:", outcome(task), "future:", outcome(future));
        }
    }
}
