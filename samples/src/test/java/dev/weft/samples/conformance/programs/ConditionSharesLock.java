package dev.weft.samples.conformance.programs;

import static dev.weft.Asyncio.*;
import static dev.weft.samples.conformance.Tracing.*;

import dev.weft.*;
import dev.weft.samples.conformance.Program;
import java.util.List;

/** Two conditions over one lock: holding one is holding the other, their waiters stay apart. */
final class ConditionSharesLock implements Program {
    private void waiter(String name, Condition condition) {
        try (var _ = condition.hold()) {
            condition.await();
            trace(name, "woken");
        }
    }

    @Override
    public void main() {
        var lock = new Lock();
        var full = new Condition(lock);
        var empty = new Condition(lock);
        var tasks = List.of(createTask(() -> waiter("full", full)), createTask(() -> waiter("empty", empty)));
        sleep(millis(10));
        try (var _ = full.hold()) {
            trace("both locked", full.locked(), empty.locked(), lock.locked());
            empty.signalAll();
        }
        sleep(millis(10));
        trace(tasks.stream().map(Task::done).toList());
        try (var _ = lock.hold()) {
            full.signal();
        }
        gather(tasks).await();
    }
}
