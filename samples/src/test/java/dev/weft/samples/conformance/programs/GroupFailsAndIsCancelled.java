package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A failure in the group and a cancel from outside: the failure comes out, the cancel at the next wait after it. */
final class GroupFailsAndIsCancelled implements Program {
    private void failsWhenCancelled() {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            throw new Boom("while cancelled");
        }
    }

    private void parent() {
        try {
            taskGroup(group -> group.createTask(this::failsWhenCancelled));
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors, "cancelling", currentTask().cancelling());
        }
        try {
            sleep(seconds(1));
            trace("never");
        } catch (CancelledError error) {
            trace("cancelled after all, cancelling", currentTask().cancelling());
            throw error;
        }
    }

    @Override
    public void main() {
        var task = createTask(this::parent);
        sleep(millis(10));
        task.cancel();
        Asyncio.wait(List.of(task));
        trace(outcome(task), "cancelling", task.cancelling());
    }
}
