package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Tasks that yield take turns, in a fixed order, however many turns they need. */
final class YieldInterleaving implements Program {
    private int worker(String name, int turns) {
        for (int turn = 0; turn < turns; turn++) {
            trace(name, "turn", turn);
            yieldNow();
        }
        trace(name, "ends");
        return turns;
    }

    @Override
    public void main() {
        var tasks = List.of(
                createTask(() -> worker("a", 3)), createTask(() -> worker("b", 1)), createTask(() -> worker("c", 2)));
        for (int turn = 0; turn < 5; turn++) {
            trace("main turn", turn, tasks.stream().map(Task::done).toList());
            yieldNow();
        }
        trace("results", tasks.stream().map(Task::result).toList());
    }
}
