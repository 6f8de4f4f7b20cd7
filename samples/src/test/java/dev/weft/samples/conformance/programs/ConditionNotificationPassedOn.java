package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** A waiter cancelled after it was notified passes the notification on. */
final class ConditionNotificationPassedOn implements Program {
    private void waiter(String name, Condition condition) {
        try (var _ = condition.hold()) {
            try {
                condition.await();
                trace(name, "woken");
            } catch (CancelledError error) {
                trace(name, "gave up");
                throw error;
            }
        }
    }

    @Override
    public void main() {
        var condition = new Condition();
        var tasks = Stream.of("a", "b", "c")
                .map(name -> createTask(() -> waiter(name, condition)))
                .toList();
        sleep(millis(10));
        try (var _ = condition.hold()) {
            condition.signal(1);
            tasks.get(0).cancel();
        }
        sleep(millis(10));
        trace(outcomes(tasks));
        try (var _ = condition.hold()) {
            condition.signal(1);
            yieldNow();
            tasks.get(2).cancel();
        }
        sleep(millis(10));
        trace(outcomes(tasks));
    }
}
