package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;

/** Eager tasks run inside createTask up to their first wait; one that never waits is done on return. */
final class EagerStart implements Program {
    private String quick(String name) {
        trace(name, "runs, in main's task:", currentTask().getName().equals("main"));
        return name;
    }

    private void failing() {
        throw new Boom("at once");
    }

    private String slow(String name) {
        trace(name, "begins");
        yieldNow();
        trace(name, "goes on");
        return name;
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        loop.setTaskFactory(TaskFactory.EAGER);
        currentTask().setName("main");
        loop.callSoon(() -> trace("callback queued before"));
        var done = createTask(() -> quick("quick"));
        trace(
                "created",
                outcome(done),
                "cancel",
                done.cancel(),
                "back in",
                currentTask().getName());
        done.addDoneCallback(_ -> trace("done callback"));
        var failed = createTask(this::failing);
        trace("created", outcome(failed));
        var waiting = createTask(() -> slow("slow"));
        trace("created", outcome(waiting));
        trace("awaits", done.await(), "without giving way");
        trace(waiting.await());
        loop.setTaskFactory(null);
        var ordinary = createTask(() -> quick("ordinary"));
        trace("created", outcome(ordinary));
        ordinary.await();
    }
}
