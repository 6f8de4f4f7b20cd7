package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;

/** A new task is one more entry in the queue: creating it runs nothing of it. */
final class TasksStartInOrder implements Program {
    private void child(String name) {
        trace(name, "starts");
        yieldNow();
        trace(name, "goes on");
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        var a = createTask(() -> child("a"));
        loop.callSoon(() -> trace("callback between a and b"));
        var b = createTask(() -> child("b"));
        loop.callSoon(() -> trace("callback after b"));
        trace("nothing ran yet:", a.done(), b.done());
        yieldNow();
        trace("main after the first steps");
        yieldNow();
        trace("main after the second steps:", a.done(), b.done());
    }
}
