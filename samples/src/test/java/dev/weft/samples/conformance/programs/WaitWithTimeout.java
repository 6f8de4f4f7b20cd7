package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** wait with a timeout raises nothing and cancels nobody: it tells who is done. */
final class WaitWithTimeout implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        trace(name, "ends");
        return name;
    }

    @Override
    public void main() {
        var tasks = List.of(createTask(() -> work("a", 10)), createTask(() -> work("b", 30)));
        for (int n = 0; n < 2; n++) {
            var waited = Asyncio.wait(tasks, millis(20));
            var done = tasks.stream().map(waited.done()::contains).toList();
            trace(done, "pending", waited.pending().size(), outcomes(tasks));
        }
    }
}
