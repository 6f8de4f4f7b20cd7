package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.stream.Stream;

/** notify(n), here signal(n), wakes n waiters in order, each of which first gets the lock back. */
final class ConditionNotify implements Program {
    private void waiter(String name, Condition condition) {
        try (var _ = condition.hold()) {
            trace(name, "waits");
            condition.await();
            trace(name, "woken, locked", condition.locked());
        }
    }

    @Override
    public void main() {
        var condition = new Condition();
        var tasks = Stream.of("a", "b", "c", "d")
                .map(name -> createTask(() -> waiter(name, condition)))
                .toList();
        sleep(millis(10));
        try (var _ = condition.hold()) {
            condition.signal(2);
            trace("notified two, still holding the lock");
            sleep(millis(10));
            trace("releases");
        }
        sleep(millis(10));
        trace(tasks.stream().map(Task::done).toList());
        try (var _ = condition.hold()) {
            condition.signal(1);
        }
        sleep(millis(10));
        trace(tasks.stream().map(Task::done).toList());
        try (var _ = condition.hold()) {
            condition.signalAll();
        }
        gather(tasks).await();
        try {
            condition.signal();
        } catch (IllegalStateException error) {
            trace("without the lock:", error);
        }
        try {
            condition.await();
        } catch (IllegalStateException error) {
            trace("without the lock:", error);
        }
    }
}
