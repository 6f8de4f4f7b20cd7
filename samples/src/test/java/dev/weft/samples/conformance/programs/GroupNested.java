package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** An inner group's failure is one member of the outer group's; the outer siblings are cancelled after it. */
final class GroupNested implements Program {
    private void fails(String name, int ms) {
        sleep(millis(ms));
        trace(name, "fails");
        throw new Boom(name);
    }

    private void patient(String name) {
        try {
            sleep(seconds(1));
        } finally {
            trace(name, "leaves");
        }
    }

    private void inner() {
        taskGroup(group -> {
            group.createTask(() -> fails("deep", 10));
            group.createTask(() -> patient("inner sibling"));
        });
    }

    @Override
    public void main() {
        try {
            taskGroup(group -> {
                group.createTask(() -> patient("outer sibling"));
                group.createTask(this::inner);
            });
        } catch (ExceptionGroup errors) {
            trace("caught", errors);
        }
    }
}
