package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** currentTask() is the running task, none in a callback; allTasks() are those not done. */
final class CurrentTaskEverywhere implements Program {
    private @Nullable String name() {
        var task = currentTask();
        return task == null ? null : task.getName();
    }

    private void child() {
        trace("child is", name());
        yieldNow();
        trace("child is still", name());
    }

    private List<String> everybody() {
        return allTasks().stream().map(Task::getName).sorted().toList();
    }

    @Override
    public void main() {
        currentTask().setName("main");
        var loop = getRunningLoop();
        loop.callSoon(() -> trace("callback is", name()));
        var task = createTask(this::child, "kid");
        task.addDoneCallback(_ -> trace("done callback is", name(), everybody()));
        trace("main is", name(), everybody());
        yieldNow();
        trace("main is still", name());
        task.setName("renamed");
        trace(everybody());
        task.await();
        trace("main again", name(), everybody());
    }
}
