package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.concurrent.TimeoutException;

/** waitFor runs its body in the calling task: same task, same context, no switch if nothing waits. */
final class WaitForRunsInline implements Program {
    private static final ContextVar<String> var = ContextVar.withDefault("var", "default");

    private String body(Task<?> task) {
        trace("same task", currentTask() == task);
        var.set("set inside");
        return "value";
    }

    @Override
    public void main() throws TimeoutException {
        getRunningLoop().callSoon(() -> trace("callback"));
        var task = currentTask();
        trace(waitFor(() -> body(task), seconds(1)));
        trace("main sees", var.get());
        yieldNow();
    }
}
