package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;

/** The same when the body has already ended and the group only waits. */
final class GroupChildFailsAfterBody implements Program {
    private void fails(int ms, String name) {
        try {
            sleep(millis(ms));
        } catch (CancelledError error) {
            sleep(millis(ms));
            trace(name, "cancelled, leaves");
            throw error;
        }
        trace(name, "fails");
        throw new Boom(name);
    }

    @Override
    public void main() {
        var tasks = new ArrayList<Task<Void>>();
        try {
            taskGroup(group -> {
                tasks.add(group.createTask(() -> fails(30, "a")));
                tasks.add(group.createTask(() -> fails(10, "b")));
                tasks.add(group.createTask(() -> fails(20, "c")));
                trace("body ends");
            });
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors);
        }
        trace(outcomes(tasks));
    }
}
