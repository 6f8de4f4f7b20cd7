package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** What an eager task sets in its first step stays in its own context. */
final class EagerContext implements Program {
    private static final ContextVar<String> var = ContextVar.withDefault("var", "default");

    private void child() {
        trace("child sees", var.get());
        var.set("child");
        yieldNow();
        trace("child still sees", var.get());
    }

    @Override
    public void main() {
        getRunningLoop().setTaskFactory(TaskFactory.EAGER);
        var.set("main");
        var task = createTask(this::child);
        trace("main sees", var.get());
        task.await();
        trace("main still sees", var.get());
    }
}
