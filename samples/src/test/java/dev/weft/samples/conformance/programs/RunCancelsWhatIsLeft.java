package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Script;
import dev.weft.samples.conformance.Tracing;
import java.util.ArrayList;
import java.util.List;

/** When main ends, tasks left over are cancelled and awaited; those that fail then are reported. */
final class RunCancelsWhatIsLeft implements Script {
    private void leftOver(String name, int cleanupMs, boolean fails) {
        try {
            sleep(seconds(1));
        } catch (CancelledError error) {
            sleep(millis(cleanupMs));
            trace(name, "was cancelled and cleaned up");
            if (fails) {
                throw new Boom(name);
            }
            throw error;
        }
    }

    private String body(List<Task<?>> tasks) {
        getRunningLoop()
                .setExceptionHandler((_, context) -> trace("reported", context.exception(), context.task() != null));
        tasks.add(createTask(() -> leftOver("a", 20, false)));
        tasks.add(createTask(() -> leftOver("b", 10, true)));
        sleep(millis(10));
        trace("main ends");
        return "value";
    }

    @Override
    public void main() {
        var tasks = new ArrayList<Task<?>>();
        try (var runner = new Runner(RunOptions.DEFAULT.loopFactory(Tracing::virtualTimeLoop))) {
            trace("main gave", runner.run(() -> body(tasks)));
            trace("left over, not touched yet", tasks.stream().map(Task::done).toList());
        }
        trace(
                "closed",
                tasks.stream().map(Task::done).toList(),
                tasks.stream().map(Task::cancelled).toList());
    }
}
