package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** The same when the body has ended and the group waits for its tasks; a second cancel changes nothing. */
final class GroupCancelledWhileWaiting implements Program {
    private void child(String name, int cleanupMs) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            trace(name, "cancelled");
            sleep(millis(cleanupMs));
            trace(name, "leaves");
            throw error;
        }
    }

    private void parent() {
        taskGroup(group -> {
            group.createTask(() -> child("a", 30));
            trace("body ends");
        });
    }

    @Override
    public void main() {
        var task = createTask(this::parent);
        for (int n = 0; n < 2; n++) {
            sleep(millis(10));
            trace("cancel", task.cancel(), outcome(task));
        }
        Asyncio.wait(List.of(task));
        trace(outcome(task));
    }
}
