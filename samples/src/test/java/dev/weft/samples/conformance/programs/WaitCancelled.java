package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** A cancelled wait leaves what it waited for alone. */
final class WaitCancelled implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    private void waiter(List<Task<String>> tasks) {
        try {
            Asyncio.wait(tasks);
        } catch (CancelledError error) {
            trace("waiter gets", error);
            throw error;
        }
    }

    @Override
    public void main() {
        var tasks = List.of(createTask(() -> work("a", 20)), createTask(() -> work("b", 30)));
        var waiting = createTask(() -> waiter(tasks));
        sleep(millis(10));
        waiting.cancel("no patience");
        Asyncio.wait(List.of(waiting));
        trace(outcome(waiting), outcomes(tasks));
        trace(tasks.get(0).await(), tasks.get(1).await());
    }
}
