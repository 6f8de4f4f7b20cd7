package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Cancelling the task that awaits a gather cancels every child that is not done, with the message. */
final class GatherCancelAwaiter implements Program {
    private String child(String name) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace(name, "gets", error);
            throw error;
        }
        return name;
    }

    private String quick() {
        sleep(millis(5));
        return "quick";
    }

    private void parent(List<Task<String>> children) {
        try {
            gather(children).await();
        } catch (CancelledError error) {
            trace("parent gets", error);
            throw error;
        }
    }

    @Override
    public void main() {
        var children = List.of(createTask(() -> child("a")), createTask(this::quick), createTask(() -> child("b")));
        var task = createTask(() -> parent(children));
        sleep(millis(10));
        trace("cancel", task.cancel("stop all"));
        trace("children", outcomes(children));
        Asyncio.wait(List.of(task));
        trace("parent", outcome(task), "children", outcomes(children));
    }
}
