package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** wait: returns when all are done, throws nobody's exception, and suspends even if there is nothing to wait for. */
final class WaitAll implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        if (name.equals("b")) {
            throw new Boom(name);
        }
        return name;
    }

    @Override
    public void main() {
        var tasks = List.of(
                createTask(() -> work("a", 30)), createTask(() -> work("b", 10)), createTask(() -> work("c", 20)));
        var waited = Asyncio.wait(tasks);
        trace("done", waited.done().size(), "pending", waited.pending().size(), outcomes(tasks));
        waited = Asyncio.wait(List.of(tasks.get(0), tasks.get(0), tasks.get(2)));
        trace("done", waited.done().size(), "pending", waited.pending().size(), "once each");
    }
}
