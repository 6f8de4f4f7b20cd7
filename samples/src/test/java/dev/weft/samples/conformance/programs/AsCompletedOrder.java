package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;

/** asCompleted hands out results as they come, failures included; leaving it early cancels nobody. */
final class AsCompletedOrder implements Program {
    private String work(String name, int ms) {
        sleep(millis(ms));
        if (name.equals("bad")) {
            throw new Boom(name);
        }
        return name;
    }

    @Override
    public void main() {
        var tasks = List.of(
                createTask(() -> work("a", 30)),
                createTask(() -> work("b", 10)),
                createTask(() -> work("bad", 20)),
                createTask(() -> work("c", 40)));
        for (var completed : asCompleted(tasks)) {
            try {
                trace("next", completed.await());
            } catch (Boom error) {
                trace("next failed", error);
            }
        }

        tasks = List.of(createTask(() -> work("d", 10)), createTask(() -> work("e", 20)));
        for (var completed : asCompleted(tasks)) {
            trace("only", completed.await());
            break;
        }
        trace(outcomes(tasks));
        trace("the other one goes on:", tasks.get(1).await());
    }
}
