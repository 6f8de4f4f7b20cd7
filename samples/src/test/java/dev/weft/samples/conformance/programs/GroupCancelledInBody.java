package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancel from outside while the body runs: body and tasks are cancelled, CancelledError comes out. */
final class GroupCancelledInBody implements Program {
    private void child(String name, int cleanupMs) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            sleep(millis(cleanupMs));
            trace(name, "cancelled, leaves");
            throw error;
        }
    }

    private void parent() {
        try {
            taskGroup(group -> {
                group.createTask(() -> child("a", 20));
                group.createTask(() -> child("b", 10));
                try {
                    sleep(seconds(1));
                } finally {
                    trace("body leaves");
                }
            });
        } catch (CancelledError error) {
            trace("group gave CancelledError, cancelling", currentTask().cancelling());
            throw error;
        }
    }

    @Override
    public void main() {
        var task = createTask(this::parent);
        sleep(millis(10));
        task.cancel();
        Asyncio.wait(List.of(task));
        trace(outcome(task));
    }
}
