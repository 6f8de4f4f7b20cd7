package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A body that fails before it ever gave way: tasks that never ran are cancelled without running. */
final class GroupBodyFailsAtOnce implements Program {
    private Task<Void> task;

    private void child(String name) {
        trace(name, "never runs");
    }

    @Override
    public void main() {
        try {
            taskGroup(group -> {
                task = group.createTask(() -> child("a"));
                throw new Boom("body");
            });
        } catch (ExceptionGroup errors) {
            trace("group failed with", errors);
        }
        trace(outcome(task));
    }
}
