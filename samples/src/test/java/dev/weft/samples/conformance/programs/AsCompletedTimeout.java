package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.samples.conformance.Program;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The timeout of asCompleted counts from the call; after it, every further step is TimeoutException. */
final class AsCompletedTimeout implements Program {
    private int work(int ms) {
        sleep(millis(ms));
        return ms;
    }

    @Override
    public void main() {
        var tasks = List.of(createTask(() -> work(10)), createTask(() -> work(30)), createTask(() -> work(50)));
        try {
            var completed = asCompleted(tasks, millis(40));
            while (completed.hasNext()) {
                trace("got", completed.next().await());
            }
        } catch (TimeoutException error) {
            trace("gave up:", error);
        }
        trace(outcomes(tasks));
        trace("the last one goes on:", tasks.get(2).await());
    }
}
