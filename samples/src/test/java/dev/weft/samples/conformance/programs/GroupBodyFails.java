package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;

/** A failing body cancels the tasks, waits for them, and its failure comes last in the group. */
final class GroupBodyFails implements Program {
    private void child(String name, boolean fail) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            sleep(fail ? millis(10) : millis(20));
            trace(name, "leaves");
            if (fail) {
                throw new Boom(name);
            }
            throw error;
        }
    }

    @Override
    public void main() {
        var tasks = new ArrayList<Task<Void>>();
        try {
            taskGroup(group -> {
                tasks.add(group.createTask(() -> child("a", false)));
                tasks.add(group.createTask(() -> child("b", true)));
                sleep(millis(10));
                throw new Boom("body");
            });
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors);
        }
        trace(outcomes(tasks));
    }
}
