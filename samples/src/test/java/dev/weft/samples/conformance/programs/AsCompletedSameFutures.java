package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;

/** asCompleted gives back the very tasks it was given. */
final class AsCompletedSameFutures implements Program {
    private int work(int ms) {
        sleep(millis(ms));
        return ms;
    }

    @Override
    public void main() {
        var tasks = List.of(createTask(() -> work(30)), createTask(() -> work(10)), createTask(() -> work(20)));
        var iterator = asCompleted(tasks);
        for (var task : iterator) {
            trace("number", tasks.indexOf(task), outcome(task));
            break;
        }
        trace("left and resumed");
        for (var task : iterator) {
            trace("number", tasks.indexOf(task), outcome(task));
        }
    }
}
