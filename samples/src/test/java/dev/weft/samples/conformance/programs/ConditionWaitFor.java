package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** wait_for a predicate, here awaitUntil: checked under the lock at every wake-up, true at once means no wait. */
final class ConditionWaitFor implements Program {
    private final Condition condition = new Condition();
    private final List<String> items = new ArrayList<>();

    private void consumer(int n) {
        try (var _ = condition.hold()) {
            condition.awaitUntil(() -> items.size() >= n);
            trace("consumer", n, "sees", items);
        }
    }

    @Override
    public void main() {
        var tasks = Stream.of(3, 1, 2).map(n -> createTask(() -> consumer(n))).toList();
        for (var item : List.of("x", "y", "z")) {
            sleep(millis(10));
            try (var _ = condition.hold()) {
                items.add(item);
                trace("produced", item);
                condition.signalAll();
            }
        }
        gather(tasks).await();
        consumer(0);
    }
}
