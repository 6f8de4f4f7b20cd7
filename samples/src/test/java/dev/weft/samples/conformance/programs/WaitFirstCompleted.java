package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** wait for the first: whatever completed by the time of return counts as done. */
final class WaitFirstCompleted implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var loop = getRunningLoop();
        var tasks = List.of(
                createTask(() -> work("a", 30)), createTask(() -> work("b", 10)), createTask(() -> work("c", 20)));
        while (!tasks.isEmpty()) {
            var waited = Asyncio.wait(tasks, ReturnWhen.FIRST_COMPLETED);
            var done = tasks.stream().filter(waited.done()::contains);
            trace(
                    "done",
                    done.map(Task::result).toList(),
                    "pending",
                    waited.pending().size());
            tasks = tasks.stream().filter(waited.pending()::contains).toList();
        }

        List<Future<String>> futures = List.of(loop.createFuture(), loop.createFuture(), loop.createFuture());
        loop.callSoon(() -> futures.get(2).setResult("third"));
        loop.callSoon(() -> futures.get(0).setResult("first"));
        var waited = Asyncio.wait(futures, ReturnWhen.FIRST_COMPLETED);
        trace("in one iteration", futures.stream().map(waited.done()::contains).toList());
        futures.get(1).cancel();
    }
}
