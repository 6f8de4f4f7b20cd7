package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** A task has its own copy of the context, taken when it is created; its changes stay inside. */
final class ContextOfTasks implements Program {
    private static final ContextVar<String> color = ContextVar.withDefault("color", "none yet");

    private void child(String name) {
        trace(name, "sees", color.get());
        color.set(name);
        yieldNow();
        trace(name, "still sees", color.get());
    }

    private void callee() {
        color.set("set by a callee");
    }

    @Override
    public void main() {
        trace("main sees", color.get());
        color.set("red");
        var first = createTask(() -> child("first"));
        color.set("blue");
        var second = createTask(() -> child("second"));
        color.set("green");
        gather(first, second).await();
        trace("main sees", color.get());
        callee();
        trace("main sees", color.get());
    }
}
